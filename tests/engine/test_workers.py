"""Who does the work makes no difference to what is found, and neither does who dies over it."""

from __future__ import annotations

import os
import signal
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import BUILTIN_RULES, Config, Hands, available_rules, check, workers
from pubcheck.report import View, write
from pubcheck.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pubcheck.engine import Report
    from pubcheck.model.project import PackageSource
    from tests.engine.conftest import Bench, WordRule

SLOW = """\
package slow

import "net/http"

// Fetch waits for the network.
func Fetch(url string) { http.Get(url) }

type Client struct{ url string }

func (c *Client) Do() { Fetch(c.url) }
"""
MIDDLE = """\
package middle

import "example.com/m/slow"

type Wrapper struct{ *slow.Client }

func Twice(c *slow.Client) { c.Do(); c.Do() }
"""
TOP = """\
package top{number}

import (
	"sync"

	"example.com/m/middle"
	"example.com/m/slow"
)

type T struct {{
	mu sync.Mutex
	c  *slow.Client
	w  middle.Wrapper
	n  int
}}

func (t *T) A() {{ t.mu.Lock(); defer t.mu.Unlock(); slow.Fetch("a") }}
func (t *T) B() {{ t.mu.Lock(); defer t.mu.Unlock(); t.c.Do() }}
func (t *T) C() {{ t.mu.Lock(); defer t.mu.Unlock(); middle.Twice(t.c) }}
func (t *T) D() {{ t.mu.Lock(); defer t.mu.Unlock(); t.w.Do() }}
"""
QUICK = "func (t *T) Q{number}() {{ t.mu.Lock(); t.n++; t.mu.Unlock() }}\n"
"""A lock that is mostly held for slow work would be taken to be there for it."""

forking = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are forked, though the test runner may have threads."""
    monkeypatch.setattr(workers, "can_fork", lambda: True)


@pytest.fixture
def module(bench: Bench, pytestconfig: pytest.Config) -> Path:
    """A module whose findings hang on other packages' facts, with broken Go and tests in it."""
    bench.write("slow/slow.go", SLOW)
    bench.write("middle/middle.go", MIDDLE)
    for number in range(4):
        quick = "".join(QUICK.format(number=each) for each in range(20))
        bench.write(f"top{number}/top.go", TOP.format(number=number) + quick)
    bench.write("top0/top_test.go", 'package top0_test\n\nimport "example.com/m/top0"\n\nvar t top0.T\n')
    bench.write("broken/broken.go", "package broken\n\nfunc f( {}\n")
    for path in sorted((pytestconfig.rootpath / "testdata/showcase").glob("*.go")):
        bench.write(f"showcase/{path.name}", path.read_text("utf-8"))
    return bench.root


def text(root: Path, hands: Hands) -> str:
    rules = available_rules(None)
    report = check(["./..."], Config(select=("all",)), cwd=root, rules=rules, hands=hands)
    out = StringIO()
    write("json", report, View(cwd=root, rules=BUILTIN_RULES), out)
    return out.getvalue()


@forking
@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("jobs", [2, 5])
def test_reports_are_the_same_bytes(module: Path, jobs: int) -> None:
    alone = text(module, Hands(1))
    assert alone.count("waits for the network") >= 16
    assert text(module, Hands(jobs)) == alone


def test_workers_may_start_anew(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "can_fork", lambda: False)
    assert text(module, Hands(2)) == text(module, Hands(1))


def words(report: Report) -> list[str]:
    return [one.span.path.rpartition("/")[2] for one in report.diagnostics if one.rule != "internal-error"]


@forking
@pytest.mark.usefixtures("forked")
def test_a_worker_that_dies_costs_the_package_it_died_of(bench: Bench, rule: type[WordRule]) -> None:
    def find(source: PackageSource) -> Iterator[Finding]:
        if source.name == "p3":
            os.kill(os.getpid(), signal.SIGSEGV)
        for file in source.files:
            yield Finding(span=file.source.span(0, 7), values={"word": "package"})

    for number in range(12):
        bench.write(f"p{number}/p{number}.go", f"package p{number}\n")
    told: list[str] = []

    def tell(_done: int, _all: int, package: str) -> None:
        told.append(package)

    report = bench.run(rule("some-rule", find=find), hands=Hands(2), progress=tell)
    assert words(report) == sorted(f"p{number}.go" for number in range(12) if number != 3)
    (crash,) = (one for one in report.diagnostics if one.rule == "internal-error")
    assert crash.message == (
        "the work failed on package example.com/m/p3: RuntimeError: the process that worked on it died (SIGSEGV)"
    )
    assert crash.span.path.endswith("/p3/p3.go")
    assert report.crashed
    assert sorted(told) == sorted(f"example.com/m/p{number}" for number in range(12))


@forking
@pytest.mark.usefixtures("forked")
def test_a_worker_that_dies_once_costs_nothing(bench: Bench, rule: type[WordRule]) -> None:
    def find(source: PackageSource) -> Iterator[Finding]:
        if source.name == "p3" and not (bench.root / "died").exists():
            (bench.root / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        for file in source.files:
            yield Finding(span=file.source.span(0, 7), values={"word": "package"})

    for number in range(12):
        bench.write(f"p{number}/p{number}.go", f"package p{number}\n")
    report = bench.run(rule("some-rule", find=find), hands=Hands(3))
    assert words(report) == sorted(f"p{number}.go" for number in range(12))
    assert not report.crashed

"""What helpers of other packages do to what they are given: their names say whether they put it back in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_HELPERS = """package scratch

import "sync"

type Page struct {
	users int
	Data  [512]byte
}

var pages = sync.Pool{New: func() any { return new(Page) }}

func Get() *Page { return pages.Get().(*Page) }

func Put(p *Page) { pages.Put(p) }

func Release(p *Page) {
	if p.users--; p.users == 0 {
		pages.Put(p)
	}
}

func Putter(p *Page) *Page { return p }
"""

_USER = """package m

import (
	"sync"

	"example.com/m/scratch"
)

var mu sync.Mutex

func first() byte {{
	p := scratch.Get()
	{call}
	return p.Data[0]
}}
"""


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("scratch.Put(p)", ["`p` is used after it was put back into the pool"]),
        ("scratch.Release(p)", []),
        ("scratch.Putter(p)", []),
    ],
)
def test_helpers_of_other_packages(tmp_path: Path, call: str, found: list[str]) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (tmp_path / "scratch" / "scratch.go").write_text(_HELPERS)
    (tmp_path / "m.go").write_text(_USER.format(call=call))

    report = check(["./..."], Config(select=("pool-use-after-put",)), cwd=tmp_path)

    assert report.problems == ()
    assert [each.message for each in report.diagnostics] == found


_ASIDE = """package m

import "sync"

type reply struct{ code int }

var replies = sync.Pool{New: func() any { return new(reply) }}

func code(read func(*reply) error) int {
	r := replies.Get().(*reply)
	err := read(r)
	if err != nil {
		replies.Put(r)
	}
	USE
}
"""


@pytest.mark.parametrize(
    ("use", "confidence"),
    [
        ("return r.code", Confidence.HIGH),
        ("if err == nil {\n\t\treturn r.code\n\t}\n\treturn 0", Confidence.LOW),
    ],
)
def test_what_decides_on_the_put_may_decide_on_the_use(tmp_path: Path, use: str, confidence: Confidence) -> None:
    (tmp_path / "reply.go").write_text(_ASIDE.replace("USE", use))
    report = check(["./..."], Config(select=("pool-use-after-put",), min_confidence=Confidence.LOW), cwd=tmp_path)
    assert [each.confidence for each in report.diagnostics] == [confidence]

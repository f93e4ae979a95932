"""The real Go judges every example and every file of test data: it compiles, and the race detector agrees."""

from __future__ import annotations

import json
import re
import subprocess
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from rulecases import LANGUAGE, MODULE, Case, all_cases, example_cases

from pubcheck.spec import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.go

_FRAME = re.compile(r"/case/([\w-]+)/((?:[\w-]+/)*[\w-]+\.go):(\d+)")
_RUNS = 5
_SECOND_HALF = "this return statement may be reached without using the cancel var"
"""What vet says about the way out, after it has complained where the context is made."""

_ERRGROUP = """\
// Package errgroup has what examples use of golang.org/x/sync/errgroup.
package errgroup

import (
	"context"
	"sync"
)

// Group runs functions and keeps the first error.
type Group struct {
	wg     sync.WaitGroup
	once   sync.Once
	err    error
	cancel context.CancelFunc
	slots  chan struct{}
}

// WithContext returns a group that cancels the context at the first error.
func WithContext(ctx context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &Group{cancel: cancel}, ctx
}

// SetLimit bounds how many functions run at once.
func (g *Group) SetLimit(n int) { g.slots = make(chan struct{}, n) }

// Go runs f in a goroutine.
func (g *Group) Go(f func() error) {
	if g.slots != nil {
		g.slots <- struct{}{}
	}
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() {
				g.err = err
				if g.cancel != nil {
					g.cancel()
				}
			})
		}
		if g.slots != nil {
			<-g.slots
		}
	}()
}

// Wait waits for all functions.
func (g *Group) Wait() error {
	g.wg.Wait()
	if g.cancel != nil {
		g.cancel()
	}
	return g.err
}
"""


def _module(root: Path, cases: Iterable[Case], language: str) -> Path:
    """A module with a package for each case, and a stand-in for golang.org/x/sync."""
    (root / "x" / "errgroup").mkdir(parents=True)
    (root / "x" / "go.mod").write_text("module golang.org/x/sync\n\ngo 1.20\n")
    (root / "x" / "errgroup" / "errgroup.go").write_text(_ERRGROUP)
    (root / "go.mod").write_text(
        f"module {MODULE}\n\ngo {language}\n\nrequire golang.org/x/sync v0.0.0\n\nreplace golang.org/x/sync => ./x\n"
    )
    for case in cases:
        case.write(root / "case" / case.id)
    return root


def _go(root: Path, env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["go", *args], cwd=root, env=env, capture_output=True, text=True, check=False, timeout=540)


@pytest.fixture(scope="module")
def vetted(tmp_path_factory: pytest.TempPathFactory, go_env: dict[str, str]) -> tuple[str, dict[str, list[str]]]:
    """What the compiler says, and vet's complaints by case, as ``file:line: message``."""
    by_language = defaultdict(list)
    for case in all_cases():
        by_language[case.go].append(case)
    errors = ""
    complaints: dict[str, list[str]] = defaultdict(list)
    for language, cases in by_language.items():
        root = _module(tmp_path_factory.mktemp("vet"), cases, language)
        result = _go(root, go_env, "vet", "-json", "./case/...")
        text = re.sub(r"^#.*\n", "", result.stdout + result.stderr, flags=re.MULTILINE)
        values, rest = _json_values(text)
        errors += rest.strip()
        for value in values:
            for found in _diagnostics(value):
                if frame := _FRAME.search(found["posn"]):
                    complaints[frame[1]].append(f"{frame[2]}:{frame[3]}: {found['message']}")
    return errors, complaints


def _json_values(text: str) -> tuple[list[Any], str]:
    """The JSON objects in ``text`` one after another, and the lines that are none."""
    values = []
    rest = []
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at] == "{":
            value, at = decoder.raw_decode(text, at)
            values.append(value)
        else:
            end = text.find("\n", at) + 1 or len(text)
            rest.append(text[at:end])
            at = end
    return values, "".join(rest)


def _diagnostics(value: dict[str, dict[str, Any]]) -> Iterable[dict[str, str]]:
    for analyzers in value.values():
        for found in analyzers.values():
            if isinstance(found, list):
                yield from found


def test_everything_compiles(vetted: tuple[str, dict[str, list[str]]]) -> None:
    errors, _ = vetted
    assert errors == ""


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_vet_complains_only_where_a_bug_is_meant(case: Case, vetted: tuple[str, dict[str, list[str]]]) -> None:
    _, complaints = vetted
    marked = {f"{name}:{line}" for name in case.expected for line in case.lines(name, Kind.WANT, Kind.KNOWN_MISS)}
    unexpected = [
        text
        for text in complaints.get(case.id, [])
        if ":".join(text.split(":")[:2]) not in marked and _SECOND_HALF not in text
    ]
    assert unexpected == []


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory, go_env: dict[str, str]) -> dict[str, str]:
    """What each driven example prints under the race detector, by case.

    Inlining is off: it drops frames from the stacks.
    """
    driven = [case for case in example_cases() if case.driver and case.go == LANGUAGE]
    root = _module(tmp_path_factory.mktemp("race"), driven, LANGUAGE)
    env = go_env | {"CGO_ENABLED": "1"}
    result = _go(
        root, env, "test", "-race", "-vet=off", "-gcflags=-l", f"-count={_RUNS}", "-timeout=60s", "-json", "./case/..."
    )
    if "-race requires cgo" in result.stderr or "C compiler" in result.stdout + result.stderr:
        pytest.skip("the race detector needs a C compiler")
    outputs: dict[str, str] = defaultdict(str)
    for line in result.stdout.splitlines():
        event = json.loads(line)
        outputs[event.get("Package", event.get("ImportPath", "")).split(" ")[0].rpartition("/")[2]] += event.get(
            "Output", ""
        )
    return outputs


def _driven(*, race: bool) -> list[Case]:
    return [case for case in example_cases() if case.driver and case.race == race and case.go == LANGUAGE]


@pytest.mark.parametrize("case", _driven(race=True), ids=lambda case: case.id)
def test_the_race_detector_names_a_wanted_line(case: Case, raced: dict[str, str]) -> None:
    output = raced[case.id]
    assert "WARNING: DATA RACE" in output, output
    named = {(name, int(line)) for _, name, line in _FRAME.findall(output)}
    wanted = {(name, line) for name in case.expected for line in case.lines(name, Kind.WANT)}
    assert named & wanted, output


@pytest.mark.parametrize("case", _driven(race=False), ids=lambda case: case.id)
def test_a_driven_example_is_free_of_races(case: Case, raced: dict[str, str]) -> None:
    output = raced[case.id]
    assert "WARNING: DATA RACE" not in output
    assert re.search(r"^ok\s", output, re.MULTILINE), output

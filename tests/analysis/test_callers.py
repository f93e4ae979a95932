"""Who runs a function, as it decides what is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from facts import facts_of

from pubcheck.analysis.callers import callers_of
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_SEQUENCE = """package m

import "sync/atomic"

type sequence struct{ id uint64 }

func (s *sequence) next() uint64 { return atomic.AddUint64(&s.id, 1) }

// reset is for tests.
func (s *sequence) reset() { s.id = 0 }
"""


def _mixed(root: Path, **files: str) -> int:
    (root / "go.mod").write_text("module example.test\n\ngo 1.27\n")
    for name, text in files.items():
        (root / f"{name}.go").write_text(text)
    return len(check(["./..."], Config(select=("mixed-atomic-access",)), cwd=root).diagnostics)


def test_what_tests_alone_call_is_part_of_them(tmp_path: Path) -> None:
    test = 'package m\nimport "testing"\nfunc TestNext(t *testing.T) { var s sequence; s.next(); s.reset() }\n'
    assert _mixed(tmp_path, a=_SEQUENCE, a_test=test) == 0


def test_what_tests_call_too_is_reported(tmp_path: Path) -> None:
    test = 'package m\nimport "testing"\nfunc TestNext(t *testing.T) { var s sequence; s.reset() }\n'
    assert _mixed(tmp_path, a=_SEQUENCE, b="package m\nfunc again(s *sequence) { s.reset() }\n", a_test=test) == 1


def test_what_nobody_calls_is_reported(tmp_path: Path) -> None:
    assert _mixed(tmp_path, a=_SEQUENCE) == 1


_GOROUTINES = """package m

import "sync"

type worker struct{ mu sync.Mutex }

func newWorker() *worker {
	w := &worker{}
	go w.run()
	for range 2 {
		go w.many()
	}
	return w
}

func (w *worker) run()       { w.step(); w.both() }
func (w *worker) step()      { w.mu.Lock(); defer w.mu.Unlock(); w.leaf() }
func (w *worker) leaf()      { w.mu.TryLock() }
func (w *worker) many()      { w.mu.Lock(); w.both() }
func (w *worker) both()      { w.mu.Unlock() }
func (w *worker) unknown()   { w.mu.Lock() }
func (w *worker) Interface() { w.mu.Lock() }

type Server struct{ mu sync.Mutex }

func (s *Server) Serve()  { s.mu.Lock(); s.inner() }
func (s *Server) inner()  { s.mu.Unlock() }
"""


def test_goroutines_of_a_function() -> None:
    facts = facts_of(_GOROUTINES)
    callers = callers_of(facts)

    def run_by(name: str) -> set[str]:
        function = facts.function(name)
        assert function is not None
        return set(callers.goroutines(function))

    assert run_by("(*worker).leaf") == run_by("(*worker).step") == run_by("(*worker).run") == {"(*worker).run"}
    assert run_by("(*worker).many") == {""}
    assert run_by("(*worker).both") == {"", "(*worker).run"}
    assert run_by("(*worker).unknown") == {"(*worker).unknown"}
    assert run_by("(*Server).inner") == {""}


def test_functions_of_one_goroutine_take_turns() -> None:
    facts = facts_of(_GOROUTINES)
    callers = callers_of(facts)

    def turns(one: str, other: str) -> bool:
        first, second = facts.function(one), facts.function(other)
        assert first is not None
        assert second is not None
        return callers.take_turns(first, second)

    assert turns("(*worker).step", "(*worker).leaf")
    assert turns("(*worker).run", "(*worker).step")
    assert turns("(*worker).unknown", "(*worker).unknown")
    assert not turns("(*worker).Interface", "(*worker).Interface")
    assert not turns("(*worker).both", "(*worker).step")
    assert not turns("(*worker).many", "(*worker).many")
    assert not turns("(*Server).Serve", "(*Server).inner")


_POOL = """package m

import (
	"sync"

	"example.com/m/options"
)

type Pool struct {
	mu    sync.Mutex
	items map[string]int
}

func (p *Pool) Get(key string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.items[key]
}

func (p *Pool) Drop(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.items, key)
}

func (p *Pool) Add(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if options.Validate(p.rules(), key) {
		p.items[key]++
	}
}

func (p *Pool) rules() *options.Rules {
	return &options.Rules{Count: func(key string) int { return p.items[key] }}
}
"""
_WATCH = """
func (p *Pool) Watch(rules *options.Rules) {
	rules.Count = func(key string) int { return p.items[key] }
}
"""
_OPTIONS = """package options

type Rules struct{ Count func(key string) int }

func Validate(rules *Rules, key string) bool { return rules.Count(key) < 3 }
"""


@pytest.mark.parametrize(("more", "found"), [("", []), (_WATCH, ["(*Pool).Watch.func1"])])
def test_a_literal_may_be_called_under_the_lock_that_was_held_when_it_was_made(
    tmp_path: Path, more: str, found: list[str]
) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (tmp_path / "pool.go").write_text(_POOL + more)
    (tmp_path / "options").mkdir()
    (tmp_path / "options" / "options.go").write_text(_OPTIONS)
    report = check(["./..."], Config(), cwd=tmp_path)
    assert [one.symbol for one in report.diagnostics] == found


_RATE = """package rate

import "sync"

type Rate struct {
	HalfLife int
	mu       sync.Mutex
	value    int
}

func (r *Rate) Add(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.value += n * r.HalfLife
}

func (r *Rate) Value() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.value / r.HalfLife
}

func (r *Rate) Half() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.HalfLife
}

func (r *Rate) Reset() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.value = 0
	return r.HalfLife
}

func (r *Rate) Twice() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return 2 * r.HalfLife
}

func (r *Rate) Set(halfLife int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.HalfLife = halfLife
}
"""
_SHOW = """package cli

import "example.com/m/rate"

func show(next func() (int, bool), tell func(int)) {
	var fast, slow rate.Rate
	fast.HalfLife = 1
	slow.HalfLife = 10
	show := func() {
		tell(fast.Value())
		tell(slow.Value())
	}
	for n, ok := next(); ok; n, ok = next() {
		fast.Add(n)
		slow.Add(n)
		show()
	}
}

func Run(next func() (int, bool), tell func(int)) {
	go show(next, tell)
}
"""


@pytest.mark.parametrize(("given", "found"), [("", []), ("fast, slow *rate.Rate, ", ["show"])])
def test_what_a_function_keeps_in_a_variable_is_its_own(tmp_path: Path, given: str, found: list[str]) -> None:
    """Its type's lock is for those who share such objects."""
    show = _SHOW
    if given:
        show = show.replace("	var fast, slow rate.Rate\n", "").replace("func show(", f"func show({given}")
        show = show.replace("func Run(", f"func Run({given}").replace("go show(", "go show(fast, slow, ")
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    for folder, text in (("rate", _RATE), ("cli", show)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.go").write_text(text)
    report = check(["./..."], Config(), cwd=tmp_path)
    assert [one.symbol for one in report.diagnostics] == found

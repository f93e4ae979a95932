"""Facts of packages: what matters, what leaves, what breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from facts import facts_of

from pubcheck.analysis import analyse
from pubcheck.analysis.interpret import interpret
from pubcheck.facts import LockAction, RootKind, Summary

if TYPE_CHECKING:
    from pubcheck.analysis.frame import Frame, World
    from pubcheck.flow import ir

_HEAD = 'package m\nimport "sync"\nvar mu sync.Mutex\n'


def test_a_package_without_concurrency_has_no_functions_to_look_at() -> None:
    facts = facts_of("package m\nfunc New() *int { return new(int) }\n")
    assert facts.functions == ()
    summary = facts.summary("example.com/m.New")
    assert summary is not None
    assert summary.results[0].fresh


def test_tests_are_looked_at_only_when_they_are_asked_about() -> None:
    test = 'package m\nimport "testing"\nfunc TestIt(t *testing.T) { mu.Lock(); add() }\n'
    facts = facts_of(f"{_HEAD}func add() {{ mu.Lock() }}\n", tests=(test,))
    assert [function.ir.name for function in facts.functions] == ["add"]
    assert [function.ir.name for function in facts.test_functions] == ["TestIt"]
    at = test.index("mu.Lock")
    assert [function.ir.name for function in facts.around("file0_test.go", at, at + 2)] == ["TestIt"]
    assert not list(facts.around("file0_test.go", 0, 2))


def test_summaries() -> None:
    facts = facts_of(
        """package m
import ("sync"; "sync/atomic"; "os")
type S struct { mu sync.Mutex; n int; p atomic.Pointer[S]; f *os.File }
func (s *S) Lock() { s.mu.Lock() }
func (s *S) Set(n int) { s.n = n }
func (s *S) Current() *S { return s.p.Load() }
func (s *S) Self() *S { return s }
func (s *S) Put(t *S) { s.p.Store(t) }
func Make() *S { s := &S{}; s.n = 1; return s }
func Shared(ch chan *S) *S { s := &S{}; ch <- s; return s }
func Run(f func()) { go f() }
func Call(f func()) { f() }
func Die() { panic("x") }
"""
    )
    found = {name.rpartition(".")[2]: summary for name, summary in facts.export().items()}
    assert [(effect.action, str(effect.lock), effect.every) for effect in found["Lock"].locks] == [
        (LockAction.ACQUIRE, "s.mu", True)
    ]
    assert [(access.kind.value, str(access.path)) for access in found["Set"].accesses] == [("write", "s.n")]
    assert [str(path) for path in found["Current"].results[0].targets] == ["s.p.Load()"]
    assert [str(path) for path in found["Self"].results[0].targets] == ["s"]
    assert [
        (one.kind.value, [str(path) for path in one.value], str(one.into)) for one in found["Put"].publications
    ] == [("atomic", ["t"], "s.p")]
    assert found["Make"].results[0].fresh
    assert found["Make"].accesses == ()
    assert not found["Shared"].results[0].fresh
    assert found["Run"].starts == {0}
    assert [index for index, *_ in found["Call"].calls] == [0]
    assert found["Die"].no_return


def test_summaries_name_no_locals_and_can_be_stored() -> None:
    facts = facts_of(
        """package m
import "sync"
type S struct { mu sync.Mutex; m map[string]*S }
func (s *S) Get(k string) *S {
	s.mu.Lock()
	defer s.mu.Unlock()
	local := &S{}
	other := s.m[k]
	other.m = nil
	local.m = other.m
	go func() { local.m = nil }()
	return other
}
"""
    )
    for summary in facts.export().values():
        paths = [access.path for access in summary.accesses]
        paths += [lock.lock.path for lock in summary.locks]
        paths += [path for one in summary.publications for path in one.value]
        paths += [path for result in summary.results for path in result.targets]
        assert {path.root.kind for path in paths} <= {RootKind.PARAM, RootKind.GLOBAL}
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(summary), type=Summary) == summary


def test_recursion_comes_to_an_end() -> None:
    facts = facts_of(
        """package m
import "sync"
type N struct { mu sync.Mutex; left, right *N; n int }
func (n *N) walk(f func(*N)) {
	if n == nil { return }
	n.left.walk(f)
	f(n)
	n.right.other(f)
}
func (n *N) other(f func(*N)) { n.mu.Lock(); n.walk(f); n.mu.Unlock() }
func list(n *N) { for n = n.left; n != nil; n = n.right { n.n = 1; n = n.left } }
"""
    )
    assert facts.problems == ()
    assert len(facts.functions) >= 2


def test_a_function_that_fails_is_a_problem_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(function: ir.Function, world: World) -> Frame:
        if function.name == "bad":
            raise ZeroDivisionError("boom")
        return interpret(function, world)

    monkeypatch.setattr("pubcheck.analysis.solver.interpret", failing)
    facts = facts_of(_HEAD + "func bad() { mu.Lock() }\nfunc good() { mu.Lock() }\n")
    assert [function.ir.name for function in facts.functions] == ["good"]
    (problem,) = facts.problems
    assert problem.function == "bad"
    assert "ZeroDivisionError: boom" in problem.error


@pytest.mark.parametrize(
    "text",
    [
        "package m\nfunc f( {",
        'package m\nimport "sync"\nfunc f() { var mu sync.Mutex; mu.Lock(; x.y.z = <-q }',
        "package m\nfunc f() { go unknown.thing(func() { x = 1 }); missing.Lock(); a.b[c].d++ }",
        'package m\nimport "nowhere/gone"\nfunc f(x gone.T) { x.mu.Lock(); x.n = 1; go x.run(); x.ch <- x }',
        _HEAD + "type T struct { T; sync.Mutex }\nfunc (t *T) f() { t.Lock(); *t = *t; t.T.T.T.Unlock() }",
        _HEAD + "func f() { defer func() { recover() }(); for { select {} }; sync.OnceFunc(nil)() }",
    ],
)
def test_broken_go_is_no_crash(text: str) -> None:
    facts = facts_of(text)
    facts.functions  # noqa: B018 finds them
    facts.locations  # noqa: B018 finds them
    assert facts.problems == ()


def test_release_keeps_summaries() -> None:
    facts = facts_of(_HEAD + "func f() { mu.Lock() }\n")
    assert facts.functions
    before = facts.summary("example.com/m.f")
    facts.release()
    assert facts.summary("example.com/m.f") == before


def test_the_order_of_declarations_changes_nothing() -> None:
    parts = [
        "func (s *S) a() { s.lock(); s.n = 1; s.mu.Unlock() }\n",
        "func (s *S) lock() { s.mu.Lock() }\n",
        "func (s *S) b() { s.a(); s.n = 2 }\n",
    ]
    head = 'package m\nimport "sync"\ntype S struct { mu sync.Mutex; n int }\n'

    def told(order: list[str]) -> list[tuple[str, str, list[str]]]:
        facts = facts_of(head + "".join(order))
        return sorted(
            (function.name, str(access.path), sorted(map(str, access.held.must)))
            for function in facts.functions
            for access in function.accesses
        )

    assert told(parts) == told(parts[::-1])


def test_analyse_is_lazy() -> None:
    facts = facts_of(_HEAD + "func f() { mu.Lock() }\n")
    again = analyse(facts.package, {})
    assert again.problems == ()
    assert again.path == "example.com/m"


def test_a_field_of_what_may_be_a_copy_is_no_use_of_the_container() -> None:
    facts = facts_of(
        """package m

import (
	"sync"

	"example.com/targets"
)

type S struct {
	mu  sync.RWMutex
	all map[string][]targets.Target
}

func (s *S) List() (out []targets.Target) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, some := range s.all {
		for _, one := range some {
			one.Online = true
			out = append(out, one)
		}
	}
	return out
}

func (s *S) Set(name string, some []targets.Target) {
	s.mu.Lock()
	s.all[name] = some
	s.mu.Unlock()
}
"""
    )
    (uses,) = facts.uses.values()
    assert {use.function.name for use in uses if use.writes} == {"(*S).Set"}

"""Atomic operations, and the values that go through them."""

from __future__ import annotations

import pytest
from facts import facts_of

from pubcheck.facts import Access, AtomicKind, Style

_TYPES = """package m

import "sync/atomic"

type S struct {
	n    int64
	t    atomic.Int64
	f    atomic.Bool
	p    atomic.Pointer[S]
	list [4]atomic.Int64
}

"""


def _accesses(body: str, name: str = "f") -> list[Access]:
    facts = facts_of(_TYPES + body)
    assert facts.problems == ()
    function = facts.function(name)
    assert function is not None
    return [access for access in function.accesses if access.atomic]


@pytest.mark.parametrize(
    ("statement", "kind", "style", "width", "path"),
    [
        ("s.t.Load()", AtomicKind.LOAD, Style.TYPED, 64, "s.t"),
        ("s.t.Store(1)", AtomicKind.STORE, Style.TYPED, 64, "s.t"),
        ("s.f.CompareAndSwap(false, true)", AtomicKind.CAS, Style.TYPED, 32, "s.f"),
        ("s.p.Swap(nil)", AtomicKind.SWAP, Style.TYPED, 0, "s.p"),
        ("s.list[2].Add(1)", AtomicKind.ADD, Style.TYPED, 64, "s.list[2]"),
        ("atomic.AddInt64(&s.n, 1)", AtomicKind.ADD, Style.FUNCTION, 64, "s.n"),
        ("p := &s.n; atomic.StoreInt64(p, 0)", AtomicKind.STORE, Style.FUNCTION, 64, "s.n"),
        ("q := s; atomic.LoadInt64(&q.n)", AtomicKind.LOAD, Style.FUNCTION, 64, "s.n"),
        ("bump(&s.n)", AtomicKind.ADD, Style.FUNCTION, 64, "s.n"),
        ("x := s.p.Load(); x.t.Add(1)", AtomicKind.ADD, Style.TYPED, 64, "s.p.Load().t"),
    ],
)
def test_operations(statement: str, kind: AtomicKind, style: Style, width: int, path: str) -> None:
    access = _accesses(
        f"func (s *S) run() {{ {statement} }}\nfunc bump(p *int64) {{ atomic.AddInt64(p, 1) }}\n", "(*S).run"
    )[-1]
    assert access.atomic is not None
    assert (access.atomic.kind, access.atomic.style, access.atomic.width) == (kind, style, width)
    assert str(access.path) == path
    assert access.writes is (kind is not AtomicKind.LOAD)


@pytest.mark.parametrize(
    "statement",
    [
        "s.t.Store(s.t.Load() + 1)",
        "n := s.t.Load(); n *= 2; s.t.Store(n)",
        "s.t.Store(next(s.t.Load()))",
        "s.t.Store(int64(s.get()))",
        "n := s.get(); if n > 3 { n = 3 }; s.t.Store(n)",
        "s.set(s.get() + 1)",
        "old := s.p.Load(); c := *old; c.n++; s.p.Store(&c)",
        "old := s.p.Load(); s.p.Store(&S{n: old.n + 1})",
    ],
)
def test_what_is_stored_depends_on_what_was_loaded(statement: str) -> None:
    load, *_, store = _accesses(
        f"func (s *S) run() {{ {statement} }}\n"
        "func (s *S) get() int64 { return s.t.Load() }\n"
        "func (s *S) set(n int64) { s.t.Store(n) }\n"
        "func next(n int64) int64 { return n + 1 }\n",
        "(*S).run",
    )
    assert store.atomic is not None
    assert load.point in store.atomic.operands[-1].depends


@pytest.mark.parametrize(
    "statement",
    ["report(s.t.Load()); s.t.Store(0)", "n := s.t.Load(); n = 7; s.t.Store(n)", "_ = s.t.Load(); s.set(0)"],
)
def test_a_constant_depends_on_nothing(statement: str) -> None:
    _, store = _accesses(
        f"func (s *S) run() {{ {statement} }}\nfunc report(int64) {{}}\nfunc (s *S) set(n int64) {{ s.t.Store(n) }}\n",
        "(*S).run",
    )
    assert store.atomic is not None
    (operand,) = store.atomic.operands
    assert operand.depends == frozenset()
    assert operand.known
    assert operand.is_zero is (operand.value == 0)


def test_fresh_memory_is_owned_until_it_is_published() -> None:
    before, after = _accesses("func f(ch chan *S) { s := &S{}; s.t.Store(1); ch <- s; s.t.Store(2) }")
    assert before.owned
    assert not after.owned


def test_locations_group_plain_and_atomic_accesses() -> None:
    facts = facts_of(
        _TYPES
        + "func (s *S) inc() { bump(&s.n) }\nfunc (s *S) get() int64 { return s.n }\n"
        + "func bump(p *int64) { atomic.AddInt64(p, 1) }\nfunc (s *S) copied() S { return *s }\n"
    )
    found = {str(location): sites for location, sites in facts.locations.items()}
    assert [(site.function.ir.name, site.access.atomic is not None) for site in found["S.n"]] == [
        ("(*S).inc", True),
        ("(*S).get", False),
        ("(*S).copied", False),
    ]

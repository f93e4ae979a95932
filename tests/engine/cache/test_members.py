"""A method or a field that comes or goes touches those to whom it makes a difference, and few others."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pubcheck.engine import Config
from tests.engine.cache.test_outcomes import Module, analysed, edit, looked_at

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["analysed"]

FIELDS = (
    "A int",
    "B string // some words",
    "// C is a list.\n\tC []int",
    "A, D uint8",
    "// guarded by mu\n\tE int",
    "// mu protects A, B and C.\n\tmu sync.Mutex",
    "mu sync.Mutex",
    "F *P",
    "done chan struct{}",
    "S",
    "G func(n int) error",
    "H error",
    "I *sync.Mutex",
    "J, K *S",
)
METHODS = (
    "func (p *P) Do(n int) {\n\tp.n = n\n}\n",
    "func (p P) Do(n int) string {\n\treturn p.s\n}\n",
    "// Do waits.\nfunc (p *P) Do(n int) {\n\ttime.Sleep(time.Second)\n}\n",
    "func (p *P) Lock() {}\n",
    "func (p *P) Unlock() {}\n",
    "func (p *P) step() {\n\tp.n++\n}\n",
    "func (p *P) Reset() {\n\tp.n = 0\n}\n",
    "func (p *P) Next() (int, bool) {\n\treturn p.n, true\n}\n",
    "func (p *P) Next() (*P, bool) {\n\treturn p, true\n}\n",
)
USES = (
    "type D struct {\n\tlow.P\n\tk int\n}\n\nfunc (d *D) Other() { d.k++ }\n",
    "type Both interface {\n\tDo(int)\n\tOther()\n}\n\nfunc both(b Both) { go b.Other(); b.Other() }\n",
    "var pair = low.P{1, low.S{}}\n\nfunc swap() { go func() { pair.S.N++ }(); pair.S.N++ }\n",
    "type W struct {\n\tp low.P\n\tn int64\n}\n\nfunc (w *W) Inc() { atomic.AddInt64(&w.n, 1) }\n",
    "func taken(p low.P) low.P { q := p; return q }\n",
    "type A = low.P\n\nvar list = []A{{}, {1, low.S{}}}\n\nfunc first() { go func() { list[0] = A{} }() }\n",
    "const size = unsafe.Sizeof(low.P{})\n\nvar area [size]int\n\nfunc fill() { go func() { area[0]++ }() }\n",
    "func locked(p *low.P) {\n\tp.Lock()\n\ttime.Sleep(time.Second)\n\tp.Unlock()\n}\n",
    "func named(p *low.P) { go func() { p.A++ }(); p.A++ }\n",
    "type Iter[V any] interface{ Next() (V, bool) }\n\nfunc Item[V any](it Iter[V]) V { v, _ := it.Next(); _ = v }\n",
    "var pool sync.Pool\n\nfunc put(p *low.P) { pool.Put(p) }\n",
    "// Needs is called with p.mu held.\nfunc Needs(p *low.P) { p.Do(1) }\n",
)
ABOVE = (
    "func race(p *low.P) { v := mid.Item(p); go func() { v.A++ }(); v.A++ }\n",
    "func over(d *mid.D) { go d.Do(1); d.Do(2); d.Other() }\n",
    "func copied(w *mid.W) mid.W { return *w }\n",
    "type Wider struct{ mid.A }\n\nfunc (w *Wider) Run() { go w.Do(1) }\n",
    "type E struct{ *mid.D }\n\ntype Asks interface{ mid.Both }\n\nfunc asks(a Asks) { go a.Other(); a.Do(1) }\n",
)
HEAD = """import (
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
{})

var (
	_ sync.Mutex
	_ atomic.Int64
)

const _, _ = time.Second, unsafe.Sizeof(1)

"""
numbers = st.lists(st.integers(0, 11), max_size=4, unique=True)


def low(fields: Iterable[int], methods: Iterable[int]) -> str:
    listed = "".join(f"\t{FIELDS[each % len(FIELDS)]}\n" for each in fields)
    text = f"type S struct{{ N int }}\n\ntype P struct {{\n\tn int\n\ts S\n{listed}}}\n\n"
    return f"package low\n\n{HEAD.format('')}{text}" + "\n".join(METHODS[each % len(METHODS)] for each in methods)


def mid(uses: Iterable[int]) -> str:
    text = HEAD.format('\t"m/low"\n') + "var _ low.P\n\n" + "\n".join(USES[each] for each in uses)
    return f"package mid\n\n{text}"


def top(uses: Iterable[int]) -> str:
    text = (
        HEAD.format('\t"m/low"\n\t"m/mid"\n') + "var _ low.S\n\n" + "\n".join(ABOVE[each % len(ABOVE)] for each in uses)
    )
    return f"package top\n\n{text}"


class Members(RuleBasedStateMachine):
    """Fields and methods of a type that come and go, below all that may be done with one."""

    @initialize(uses=numbers, above=numbers)
    def begin(self, uses: list[int], above: list[int]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.module = Module(Path(self.folder.name))
        self.module.config = Config(select=("all",))
        self.members: tuple[list[int], list[int]] = ([], [])
        self.module.write("low/low.go", low(*self.members))
        self.use(uses, above)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule(uses=numbers, above=numbers)
    def use(self, uses: list[int], above: list[int]) -> None:
        self.module.write("mid/mid.go", mid(uses))
        self.module.write("top/top.go", top(above))

    @rule(number=st.integers(0, len(FIELDS) - 1), at=st.integers(0, 3))
    def field(self, number: int, at: int) -> None:
        self._turn(self.members[0], number, at)

    @rule(number=st.integers(0, len(METHODS) - 1), at=st.integers(0, 3))
    def method(self, number: int, at: int) -> None:
        self._turn(self.members[1], number, at)

    def _turn(self, members: list[int], number: int, at: int) -> None:
        """Add a member, or take it away."""
        if number in members:
            members.remove(number)
        else:
            members.insert(at, number)
        self.module.write("low/low.go", low(*self.members))

    @invariant()
    def cold_is_warm(self) -> None:
        self.module.same()


def test_any_sequence_of_members_gives_the_same_report_with_a_cache_and_without() -> None:
    run_state_machine_as_test(Members, settings=settings(max_examples=15, stateful_step_count=12))


@pytest.fixture
def module(tmp_path: Path) -> Module:
    module = Module(tmp_path)
    module.config = Config(select=("all",))
    module.write("low/low.go", low((0,), (0,)))
    module.write("mid/mid.go", mid(()))
    module.write("top/top.go", top(()))
    module.same()
    return module


def test_a_method_that_nobody_names_touches_its_own_package(module: Module, analysed: list[str]) -> None:
    module.write("mid/mid.go", mid((0, 3, 4, 5, 8)))
    looked_at(module, analysed)
    edit(module, "low/low.go", "func (p *P) Do", "// Newly is new.\nfunc (p *P) Newly() {}\n\nfunc (p *P) Do")
    assert looked_at(module, analysed) == ["m/low"]
    edit(module, "low/low.go", "Newly() {}", "Newly(n int) int { return n }")
    assert looked_at(module, analysed) == ["m/low"]


def test_a_field_that_nobody_names_touches_its_own_package(module: Module, analysed: list[str]) -> None:
    module.write("mid/mid.go", mid((0, 4, 8)))
    looked_at(module, analysed)
    edit(module, "low/low.go", "\tn int\n", "\tn      int\n\tnewly  string // how it is called\n")
    assert looked_at(module, analysed) == ["m/low"]
    edit(module, "low/low.go", "newly  string", "newest string")
    assert looked_at(module, analysed) == ["m/low"]


@pytest.mark.parametrize("field", ["newly *S", "newly error", "newly map[string]*S", "newly []*P"])
def test_a_field_that_leads_on_touches_its_own_package_where_another_one_does(
    module: Module, analysed: list[str], field: str
) -> None:
    module.write("mid/mid.go", mid((0, 4, 8)))
    edit(module, "low/low.go", "\tn int\n", "\tn int\n\tknown *S\n")
    looked_at(module, analysed)
    edit(module, "low/low.go", "\tn int\n", f"\tn int\n\t{field}\n")
    assert looked_at(module, analysed) == ["m/low"]
    edit(module, "low/low.go", field, f"{field} // guarded by mu")
    assert looked_at(module, analysed) == ["m/low", "m/mid"]


@pytest.mark.parametrize(
    ("use", "method"),
    [
        ("func do(p *low.P) { p.Newly() }\n", "Newly"),
        ("type D struct{ low.P }\n\ntype Some interface{ Newly() }\n", "Newly"),
        ("// The lock of Newly is held.\nfunc do(p *low.P) { p.Do(1) }\n", "Newly"),
        ("var shared low.P\n", "Lock"),
        ("var shared low.P\n", "RoundTrip"),
    ],
)
def test_a_method_touches_who_names_it_or_may_ask_for_it(
    module: Module, analysed: list[str], use: str, method: str
) -> None:
    module.write("mid/mid.go", mid(()) + use)
    looked_at(module, analysed)
    edit(module, "low/low.go", "func (p *P) Do", f"func (p *P) {method}() {{}}\n\nfunc (p *P) Do")
    assert "m/mid" in looked_at(module, analysed)


@pytest.mark.parametrize(
    ("use", "field"),
    [
        ("func do(p *low.P) { p.Newly++ }\n", "Newly int"),
        ("var one = low.P{Newly: 1}\n", "Newly int"),
        ("var one = low.P{1, low.S{}, 2}\n", "newly int"),
        ("var some = []low.P{{}, {1, low.S{}, 2}}\n", "newly int"),
        ('var some = map[string]*low.P{"x": {1, low.S{}, 2}}\n', "newly int"),
        ("type L []low.P\n\nvar some = L{0: {1, low.S{}, 2}}\n", "newly int"),
        ("type W struct {\n\tp low.P\n\tn int64\n}\n\nfunc (w *W) Inc() { atomic.AddInt64(&w.n, 1) }\n", "newly int"),
        (
            "const size = unsafe.Sizeof(low.P{})\n\nvar area [size]int\n\nfunc get() int { return area[0] }\n",
            "newly int",
        ),
        ("func taken(p low.P) {}\n", "newly sync.Mutex"),
        ("func taken(p low.P) {}\n", "newly int // guarded by mu"),
        ("func taken(p low.P) {}\n", "newly []int"),
        ("func taken(p low.P) {}\n", "sync.Mutex"),
        ("func taken(p low.P) {}\n", "newly *P"),
        ("func taken(p low.P) {}\n", "newly error"),
    ],
)
def test_a_field_touches_who_can_tell(module: Module, analysed: list[str], use: str, field: str) -> None:
    module.write("mid/mid.go", mid(()) + use)
    looked_at(module, analysed)
    edit(module, "low/low.go", "\ts S\n", f"\ts S\n\t{field}\n")
    assert "m/mid" in looked_at(module, analysed)


def test_a_field_touches_who_shows_what_stands_behind_it(module: Module, analysed: list[str]) -> None:
    guarded = "type P struct {\n\tMu sync.Mutex\n\tA int\n\tN int // guarded by Mu\n}\n"
    keeps = "".join(
        f"func (p *P) {name}() {{\n\tp.Mu.Lock()\n\tp.N++\n\tp.Mu.Unlock()\n}}\n" for name in ("Keep", "More")
    )
    module.write("low/low.go", f"package low\n\n{HEAD.format('')}{guarded}{keeps}")
    get = "func (t *T) Get() int {\n\tt.p.Mu.Lock()\n\tt.p.N++\n\tt.p.Mu.Unlock()\n\treturn t.p.N\n}\n"
    put = "func (t *T) Put(n int) {\n\tt.p.Mu.Lock()\n\tt.p.N = n\n\tt.p.Mu.Unlock()\n}\n"
    module.write("mid/mid.go", f"{mid(())}type T struct{{ p *low.P }}\n\n{get}{put}")
    looked_at(module, analysed)
    report = module.report(cache=True)
    assert '"path": "low/low.go"' in report
    assert '"path": "mid/mid.go"' in report
    edit(module, "low/low.go", "\tA int\n", "\tA int\n\tnewly int\n")
    assert looked_at(module, analysed) == ["m/low", "m/mid"]

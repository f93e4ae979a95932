"""What a fix makes of code, and where none is offered: each rule's preconditions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, Mended, check, mend

if TYPE_CHECKING:
    from pathlib import Path

_ATOMIC = """\
package p

import "sync/atomic"

var n atomic.Int64

func Add() { n.Add(1) }

func use(int64) {}

func Take() int64 {
BODY
}
"""

_LOCK = """\
package p

import "sync"

type Box struct {
	mu    sync.RWMutex
	n     int
	items map[string]int
}

func (b *Box) Put(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
	b.items[key] = b.n
}

func (b *Box) Drop(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n--
	delete(b.items, key)
}

func (b *Box) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n = 0
}

func (b *Box) Size() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n
}

func (b *Box) Double() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n *= 2
}

BODY
"""


class Bench:
    """A module with one Go file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "go.mod").write_text("module example.test\n\ngo 1.27\n")

    def mend(self, rule: str, code: str, *, unsafe: bool = True) -> Mended:
        (self.root / "a.go").write_text(code)
        config = Config(select=(rule,), min_confidence=Confidence.LOW)
        return mend(partial(check, ["./..."], config, cwd=self.root), unsafe=unsafe)

    def after(self, rule: str, code: str, *, unsafe: bool = True) -> str | None:
        mended = self.mend(rule, code, unsafe=unsafe)
        found = mended.after.get(str(self.root / "a.go"))
        assert found is not None or mended.report.diagnostics, "nothing is found here"
        return None if found is None else found.decode()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path.resolve())


def indented(text: str) -> str:
    return "\n".join(f"\t{line}" if line else line for line in text.rstrip("\n").split("\n"))


SWAPPED = [
    ("x := n.Load()\nn.Store(0)\nreturn x", "x := n.Swap(0)\nreturn x"),
    ("use(n.Load())\nn.Store(0) // start again\nreturn 1", "use(n.Swap(0))\n// start again\nreturn 1"),
    (
        "x := n.Load()\nif x == 0 {\n\treturn 0\n}\nn.Store(0)\nreturn x",
        "x := n.Swap(0)\nif x == 0 {\n\treturn 0\n}\nreturn x",
    ),
    (
        "x := n.Load()\nif x != 0 {\n\tuse(x)\n\tn.Store(0)\n}\nreturn x",
        "x := n.Swap(0)\nif x != 0 {\n\tuse(x)\n}\nreturn x",
    ),
    (
        "if x := n.Load(); x > 0 {\n\tuse(x)\n\tn.Store(0)\n}\nreturn 1",
        "if x := n.Swap(0); x > 0 {\n\tuse(x)\n}\nreturn 1",
    ),
]


@pytest.mark.parametrize(("before", "after"), SWAPPED)
def test_a_reset_is_a_swap(bench: Bench, before: str, after: str) -> None:
    found = bench.after("load-then-store", _ATOMIC.replace("BODY", indented(before)), unsafe=False)
    assert found == _ATOMIC.replace("BODY", indented(after))


NO_SWAP = {
    "it is left for another reason": "x := n.Load()\nuse(x)\nif x == 7 {\n\treturn 0\n}\nn.Store(0)\nreturn x",
    "it is stored on one way only": "x := n.Load()\nuse(x)\nif x != 7 {\n\tuse(x)\n\tn.Store(0)\n}\nreturn x",
    "what is stored hangs on what comes between": "x := n.Load()\ny := int64(0)\nn.Store(y)\nreturn x",
    "it is stored in a loop of its own": "x := n.Load()\nuse(x)\nfor range 3 {\n\tn.Store(0)\n}\nreturn x",
}


@pytest.mark.parametrize("body", NO_SWAP.values(), ids=NO_SWAP.keys())
def test_no_swap_is_offered_where_it_means_something_else(bench: Bench, body: str) -> None:
    assert bench.after("load-then-store", _ATOMIC.replace("BODY", indented(body))) is None


def test_a_number_that_may_be_negative_needs_a_look(bench: Bench) -> None:
    body = indented("if x := n.Load(); x > 0 {\n\tuse(x)\n\tn.Store(0)\n}\nreturn 1")
    code = _ATOMIC.replace("n.Add(1)", "n.Add(-1)").replace("BODY", body)
    assert bench.after("load-then-store", code, unsafe=False) is None
    assert "n.Swap(0)" in (bench.after("load-then-store", code) or "")


UPDATED = [
    ("n.Store(n.Load() + 2)\nreturn 1", "n.Add(2)\nreturn 1"),
    ("n.Store(3 + n.Load())\nreturn 1", "n.Add(3)\nreturn 1"),
    ("n.Store(n.Load() - 2)\nreturn 1", "n.Add(-2)\nreturn 1"),
    ("x := n.Load()\nn.Store(x + 1)\nreturn 1", "n.Add(1)\nreturn 1"),
    ("x := n.Load() + 1\nn.Store(x)\nreturn x", "x := n.Add(1)\nreturn x"),
]


@pytest.mark.parametrize(("before", "after"), UPDATED)
def test_a_sum_is_an_add(bench: Bench, before: str, after: str) -> None:
    found = bench.after("non-atomic-update", _ATOMIC.replace("BODY", indented(before)), unsafe=False)
    assert found == _ATOMIC.replace("BODY", indented(after))


def test_what_is_no_sum_is_tried_again(bench: Bench) -> None:
    code = _ATOMIC.replace("BODY", indented("n.Store(n.Load() * 2)\nreturn 1"))
    assert bench.after("non-atomic-update", code, unsafe=False) is None
    after = "for {\n\told := n.Load()\n\tif n.CompareAndSwap(old, old*2) {\n\t\tbreak\n\t}\n}\nreturn 1"
    found = bench.after("non-atomic-update", code)
    assert found is not None
    assert found.replace("old * 2", "old*2") == _ATOMIC.replace("BODY", indented(after))


NO_LOOP = {
    "the old value is used after it": "x := n.Load()\nn.Store(x * 2)\nreturn x",
    "something is added up on the way": "sum := int64(0)\nx := n.Load()\nsum += x\nn.Store(x * 2)\nreturn sum",
    "it leads out of a loop": "for {\n\tx := n.Load()\n\tif x == 3 {\n\t\tbreak\n\t}\n\tn.Store(x * 2)\n}\nreturn 1",
}


@pytest.mark.parametrize("body", NO_LOOP.values(), ids=NO_LOOP.keys())
def test_no_loop_is_offered_around_what_must_happen_once(bench: Bench, body: str) -> None:
    assert bench.after("non-atomic-update", _ATOMIC.replace("BODY", indented(body))) is None


def test_the_lock_is_held_for_the_statements_that_lack_it(bench: Bench) -> None:
    body = "func (b *Box) Twice(on bool, f func(int)) {\n\tif on {\n%s\t\tf(x + y)\n\t}\n}"
    reads = "\t\tx := b.n\n\t\ty := b.n // again\n"
    held = f"\t\tb.mu.Lock()\n{reads}\t\tb.mu.Unlock()\n"
    found = bench.after("inconsistent-guard", _LOCK.replace("BODY", body % reads))
    assert found == _LOCK.replace("BODY", body % held)


NO_LOCK = {
    "it waits": "func (b *Box) N(c chan int) int {\n\tif b.n > 3 {\n\t\tc <- 1\n\t}\n\treturn b.n\n}",
    "who is called back may want it": (
        "func (b *Box) N(f func(int)) int {\n\tb.mu.Lock()\n\tx := b.n\n\tb.mu.Unlock()\n\tf(x)\n\treturn b.n\n}"
    ),
    "it takes the lock itself": 'func (b *Box) N() int {\n\tb.Put("x")\n\treturn b.n\n}',
    "a call in the statement may want it": "func (b *Box) Set(f func() int) {\n\tfor {\n\t\tb.n = f()\n\t}\n}",
}


@pytest.mark.parametrize("body", NO_LOCK.values(), ids=NO_LOCK.keys())
def test_no_lock_is_offered_where_it_may_be_taken_twice_or_held_too_long(bench: Bench, body: str) -> None:
    assert bench.after("inconsistent-guard", _LOCK.replace("BODY", body)) is None


def test_an_import_by_another_name_is_used(bench: Bench) -> None:
    code = (
        'package p\n\nimport (\n\tcopies "maps"\n\t"sync"\n)\n\n'
        "type T struct {\n\tmu sync.Mutex\n\tm  map[string]int\n}\n\n"
        "func (t *T) Set(k string) {\n\tt.mu.Lock()\n\tdefer t.mu.Unlock()\n\tt.m[k]++\n}\n\n"
        "func (t *T) All() map[string]int {\n\tt.mu.Lock()\n\tdefer t.mu.Unlock()\n\treturn t.m\n}\n\n"
        "func New() *T { return &T{m: copies.Clone(map[string]int{})} }\n"
    )
    assert bench.after("returns-guarded-state", code) == code.replace("return t.m\n", "return copies.Clone(t.m)\n")


def test_a_name_that_is_taken_leaves_it_at_words(bench: Bench) -> None:
    code = (
        'package p\n\nimport "sync"\n\ntype T struct {\n\tmu sync.Mutex\n\tm  map[string]int\n}\n\n'
        "func (t *T) Set(k string) {\n\tt.mu.Lock()\n\tdefer t.mu.Unlock()\n\tt.m[k]++\n}\n\n"
        "func (t *T) All() (maps map[string]int) {\n\tt.mu.Lock()\n\tdefer t.mu.Unlock()\n\treturn t.m\n}\n\n"
        "func New() *T { return &T{m: map[string]int{}} }\n"
    )
    assert bench.after("returns-guarded-state", code) is None


_SHARED = """\
package p

import (
	"bytes"
	"fmt"
	"math/rand"
	"sync"
)

func Fill(parts []string, c chan string, f func(int, int)) string {
	var wg sync.WaitGroup
	OBJECT
	for _, part := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
USES
		}()
	}
	wg.Wait()
	return fmt.Sprint(len(parts), RESULT)
}

var one = rand.New(rand.NewSource(1))

func pick() *rand.Rand { return one }

var _ bytes.Buffer
"""


def _sharing(made: str, uses: str, result: str = "1") -> str:
    uses = "\n".join(f"\t\t\t{line}" for line in uses.split("\n"))
    return _SHARED.replace("OBJECT", made).replace("USES", uses).replace("RESULT", result)


_BUFFER, _DICE = "var out bytes.Buffer", "dice := rand.New(rand.NewSource(1))"


def test_a_lock_is_held_where_goroutines_use_what_is_not_safe_for_them(bench: Bench) -> None:
    writes = "out.WriteString(part)\nout.WriteByte('\\n') // ends it\n"
    code = _sharing(_BUFFER, f"{writes}fmt.Println(part)", "out.String()")
    held = f"mu.Lock()\n{writes}mu.Unlock()\nfmt.Println(part)"
    after = _sharing(f"var mu sync.Mutex\n\t{_BUFFER}", held, "out.String()")
    assert bench.after("unsafe-type-shared", code) == after


def test_the_lock_of_a_shared_object_has_a_name_of_its_own(bench: Bench) -> None:
    uses = "mu := dice.Intn(6)\n%sfmt.Println(mu)"
    held = "diceMu.Lock()\n" + uses % "diceMu.Unlock()\n"
    after = _sharing(f"var diceMu sync.Mutex\n\t{_DICE}", held)
    assert bench.after("unsafe-type-shared", _sharing(_DICE, uses % "")) == after


NO_LOCK_BESIDE = {
    "it waits for what is written": (_BUFFER, "out.WriteString(<-c)"),
    "somebody is called back": (_DICE, "dice.Shuffle(3, f)"),
    "who is called may wait for the others": (_DICE, "f(dice.Intn(6), 0)"),
    "a part of the object is kept": (_BUFFER, "line, _ := out.ReadBytes(0)\n_ = line"),
    "it is handed to others": (_BUFFER, "out.WriteString(part)\nfmt.Fprintln(&out, part)"),
    "it may have another name": ("dice := pick()", "_ = dice.Intn(6)"),
    "a decision hangs on it": (_DICE, "if dice.Intn(6) == 0 {\n\tfmt.Println(part)\n}"),
}


@pytest.mark.parametrize(("made", "uses"), NO_LOCK_BESIDE.values(), ids=NO_LOCK_BESIDE.keys())
def test_no_lock_is_offered_that_is_not_enough_or_may_be_too_much(bench: Bench, made: str, uses: str) -> None:
    assert bench.after("unsafe-type-shared", _sharing(made, uses)) is None


def test_no_lock_is_offered_where_the_starter_must_wait(bench: Bench) -> None:
    code = _sharing(_BUFFER, "out.WriteString(part)", "out.String()").replace("\twg.Wait()\n", "")
    assert bench.after("unsafe-type-shared", code) is None


def test_no_lock_is_offered_where_a_method_is_a_goroutine_of_its_own(bench: Bench) -> None:
    code = _sharing(_BUFFER, "out.WriteString(part)").replace("\t\twg.Add", "\t\tgo out.WriteString(part)\n\t\twg.Add")
    assert bench.after("unsafe-type-shared", code) is None


def test_a_loop_variable_that_its_body_changes_gets_no_copy(bench: Bench) -> None:
    (bench.root / "go.mod").write_text("module example.test\n\ngo 1.20\n")
    loop = "\tfor i := 0; i < 9; i++ {\n\t\tgo func() { use(i) }()\nMORE\t}\n"
    code = f"package p\n\nfunc use(int) {{}}\n\nfunc F() {{\n{loop}}}\n"
    copied = code.replace("\t\tgo", "\t\ti := i\n\t\tgo")
    assert bench.after("loop-variable-capture", code.replace("MORE", "")) == copied.replace("MORE", "")
    assert bench.after("loop-variable-capture", code.replace("MORE", "\t\ti += 2\n")) is None


_VALUE = """\
package p

import (
	"strings"
	"sync"
	"sync/atomic"
)

type limits struct{ n int }

type locked struct{ mu sync.Mutex }

type server struct{ v atomic.Value }

var _ strings.Builder

func (s *server) first(l limits, p *limits, k *locked, f func(int)) { s.v.Store(USUAL) }

func (s *server) then(l limits, p *limits, k *locked, get func() *limits) { s.v.Store(ODD) }

func (s *server) load() any { return LOAD }
"""


def _stores(usual: str, odd: str, load: str = "1") -> str:
    return _VALUE.replace("USUAL", usual).replace("ODD", odd).replace("LOAD", load)


ONE_TYPE = [
    ("l", "p", "*p", "s.v.Load().(limits)"),
    ("l", "&limits{2}", "limits{2}", "s.v.Load().(limits)"),
    ("p", "limits{2}", "&limits{2}", "s.v.Load().(*limits)"),
    ("p", "nil", "(*limits)(nil)", "s.v.Load().(*limits)"),
    ("[]int{1}", "nil", "[]int(nil)", "1"),
    ("f", "nil", "(func(int))(nil)", "1"),
]


@pytest.mark.parametrize(("usual", "odd", "after", "load"), ONE_TYPE)
def test_what_an_atomic_value_is_given_is_of_one_type(
    bench: Bench, usual: str, odd: str, after: str, load: str
) -> None:
    code = _stores(usual, odd, load)
    assert bench.after("atomic-value-types", code, unsafe=False) is None
    assert bench.after("atomic-value-types", code) == _stores(usual, after, load)


NOT_ONE_TYPE = {
    "a load tells nil from what is there": ("p", "nil", "s.v.Load() == nil"),
    "a load wants the other type": ("l", "p", "s.v.Load().(*limits)"),
    "the type has no nil": ("l", "nil", "1"),
    "another package's name is needed": ("&strings.Builder{}", "nil", "1"),
    "a lock would be copied": ("locked{}", "k", "1"),
    "the pointer has to be asked for": ("l", "get()", "1"),
    "neither is the other's pointer": ("l", "3", "1"),
}


@pytest.mark.parametrize(("usual", "odd", "load"), NOT_ONE_TYPE.values(), ids=NOT_ONE_TYPE.keys())
def test_an_atomic_value_is_left_as_it_is(bench: Bench, usual: str, odd: str, load: str) -> None:
    assert bench.after("atomic-value-types", _stores(usual, odd, load)) is None


def test_an_atomic_value_that_others_may_load_is_left_as_it_is(bench: Bench) -> None:
    code = _stores("l", "p").replace("s.v.", "s.V.").replace("{ v atomic", "{ V atomic")
    assert bench.after("atomic-value-types", code) is None


_SHARDS = """\
package p

import "sync/atomic"

type shard struct {
FIELDS
}

type Cache struct{ shards []shard }

func (c *Cache) Hit(hash uint64) { c.shards[hash&7].hits.Add(1) }

var _ = shard{VALUE}
"""


def test_a_shard_is_padded_to_a_cache_line(bench: Bench) -> None:
    code = _SHARDS.replace("VALUE", "")
    fields = "\thits   atomic.Uint64 // found\n\tmisses atomic.Uint64"
    padded = f"{fields}\n\t_      [48]byte"
    assert bench.after("false-sharing", code.replace("FIELDS", fields)) == code.replace("FIELDS", padded)


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ("\thits atomic.Uint64\n\tname string", ""),
        ("\thits atomic.Uint64\n\tname int32", "atomic.Uint64{}, 1"),
    ],
    ids=["its size hangs on the target", "a literal gives its fields by position"],
)
def test_a_shard_is_left_as_it_is(bench: Bench, fields: str, value: str) -> None:
    assert bench.after("false-sharing", _SHARDS.replace("FIELDS", fields).replace("VALUE", value)) is None


UNCOUNTED = """package a

import "sync"

type Tally struct {
	mu sync.Mutex
	n  int
}

func (t *Tally) Inc() {
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
}

func (t *Tally) Get() int {
	return t.n
}
"""


def test_a_lock_goes_only_when_nobody_is_told_to_take_it_any_more(bench: Bench) -> None:
    mended = bench.after("all", UNCOUNTED)
    assert mended is not None
    assert "t.mu" not in mended
    assert "t.n.Add(1)" in mended
    assert "\n\treturn int(t.n.Load())" in mended


_TABLE = """\
package p

import "sync"

type entry struct{ hits int }

type Table struct {
	mu      sync.RWMutex
	entries map[string]*entry
	made    chan string
}

func load(string) *entry { return &entry{} }

func (t *Table) Get(key string) *entry {
	t.mu.RLock()
	e, ok := t.entries[key]
	t.mu.RUnlock()
	if !ok {
		BETWEEN
		t.mu.Lock()
		t.entries[key] = e
		t.mu.Unlock()
	}
	return e
}
"""

_HELD = """\
func (t *Table) Get(key string) *entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.entries[key]
	if !ok {
		e = &entry{}
		t.entries[key] = e
	}
	return e
}
"""


def test_two_steps_that_take_no_time_are_one(bench: Bench) -> None:
    mended = bench.after("check-outside-lock", _TABLE.replace("BETWEEN", "e = &entry{}"))
    assert mended is not None
    assert mended.endswith(_HELD)


@pytest.mark.parametrize(
    "between",
    ["e = load(key)", "e = &entry{}\n\t\tt.made <- key", "e = &entry{}\n\t\tdefer func() { e.hits++ }()"],
)
def test_a_lock_is_not_held_over_what_may_take_long(bench: Bench, between: str) -> None:
    assert bench.after("check-outside-lock", _TABLE.replace("BETWEEN", between)) is None


_GROUP = """\
package p

import "golang.org/x/sync/errgroup"

func share(*errgroup.Group) {}

func Run(jobs <-chan int, done chan int) error {
	var g errgroup.Group
	OTHERS
	for job := range jobs {
		g.Go(func() error {
			WORK
			return nil
		})
	}
	return g.Wait()
}
"""


def test_a_group_gets_a_limit_where_it_is_declared(bench: Bench) -> None:
    mended = bench.after("unbounded-goroutines", _GROUP.replace("OTHERS\n\t", "").replace("WORK", "println(job)"))
    assert mended is not None
    assert "\tvar g errgroup.Group\n\tg.SetLimit(runtime.GOMAXPROCS(0))\n" in mended
    assert '"runtime"' in mended


@pytest.mark.parametrize(
    ("others", "work"),
    [
        ("println()", "if job > 0 {\n\t\t\t\tdone <- job\n\t\t\t}"),
        ("share(&g)", "println(job)"),
        ("println()", "g.Go(func() error { return nil })"),
    ],
)
def test_no_limit_is_set_on_goroutines_that_may_wait_for_the_loop(bench: Bench, others: str, work: str) -> None:
    assert bench.after("unbounded-goroutines", _GROUP.replace("OTHERS", others).replace("WORK", work)) is None

"""Which functions are looked at, told from their text."""

from __future__ import annotations

import pytest
from facts import facts_of

from pubcheck.analysis.relevance import Mention

_HEAD = """package m
import ("sync"; "sync/atomic")
type C struct { mu sync.Locker; n, hits int64; pool sync.Pool }
type D struct { n int64 }
var busy = make(chan int)
func slow() {}
func (c *C) count() { atomic.AddInt64(&c.hits, 1) }
"""


@pytest.mark.parametrize(
    "body",
    [
        "c.mu.Lock()",
        "defer c.mu.Unlock()",
        "c.mu.TryLock()",
        "c.rlockAll()",
        "// The caller holds the lock.",
        "c.flushLocked()",
        "go slow()",
        "go func() {}()",
        "go c.count()",
        "busy <- 1",
        "_ = atomic.LoadInt64(&c.n)",
        "c.state.Store(nil)",
        "c.pool.Put(c)",
        "c.count()",
        "c.hits = 0",
        "c := *new(C); _ = c",
    ],
)
def test_what_matters(body: str) -> None:
    assert "subject" in _looked_at(body)


@pytest.mark.parametrize(
    "body",
    ["c.n = 1", "c.block()", "clock := 1; _ = clock", "// go on", "c.Loading()", "category := 1; _ = category"],
)
def test_what_does_not(body: str) -> None:
    assert "subject" not in _looked_at(body)


@pytest.mark.parametrize("lock", ["sync.Mutex", "sync.RWMutex", "*sync.Mutex", "syncutil.Mutex"])
def test_beside_a_mutex_everything_does(lock: str) -> None:
    text = f"package m\ntype C struct {{ mu {lock}; n int }}\nfunc subject(c *C) {{ c.n = 1 }}\n"
    assert {function.ir.name for function in facts_of(text).functions} == {"subject"}
    assert not facts_of(text.replace(lock, "int")).functions


@pytest.mark.parametrize("package", ["time", "context"])
def test_a_timer_alone_runs_another_goroutine(package: str) -> None:
    text = f'package m\nimport "{package}"\nfunc subject(f func()) {{ {package}.AfterFunc(nil, f) }}\n'
    assert {function.ir.name for function in facts_of(text).functions} == {"subject"}


def test_a_lock_may_be_another_packages() -> None:
    text = 'package m\nimport "x/b"\nfunc subject() { b.Mu.Lock(); b.Count++; b.Mu.Unlock() }\nfunc other() {}\n'
    assert {function.ir.name for function in facts_of(text).functions} == {"subject"}


def test_methods_of_many_types_matter_beside_synchronisation_only() -> None:
    text = "package m\nvar mu chan int\nfunc subject(s set) { s.Add(1) }\n"
    assert not facts_of(text).functions
    assert facts_of(text + "var group sync.WaitGroup\n").functions


def _looked_at(body: str) -> set[str]:
    return {function.ir.name for function in facts_of(f"{_HEAD}func subject(c *D) {{\n{body}\n}}\n").functions}


@pytest.mark.parametrize("code", ["run()", "x.run()", "v := run", "y(run, 1)", "x := 1 // run"])
def test_a_name_is_mentioned(code: str) -> None:
    assert Mention(b"run").search(f"package m\nfunc run() {{}}\nfunc f() {{ {code} }}\n".encode()) is not None


@pytest.mark.parametrize("code", ["rerun()", "runs()", "x.run2()", "", "\n\t// run(it)\n"])
def test_a_declaration_a_comment_or_a_longer_name_mentions_nothing(code: str) -> None:
    assert Mention(b"run").search(f"package m\nfunc run() {{}}\nfunc f() {{ {code} }}\n".encode()) is None


def test_a_method_is_mentioned_with_its_dot() -> None:
    assert Mention(b".run").search(b"package m\nfunc f(t T) { t.run() }\n") is not None
    assert Mention(b".run").search(b"package m\nfunc (t T) run() { run() }\n") is None

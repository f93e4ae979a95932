"""Summaries as bytes: they come back as they were, and tell what changed from what only moved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from facts import facts_of

from pubcheck.facts import Summary, storage
from pubcheck.source import Span

GO = """package m
import ("os"; "sync"; "sync/atomic")
type S struct { mu, other sync.Mutex; n int; c atomic.Int64; p atomic.Pointer[S]; f *os.File; m map[string]int }
func (s *S) All(t *S, ch chan *S) (*S, error) {
	s.mu.Lock()
	s.other.Lock()
	defer s.mu.Unlock()
	s.n = 1 << 40
	s.c.Store(7)
	s.p.Store(t)
	ch <- t
	s.m["a"]++
	return s.p.Load(), s.f.Sync()
}
func (s *S) Calls(t *S) { s.All(t, nil); go func() { s.n++ }() }
"""


def summaries() -> list[Summary]:
    found = list(facts_of(GO).export().values())
    assert all(summary.accesses and summary.acquired and summary.blocking and summary.publications for summary in found)
    return found


def same(span: Span) -> Span:
    return span


def test_summaries_come_back_as_they_were() -> None:
    for summary in summaries():
        assert storage.decoded(storage.encoded(summary, same), same) == summary


def test_every_span_is_moved_there_and_back() -> None:
    def there(span: Span) -> Span:
        return Span(span.path, span.start + 1000, span.end + 1000)

    def back(span: Span) -> Span:
        return Span(span.path, span.start - 1000, span.end - 1000)

    for summary in summaries():
        data = storage.encoded(summary, there)
        assert storage.decoded(data, back) == summary
        moved = msgspec.msgpack.decode(data)
        assert _smallest_span(moved) >= 1000


def _smallest_span(value: object) -> int:
    match value:
        case {"path": str(), "start": int(start), "end": int(), **rest} if not rest:
            return start
        case dict():
            return min(map(_smallest_span, value.values()), default=1 << 60)
        case list():
            return min(map(_smallest_span, value), default=1 << 60)
        case _:
            return 1 << 60


@pytest.mark.parametrize("constant", ["1 << 100", "-(1 << 80)", '"\\xff\\xfe"', '"plain"', "1e400", "nil"])
def test_any_constant_can_be_stored(constant: str) -> None:
    kind = "any" if constant != "nil" else "*int"
    facts = facts_of(f"package m\ntype S struct {{ v {kind} }}\nfunc (s *S) Set() {{ s.v = {constant} }}\n")
    (summary,) = facts.export().values()
    assert summary.accesses
    assert len(storage.decoded(storage.encoded(summary, same), same).accesses) == len(summary.accesses)


_PRINT = """
import sys
sys.path[:0] = sys.argv[1:]
from test_storage import same, storage, summaries
print([storage.encoded(one, same).hex() for one in summaries()])
"""


def test_equal_summaries_have_equal_bytes_in_every_process() -> None:
    here = str(Path(__file__).parent)
    support = str(Path(__file__).parents[1] / "support")
    told = {
        subprocess.run(
            [sys.executable, "-c", _PRINT, here, support],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from pubcheck.engine.effort import paying, processors
from pubcheck.engine.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

WORK = st.lists(st.integers(0, 50), min_size=1, max_size=12)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, frozenset[str]], dict[str, int]]:
    """Packages that import earlier ones, with all that is below each, and their work."""
    work = draw(WORK)
    below: dict[str, frozenset[str]] = {}
    for number in range(len(work)):
        direct = draw(st.sets(st.sampled_from(sorted(below)))) if below else set()
        below[f"p{number:02}"] = frozenset(direct).union(*(below[one] for one in direct))
    return below, dict(zip(below, work, strict=True))


def finish(below: Mapping[str, frozenset[str]], work: Mapping[str, int], hands: int) -> tuple[list[str], int]:
    """The order in which packages are begun, and when all are done, where ``hands`` work at once."""
    schedule = Schedule(below, work)
    running: list[tuple[int, str]] = []
    begun: list[str] = []
    done: set[str] = set()
    now = 0
    while True:
        while len(running) < hands and (package := schedule.take()) is not None:
            assert below[package] & below.keys() <= done
            begun.append(package)
            running.append((now + work[package], package))
        if not running:
            return begun, now
        now, package = min(running)
        running.remove((now, package))
        done.add(package)
        schedule.done(package)


@given(graphs(), st.integers(1, 4))
def test_each_package_comes_once_and_after_those_below(
    graph: tuple[dict[str, frozenset[str]], dict[str, int]], hands: int
) -> None:
    begun, _ = finish(*graph, hands)
    assert sorted(begun) == sorted(graph[0])


@given(graphs(), st.integers(1, 4))
def test_nobody_waits_much_longer_than_has_to_be(
    graph: tuple[dict[str, frozenset[str]], dict[str, int]], hands: int
) -> None:
    below, work = graph
    _, took = finish(below, work, hands)
    _, longest = finish(below, work, len(below))
    assert took <= sum(work.values()) / hands + longest  # Graham's bound


@given(graphs())
def test_the_width_is_how_many_are_busy_when_all_may_be(
    graph: tuple[dict[str, frozenset[str]], dict[str, int]],
) -> None:
    below, work = graph
    _, longest = finish(below, work, len(below))
    schedule = Schedule(below, work)
    assert schedule.work == sum(work.values())
    assert schedule.width == (schedule.work / longest if longest else 1)


def test_what_most_hangs_on_comes_first() -> None:
    below: dict[str, frozenset[str]] = {
        "large": frozenset(),
        "base": frozenset(),
        "middle": frozenset({"base"}),
        "top": frozenset({"base", "middle"}),
    }
    begun, _ = finish(below, {"large": 5, "base": 1, "middle": 3, "top": 3}, 1)
    assert begun == ["base", "middle", "large", "top"]


def test_a_package_that_imports_what_isnt_asked_for_waits_for_nobody() -> None:
    assert finish({"a": frozenset({"elsewhere"})}, {"a": 1}, 1) == (["a"], 1)


def test_small_runs_get_no_processes() -> None:
    assert paying(0, 1, forked=True) == 1
    assert paying(100_000, 50, forked=True) == 1
    assert paying(100_000_000, 1, forked=True) == 1
    assert paying(100_000_000, 50, forked=True) == processors() >= 1
    assert paying(1_000_000, 50, forked=False) == 1

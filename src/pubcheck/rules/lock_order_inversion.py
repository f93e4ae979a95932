"""Two locks are acquired in both orders: two goroutines that hold one each wait for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import Mode
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.lock_graph import nestings, same_kind
from pubcheck.rules.support.sides import Sides, calls_of
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Trace
    from pubcheck.facts import Lock
    from pubcheck.rules.support.lock_graph import Nesting

SHOWN = 3
"""Places of the rarer order that are findings of their own."""
SEVERAL = 3
"""Functions that a finding names."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find the second acquisitions of the rarer order."""
    graph = nestings(package)
    for (first, second), ways in graph.items():
        back = graph.get((second, first))
        if back is None or first > second or package.path not in (first.package, second.package):
            continue  # where both locks are another package's, it is told there
        clashes = [(one, other) for one in ways for other in back if _clash(one, other, package)]
        if not clashes:
            continue
        there = _distinct(one for one, _ in clashes)
        back_again = _distinct(other for _, other in clashes)
        rare, usual = (there, back_again) if _rarer(there, back_again) else (back_again, there)
        told: set[str] = set()
        for nesting in rare:
            if nesting.function.name not in told and len(told) < SHOWN:
                told.add(nesting.function.name)
                pairs = (clash if clash[0] is nesting else clash[::-1] for clash in clashes if nesting in clash)
                opposite = [other for _, other in pairs]
                yield _finding(nesting, [one for one in usual if one in opposite], package)


def _clash(one: Nesting, other: Nesting, package: PackageFacts) -> bool:
    """Whether two goroutines on these ways can wait for each other."""
    runners = package.threads_of(one.function) | package.threads_of(other.function)
    if len(runners) == 1 and all(thread.started and not thread.many for thread in runners):
        return False
    if not (same_kind(one.outer, other.inner) and same_kind(one.inner, other.outer)):
        return False
    if (one.gates & other.gates) - {one.outer.location, one.inner.location}:
        return False
    if _waits_for_end(one, other, package) or _waits_for_end(other, one, package):
        return False
    return len(_read_by_both(one, other)) < 2


def _read_by_both(one: Nesting, other: Nesting) -> list[Lock]:
    """The locks of ``one`` that both take for reading: each lets the other in, unless somebody waits to write."""
    pairs = ((one.outer, other.inner), (one.inner, other.outer))
    return [mine for mine, theirs in pairs if Mode.EXCLUSIVE not in (mine.mode, theirs.mode)]


def _waits_for_end(late: Nesting, early: Nesting, package: PackageFacts) -> bool:
    """Whether ``late`` waits first for the end of the one goroutine that does ``early``."""
    runners = package.threads_of(early.function)
    if not runners or not all(thread.started and not thread.many for thread in runners):
        return False
    shakes = handshakes_of(package)
    awaited = {location for location, _ in shakes.awaited_by(late.function, late.event.point)}
    return not awaited.isdisjoint(shakes.ends_announced(early.function, early.event.point))


def _distinct(ways: Iterator[Nesting]) -> list[Nesting]:
    return list(dict.fromkeys(ways))


def _rarer(one: list[Nesting], other: list[Nesting]) -> bool:
    """Whether ``one`` is the order that fewer functions follow; of two equal ones it is the one that comes later."""
    mine, theirs = len({each.function.name for each in one}), len({each.function.name for each in other})
    if mine != theirs:
        return mine < theirs
    return one[0].event.span > other[0].event.span


def _finding(nesting: Nesting, others: list[Nesting], package: PackageFacts) -> Finding:
    first, second = _name(nesting.outer, package), _name(nesting.inner, package)
    other = min(others, key=lambda each: (len(each.event.trace), each.event.span))
    names = list(dict.fromkeys(f"`{each.function.name}`" for each in others))
    between = f"`{nesting.function.name}` and `{other.function.name}`"
    many = f" ({len(names)} functions take them in this order)" if len(names) > 1 else ""
    sides = calls_of(nesting.function.name, other.function.name)
    third = "".join(f", once a third waits to write `{_name(lock, package)}`" for lock in _read_by_both(nesting, other))
    return Finding(
        span=nesting.event.span,
        values={"inner": second, "outer": first, "other": other.function.name},
        because=(
            f"two goroutines, in {between}, each with one of the locks, wait for each other for ever{third}{many}",
        ),
        related=tuple(_places(nesting, first, second, other, sides)),
        traces=(*_trace(nesting, second, sides.mine), *_trace(other, first, sides.theirs)),
        location=" ".join(sorted((first, second))),
        symbol=nesting.function.name,
        anywhere=True,
        confidence=_confidence(nesting, other),
        goroutine=sides.mine,
    )


def _name(lock: Lock, package: PackageFacts) -> str:
    return name_of(lock.location, package) if lock.location is not None else str(lock)


def _places(nesting: Nesting, first: str, second: str, other: Nesting, sides: Sides) -> Iterator[Related]:
    if nesting.taken is not None:
        yield Related(nesting.taken, f"`{first}` is locked here", sides.mine)
    if other.taken is not None:
        yield Related(other.taken, f"`{other.function.name}` locks `{second}` first", sides.theirs)
    by = ", by this call" if other.event.trace else ""
    yield Related(other.event.span, f"and then `{first}`{by}", sides.theirs)


def _trace(nesting: Nesting, lock: str, goroutine: str) -> tuple[Trace, ...]:
    return call_trace(nesting.event.trace, Related(nesting.place, f"locks `{lock}`"), goroutine)


def _confidence(one: Nesting, other: Nesting) -> Confidence | None:
    """How sure it is that the locks are the same two, and that nobody else has to take part.

    Where one of them is shared by both, a third goroutine that wants it for itself has to come between.
    """
    if not (one.related and other.related):
        return Confidence.LOW
    return Confidence.MEDIUM if _read_by_both(one, other) else None

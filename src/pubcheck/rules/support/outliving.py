"""Goroutines that may still run when the function that started them has returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import UNKNOWN, Objects
from pubcheck.analysis.portions import by_portion
from pubcheck.facts import Point
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import Thread
    from pubcheck.analysis.goroutines.edges import Edge
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Spawn


_STARTERS = frozenset(
    (
        "",  # a go statement
        "(*sync.WaitGroup).Go",
        "(*golang.org/x/sync/errgroup.Group).Go",
        "(*golang.org/x/sync/errgroup.Group).TryGo",
        "(*github.com/sourcegraph/conc.WaitGroup).Go",
        "time.AfterFunc",
        "context.AfterFunc",
    )
)
"""What leaves it to others to wait; who else runs a function on a goroutine may wait for it itself."""


class Outliving(NamedTuple):
    """``function`` starts ``thread`` at ``point``, by ``spawn``, and may return ``leave`` without waiting for it."""

    function: FunctionFacts
    thread: Thread
    spawn: Spawn
    point: Point
    leave: ir.Return


@by_portion
def outliving(package: PackageFacts, portion: Portion) -> Iterator[Outliving]:
    """The goroutines that some way out of their starter doesn't wait for."""
    for family in package.goroutines(portion).families:
        for starter in family.threads:
            function = starter.facts
            if function is None or function.test:
                continue
            for child in starter.children:
                if child.spawn is None or child.point is None or child.spawn.by not in _STARTERS:
                    continue
                leave = _leaves_without(starter, child)
                if leave is not None:
                    yield Outliving(function, child, child.spawn, child.point, leave)


def _leaves_without(starter: Thread, child: Thread) -> ir.Return | None:
    """A return of ``starter`` that it gets to without having heard of ``child``, which it started before."""
    facts = starter.facts
    if facts is None or child.point is None:
        return None
    for block in facts.ir.blocks:
        leave = block.instructions[-1]
        end = Point(block.index, len(block.instructions) - 1)
        if type(leave) is ir.Return and gets_to(starter, child, end):
            return leave
    return None


def gets_to(starter: Thread, child: Thread, end: Point) -> bool:
    """Whether ``starter`` may get to ``end`` without having heard of ``child``, which it started before."""
    if starter.facts is None or child.point is None:
        return False
    edges = heard(starter, child)
    if any(edge.deferred for edge in edges):
        return False
    return not starter.facts.order.passes_one(child.point, end, [edge.point for edge in edges])


def heard(starter: Thread, child: Thread) -> list[Edge]:
    """Where ``starter`` may hear of ``child``.

    What announces nothing that can be seen may announce anything: then whatever is waited for may be it.
    """
    edges = [edge for edge in starter.edges if edge.acquires and not edge.locks]
    if any(each.facts is None for each in child.descendants):
        return edges
    told = _told(child)
    return [edge for edge in edges if edge.object == UNKNOWN or edge.object in told]


def _told(child: Thread) -> Objects:
    """What ``child`` and those that it starts announce by."""
    told = Objects()
    for each in child.descendants:
        if each.announces is not None:
            told.add(each.announces)
        for edge in each.edges:
            if edge.releases:
                told.add(edge.object, closed=edge.closes)
    return told

"""Functions that wait for the group which counts them: its counter can't get to zero before they have returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names
from pubcheck.analysis.goroutines.edges import is_deferred
from pubcheck.analysis.portions import by_portion
from pubcheck.facts import BlockKind, LocationKind
from pubcheck.rules.support.shut_doors import group_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import Count
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Blocking

_WAIT = "(*sync.WaitGroup).Wait"


class OwnWait(NamedTuple):
    """``function`` waits at ``wait``, itself or in what it calls, for its own ``done``, which is deferred."""

    function: FunctionFacts
    wait: Blocking
    done: Count


@by_portion
def own_waits(package: PackageFacts, portion: Portion) -> Iterator[OwnWait]:
    """Find functions that wait for themselves, each where it does so first."""
    found: dict[FunctionFacts, list[Count]] = {}
    for function, count in group_calls.inside(package, portion):
        # Of a variable's own group all that is done to it is added up, see ``ledgers``.
        location = count.group.location
        local = location is None or location.kind is LocationKind.LOCAL
        if count.method == "Done" and count.call.deferred and not local:
            found.setdefault(function, []).append(count)
    for function, dones in found.items():
        own = next(_waits(function, dones), None)
        if own is not None:
            yield own


def _waits(function: FunctionFacts, dones: list[Count]) -> Iterator[OwnWait]:
    names = Names(function)
    for event in function.blocking:
        if event.kind is not BlockKind.WAIT or event.what != _WAIT or event.subject is None:
            continue
        if event.needs or not event.certain or is_deferred(function, event.point):
            continue
        group = names.path(event.subject)
        for done in dones:
            if done.group == group and function.order.dominates(done.call.point, event.point):
                yield OwnWait(function, event, done)

"""An atomic's new value is computed from its old one, in two steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Confidence
from pubcheck.facts import AtomicKind, Point
from pubcheck.flow import ir
from pubcheck.rules.fixes.atomic_updates import add
from pubcheck.rules.support.two_steps import Words, finding, is_seen_to_meet, two_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding
    from pubcheck.rules.support.two_steps import TwoSteps

_WORDS = Words(
    rival="`{}` stores it too",
    alone="`{}` may run on several goroutines at once",
    window=", and nothing keeps a store out between the load and this one",
    loaded="the old value is loaded here",
)

_UPDATES = frozenset((AtomicKind.ADD, AtomicKind.AND, AtomicKind.OR, AtomicKind.CAS))


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find a store whose value was computed from a load of the same atomic.

    A number is atomic because several change it. A pointer mostly is for its readers' sake, and who may call what
    replaces it is a matter of the API, unless goroutines are seen to do it.
    """
    updates = [pair for pair in two_steps(package) if _computes(pair)]
    for pair in updates:
        found = finding(package, pair, _WORDS, add(package, pair))
        number = pair.store.atomic is not None and bool(pair.store.atomic.width)
        sure = _is_lost(pair, updates) and (number or is_seen_to_meet(package, pair))
        yield found if sure else msgspec.structs.replace(found, confidence=Confidence.LOW)


def _computes(pair: TwoSteps) -> bool:
    """Whether what is stored follows from what was loaded."""
    atomic = pair.store.atomic
    if atomic is None or not any(pair.load.point in operand.depends for operand in atomic.operands):
        return False
    return not (atomic.width and _is_chosen(pair))


def _is_lost(pair: TwoSteps, updates: list[TwoSteps]) -> bool:
    """Whether what may come in between is an update as well: who only stores mostly sets up, restores or ends."""
    others = {each.function.name for each in updates if each.location == pair.location}
    return not pair.rivals or any(
        site.function.name in others or (site.access.atomic is not None and site.access.atomic.kind in _UPDATES)
        for site in pair.rivals
    )


def _is_chosen(pair: TwoSteps) -> bool:
    """Whether a loop that began with the loaded number looked for another one: whoever is last has chosen."""
    function, point = pair.function, pair.store.point
    store = function.ir.blocks[point.block].instructions[point.index]
    value = store.call.args[-1] if isinstance(store, ir.Call) and store.call.args else None
    return any(
        isinstance(each, ir.Compute) and each.target == value
        for loop in function.order.loops
        if pair.load.point.block not in loop.blocks and function.order.reaches(pair.load.point, Point(loop.header, 0))
        for block in loop.blocks
        for each in function.ir.blocks[block].instructions
    )

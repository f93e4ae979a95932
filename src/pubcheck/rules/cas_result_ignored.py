"""A compare-and-swap is asked to bring in a computed value, and nobody looks whether it did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import AtomicKind, RootKind
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.atomic_sites import atomic_sites, looks_before
from pubcheck.rules.support.names import definitions
from pubcheck.rules.support.wording import named_place
from pubcheck.rules.support.written import comment_above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Atomic

_OWN = (RootKind.FRESH, RootKind.CELL)
_FAILURE = re.compile(r"\bfail\w*|\bretr(?:y|ies|ied|ying)\b|\blos(?:e|es|t|ing)\b|\bbest[- ]effort\b", re.IGNORECASE)
"""What a comment speaks of whose author knows that the swap may not happen."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find compare-and-swaps that replace a loaded value by an update of it, with the result dropped."""
    for (function, access), atomic in atomic_sites(package):
        if atomic.kind is not AtomicKind.CAS or atomic.used or access.owned or len(atomic.operands) < 2:
            continue
        # Who adds has brought in its own already: what it would still move on was moved by others.
        loads = [
            each
            for each in looks_before(function, access, atomic.operands[0].depends)
            if each.atomic is not None and each.atomic.kind is not AtomicKind.ADD
        ]
        if (
            loads
            and _is_update(atomic, loads)
            and not (_wraps(function, access) or _is_repeated(function, access, loads))
            and not _FAILURE.search(comment_above(package, access.span))
        ):
            yield Finding(
                span=access.span,
                values={"location": named_place(access.path, package) or "the value"},
                because=("it changes nothing if another goroutine came in after the load; the update is lost then",),
                related=(Related(loads[0].span, "the old value is loaded here"),),
                location=str(access.location or access.path),
                symbol=function.name,
            )


def _is_update(atomic: Atomic, loads: list[Access]) -> bool:
    """Whether the new value is lost if it isn't stored: a number that isn't constant, or a changed copy.

    A pointer to what others have too (the next node of a list) is brought in by somebody else as well.
    """
    new = atomic.operands[1]
    if new.known:
        return False
    if atomic.width:
        return True
    computed = any(load.point in new.depends for load in loads)
    return computed and bool(new.targets) and all(target.root.kind in _OWN for target in new.targets)


def _is_repeated(function: FunctionFacts, access: Access, loads: list[Access]) -> bool:
    """Whether a loop around it loads anew, and only ends as what is there then says."""
    locations = {load.location for load in loads}
    looks = {one.point.block for one in function.atomics if not one.writes and one.location in locations}
    order = function.order
    return any(
        access.point.block in loop.blocks
        and any(not loop.blocks.issuperset(order.successors[block]) for block in looks & loop.blocks)
        for loop in order.loops
    )


def _wraps(function: FunctionFacts, access: Access) -> bool:
    """Whether the new number is a remainder: it says whose turn it is, and somebody else has passed it on as well."""
    call = function.ir.blocks[access.point.block].instructions[access.point.index]
    new = call.call.args[-1] if isinstance(call, ir.Call) and call.call.args else None
    made = definitions(function.ir).get(new, ()) if isinstance(new, int) else ()
    return any(isinstance(each, ir.Compute) and each.op == "%" for _, each in made)

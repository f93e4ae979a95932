"""Two values that change places: what was taken out of a place before another went in isn't what went in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.survey import assigned
from pubcheck.flow import ir
from pubcheck.rules.support.names import points

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import Access, Point, Publication


def is_taken_out(function: FunctionFacts, publication: Publication, write: Access) -> bool:
    """Whether ``write`` goes through what lay, in the same turn, where ``publication`` then put something else."""
    instruction = function.ir.blocks[write.point.block].instructions[write.point.index]
    if publication.into is None or not isinstance(instruction, ir.Store):
        return False
    read = _read_of(function, instruction.place.root, write.point)
    if read is None:
        return False
    order = function.order
    return (
        order.dominates(read, publication.point)
        and order.same_turn(read, publication.point)
        and any(access.point == read and access.path == publication.into for access in function.accesses)
    )


def _read_of(function: FunctionFacts, root: object, end: Point) -> Point | None:
    """Where the memory was read that the register ``root`` holds at ``end``; None where it comes from elsewhere."""
    order = function.order
    for _ in range(_HOPS):
        made = [(at, each) for at, each in points(function.ir) if root in assigned(each)]
        last = [
            (at, each)
            for at, each in made
            if order.dominates(at, end) and all(order.passes_one(other, end, (at,)) for other, _ in made if other != at)
        ]
        if len(last) != 1:
            return None
        at, instruction = last[0]
        if isinstance(instruction, ir.Load):
            return at
        if not isinstance(instruction, ir.Compute) or instruction.op != "move":
            return None
        root, end = instruction.operands[0], at
    return None


_HOPS = 4

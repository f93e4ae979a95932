"""Whether a path still names the memory that it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import DEREF

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import AccessPath, Point


def leads_elsewhere(function: FunctionFacts, path: AccessPath, first: Point, second: Point) -> bool:
    """Whether a pointer on the way of ``path`` may be another one at ``second`` than it was at ``first``."""
    pointers = {
        prefix for prefix, longer in zip(path.prefixes, path.prefixes[1:], strict=False) if longer.steps[-1] == DEREF
    }
    order = function.order
    return any(
        access.path in pointers
        and access.writes
        and order.reaches(first, access.point)
        and order.reaches(access.point, second)
        for access in function.accesses
    )

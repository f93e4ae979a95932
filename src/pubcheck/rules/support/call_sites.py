"""Where a package calls what: the first question of rules about one library type."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.by_key import by_key, merged
from pubcheck.analysis.portions import by_portion
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Call, Point


class CallSite(NamedTuple):
    """A call and the function that it stands in."""

    function: FunctionFacts
    call: Call

    @property
    def info(self) -> ir.CallInfo | None:
        """The call as an instruction, with its arguments as registers."""
        return call_info(self.function.ir, self.call.point)


@by_key
def _index(package: PackageFacts) -> dict[str, list[CallSite]]:
    return merged(_indexes(package))


@by_portion
def _indexes(_package: PackageFacts, portion: Portion) -> Iterator[dict[str, list[CallSite]]]:
    found: dict[str, list[CallSite]] = {}
    for function in portion.functions:
        for call in function.calls:
            found.setdefault(call.callee, []).append(CallSite(function, call))
    yield found


def calls_to(package: PackageFacts, *names: str) -> Iterator[CallSite]:
    """The calls of the functions ``names`` (full names), tests aside, by function and position."""
    for name in names:
        yield from _index(package).get(name, ())


def call_info(function: ir.Function, point: Point) -> ir.CallInfo | None:
    """The call at ``point``; None where there is none."""
    instruction = function.blocks[point.block].instructions[point.index]
    return instruction.call if isinstance(instruction, ir.Call | ir.Go | ir.Defer) else None

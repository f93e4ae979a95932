"""A part of a shared slice is returned, and a caller writes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import LocationKind
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.types import Slice
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.copies import clone_part
from pubcheck.rules.support.call_sites import calls_to
from pubcheck.rules.support.names import assigned, definitions, points, source_of
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Location, Point
    from pubcheck.rules.support.call_sites import CallSite
    from pubcheck.rules.support.names import Name


class _Part(NamedTuple):
    """``function`` returns a part of the slice in ``field`` at ``span``; ``clipped``: without spare capacity."""

    function: FunctionFacts
    field: str
    span: Span
    clipped: bool


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find appends to, and writes of, what a function returned as a part of a shared slice."""
    for function in portion.functions:
        part = _returned_part(package, function)
        if part is None:
            continue
        for site in calls_to(package, function.full_name):
            write = _written(site, clipped=part.clipped)
            if write is not None:
                yield Finding(
                    span=Span(site.function.path, write.pos, write.end),
                    values={"field": part.field, "function": function.name},
                    because=(
                        "the result has the backing array of the field, and whoever else has a part of it sees this",
                    ),
                    related=(Related(part.span, f"`{function.name}` returns a part of it"),),
                    fixes=clone_part(package, part.span),
                    location=part.field,
                    symbol=site.function.name,
                )


def _returned_part(package: PackageFacts, function: FunctionFacts) -> _Part | None:
    """What ``function`` returns of a slice in a field that others reach too."""
    made = definitions(function.ir)
    for _, instruction in points(function.ir):
        if not isinstance(instruction, ir.Return):
            continue
        for value in instruction.values:
            found = made.get(value, []) if isinstance(value, int) else []
            part = found[0][1] if len(found) == 1 else None
            if not isinstance(part, ir.Compute) or part.op != "slice" or not isinstance(part.operands[0], int):
                continue
            loaded = made.get(part.operands[0], [])
            whole = loaded[0][1] if len(loaded) == 1 else None
            if isinstance(whole, ir.Load) and isinstance(underlying(whole.place.type), Slice):
                location = _location(function, loaded[0][0])
                if location is not None and len({site.function for site in package.locations.get(location, ())}) > 1:
                    span = Span(function.path, instruction.pos, instruction.end)
                    return _Part(function, str(location), span, len(part.operands) > 3)
    return None


def _location(function: FunctionFacts, point: Point) -> Location | None:
    """The field or variable that is read."""
    for access in function.accesses:
        if access.point == point and not access.writes and access.location is not None:
            location = access.location
            return location if location.kind is not LocationKind.LOCAL else None
    return None


def _written(site: CallSite, *, clipped: bool) -> ir.Instruction | None:
    """The first write, or append, of the result of a call."""
    function = site.function.ir
    call = function.blocks[site.call.point.block].instructions[site.call.point.index]
    made = definitions(function)
    names: set[Name] = set(call.targets[:1]) if isinstance(call, ir.Call) else set()
    for _, each in points(function):
        if isinstance(each, ir.Store) and each.place.root in names and _is_item(each.place):
            return each
        if not isinstance(each, ir.Call) or not isinstance(each.call.callee, ir.BuiltinCallee):
            if source_of(function, each) in names:
                names.update(name for name in assigned(each) if len(made[name]) == 1)
        elif each.call.callee.name == "append" and not clipped and each.call.args[0] in names:
            return each
    return None


def _is_item(place: ir.Place) -> bool:
    return bool(place.steps) and isinstance(place.steps[0], ir.Element)

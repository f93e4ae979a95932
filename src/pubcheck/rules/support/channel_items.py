"""Channels that are kept in a container: who sends on its items, and who closes one.

Such a channel has no location of its own: it is told by the container that it was found in, was put in by the function
around, or is a key of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.facts import ChannelAction, Location, LocationKind, Point
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Var
from pubcheck.model.types import Chan
from pubcheck.rules.support.channel_sites import ChannelUse
from pubcheck.rules.support.names import points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import AccessPath, ChannelEvent


@by_portion
def item_uses(package: PackageFacts, portion: Portion) -> Iterator[tuple[Location, ChannelUse]]:
    """Sends on items of a field's or a package variable's container, and closes of them, by the container."""
    for function in portion.functions:
        if function.test:
            continue
        for event in function.channels:
            if event.action is ChannelAction.RECEIVE:
                continue
            for container in sorted(_containers(function, event, package)):
                yield container, ChannelUse(function, event)


def _containers(function: FunctionFacts, event: ChannelEvent, package: PackageFacts) -> set[Location]:
    found = {container for target in event.targets if (container := _of_item(target)) is not None}
    instruction = function.ir.blocks[event.point.block].instructions[event.point.index]
    if found or not isinstance(instruction, ir.Send | ir.Close) or not isinstance(instruction.channel, int):
        return found
    return _by_register(function, instruction.channel, package)


def _of_item(path: AccessPath) -> Location | None:
    location = path.location
    if location is None or location.kind is LocationKind.LOCAL or location.path.rstrip("*")[-2:] != "[]":
        return None
    return location.container


def _by_register(function: FunctionFacts, channel: int, package: PackageFacts) -> set[Location]:
    """The containers that ``channel`` is a key of, was put into, or was copied from by a function that is called."""
    found: set[Location | None] = set()
    for at, one in points(function.ir):
        match one:
            case ir.Range(key=key) if key == channel:
                found |= {_of_item(access.path) for access in function.accesses if access.point == at}
            case ir.Call(call=ir.CallInfo(callee=ir.BuiltinCallee("delete"), args=(_, key))) if key == channel:
                found |= {_of_item(access.path) for access in function.accesses if access.point == at}
            case ir.Range(subject=int() as subject, value=value) if value == channel:
                found |= _handed_out(function, subject, package)
            case ir.Load(target=target, place=ir.Place(root=Var() as var, steps=())) if target == channel:
                found |= _kept_around(function, var, package)
    return {each for each in found if each is not None}


def _handed_out(function: FunctionFacts, items: int, package: PackageFacts) -> set[Location | None]:
    """The containers whose items a called function appends to what it returns, here in ``items``."""
    made = function.results.get(items)
    callees = [call.callee for call in function.calls_at(made)] if made is not None else []
    found: set[Location | None] = set()
    for callee in filter(None, map(package.function, callees)):
        for _, one in points(callee.ir):
            match one:
                case ir.Call(call=ir.CallInfo(callee=ir.BuiltinCallee("append"), args=(_, int() as item))) if _is_chan(
                    callee, item
                ):
                    found |= _ranged(callee, item)
    return found


def _ranged(function: FunctionFacts, item: int) -> set[Location | None]:
    turns = {at for at, one in points(function.ir) if isinstance(one, ir.Range) and item in (one.key, one.value)}
    return {_of_item(access.path) for access in function.accesses if access.point in turns}


def _is_chan(function: FunctionFacts, register: int) -> bool:
    type_ = function.ir.register_types.get(register)
    return type_ is not None and isinstance(underlying(type_), Chan)


def _kept_around(function: FunctionFacts, var: Var, package: PackageFacts) -> set[Location | None]:
    """The containers that the function around puts what the captured ``var`` holds into."""
    around = package.function(function.enclosing)
    if around is None:
        return set()
    loads: set[ir.Operand] = {
        one.target
        for _, one in points(around.ir)
        if isinstance(one, ir.Load) and one.place == ir.Place(var, (), one.place.type)
    }
    stored: set[Point] = set()
    for at, one in points(around.ir):
        match one:
            case ir.Store(value=value) if value in loads:
                stored.add(at)
            case ir.Call(call=ir.CallInfo(callee=ir.BuiltinCallee("append"), args=(_, *items))) if loads & set(items):
                stored.add(at)
    return {_of_item(one.into) for one in around.publications if one.into is not None and one.point in stored}

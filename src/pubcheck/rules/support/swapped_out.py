"""Objects that a function has alone: it took them from where others find them, by a swap or out of a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import Names
from pubcheck.facts import AtomicKind, ChannelAction, locations
from pubcheck.flow import ir
from pubcheck.rules.support.names import definitions, points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import AccessPath, ChannelEvent, Location, Point


def swapped_out(function: FunctionFacts, event: ChannelEvent) -> Location | None:
    """What held the object, or the pointer to the channel, that ``event`` finds its channel in; None if it still does.

    Two functions that swap out of the same memory never get the same object, unless it is put there twice.
    """
    instruction = function.ir.blocks[event.point.block].instructions[event.point.index]
    channel = getattr(instruction, "channel", None)
    if event.action is ChannelAction.RECEIVE or not any(_swaps(function, call.point) for call in function.calls):
        return None
    load = Names(function).origin(channel) if channel is not None else None
    if not isinstance(load, ir.Load) or not isinstance(load.place.root, int):
        return None
    made = definitions(function.ir).get(load.place.root, ())
    taken = {_swaps(function, point) for point, _ in made}
    return taken.pop() if len(taken) == 1 else None


def taken_out(function: FunctionFacts, event: ChannelEvent, lock: Location) -> frozenset[Location]:
    """The containers that the object was found in and deleted from, under ``lock``, before ``event``.

    Who finds it there under the lock as well comes before the delete, or doesn't find it.
    """
    found = found_in(event)
    return frozenset(
        access.location.container
        for access in (function.accesses if found else ())
        if access.via == "delete"
        and access.location is not None
        and access.location.container in found
        and lock in locations(access.held.must)
        and _is_looked_up(function, access.point)
        and _comes_first(function, access.point, event.point)
    )


def _is_looked_up(function: FunctionFacts, delete: Point) -> bool:
    """Whether the key that is deleted is one that an object was found with."""
    call = function.ir.blocks[delete.block].instructions[delete.index]
    key = call.call.args[1] if isinstance(call, ir.Call) and len(call.call.args) > 1 else None
    return key is not None and any(
        _finds(one, key) and function.order.dominates(at, delete) for at, one in points(function.ir)
    )


def _finds(instruction: ir.Instruction, key: ir.Operand) -> bool:
    match instruction:
        case ir.Load(place=ir.Place(steps=steps)):
            return any(isinstance(step, ir.Element) and step.index == key for step in steps)
        case ir.Range(key=found):
            return found == key
    return False


def _comes_first(function: FunctionFacts, delete: Point, at: Point) -> bool:
    """Whether it is deleted on every way to ``at``: what decides on the one decides on the other as well."""
    return function.order.reaches(delete, at) and set(_asked(function, delete)) <= set(_asked(function, at))


def _asked(function: FunctionFacts, at: Point) -> Iterator[tuple[ir.Operand, bool]]:
    for condition in function.conditions(at):
        branch = function.ir.blocks[condition.point.block].instructions[-1]
        if isinstance(branch, ir.Branch):
            yield branch.condition, condition.taken


def found_in(event: ChannelEvent) -> frozenset[Location]:
    """The containers that the object whose channel ``event`` is about was found in."""
    return frozenset(container for path in event.targets for container in _containers(path))


def _containers(path: AccessPath) -> Iterator[Location]:
    for each in path.prefixes:
        if each.is_element and each.location is not None:
            yield each.location.container


def _swaps(function: FunctionFacts, at: Point) -> Location | None:
    """What is swapped at ``at``."""
    for access in function.accesses:
        if access.point == at and access.atomic is not None and access.atomic.kind is AtomicKind.SWAP:
            return access.location
    return None

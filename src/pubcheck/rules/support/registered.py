"""What others have registered in a container, and may want to take out again while they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import is_exported
from pubcheck.flow import ir
from pubcheck.model.relations import implements
from pubcheck.model.structure import underlying
from pubcheck.model.types import Interface, Map, Pointer, Signature, Slice
from pubcheck.rules.support.memory_types import underlying_type

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Call, Location
    from pubcheck.model.types import Type


class Registered(NamedTuple):
    """``comes`` puts something into the container ``location`` for its callers, ``leaves`` takes it out again.

    Both take ``lock`` for it.
    """

    location: Location
    lock: Location
    comes: Use
    leaves: Use


def registered(package: PackageFacts, function: FunctionFacts, call: Call) -> Registered | None:
    """What is known of the container that ``call`` is made to each item of, under the lock that guards it.

    Nothing where the item is asked for something: only who is told of what happens decides himself what comes then.
    """
    instruction = function.ir.blocks[call.point.block].instructions[call.point.index]
    if not isinstance(instruction, ir.Call) or instruction.targets:
        return None
    if _are_quick(package, function, instruction.call.callee):
        return None
    item = _called(package, instruction)
    location = _container(function, item) if item is not None else None
    guard = package.guards.get(location) if location is not None else None
    if guard is None or guard.lock not in {lock.location for lock in call.held.must}:
        return None
    held = _items(underlying_type(guard.location, package))
    writes = [use for use in guard.inside if use.writes and is_exported(_declared(package, use))]
    comes = next((use for use in writes if any(each in held for each in use.function.ir.param_types[1:])), None)
    if comes is None:
        return None
    leaves = next((use for use in writes if use.function is not comes.function and _is_told_whom(use)), None)
    return Registered(guard.location, guard.lock, comes, leaves) if leaves is not None else None


def _called(package: PackageFacts, call: ir.Call) -> int | None:
    """The register with the function, or the interface's value, that is called, if that gives nothing back."""
    callee = call.call.callee
    if isinstance(callee, ir.DynamicCallee):
        return callee.value if isinstance(callee.value, int) else None
    if not isinstance(callee, ir.InterfaceCallee) or callee.func.package is not package.package:
        return None  # another package's interface wasn't made for those who register here
    signature, item = callee.func.signature, call.call.args[0]
    return item if isinstance(item, int) and signature is not None and not signature.results else None


def _are_quick(package: PackageFacts, caller: FunctionFacts, callee: ir.Callee) -> bool:
    """Whether the package has items of its own, none of which may wait for anything: those are mostly all there are.

    Who hands on what he is told is no such item.
    """
    if not isinstance(callee, ir.InterfaceCallee):
        return False
    own = [
        each
        for func in package.package.functions
        if func.name == callee.func.name
        and func.receiver is not None
        and implements(Pointer(func.receiver.type), callee.interface)
        and (each := package.function(package.resolver.full_name(func))) is not None
        and not (each.test or each is caller)
    ]
    return bool(own) and not any(each.blocking for each in own)


def _container(function: FunctionFacts, item: int) -> Location | None:
    """The field that has the container over which a loop goes whose variable ``item`` is."""
    turns = (block.instructions[-1] for block in function.ir.blocks if block.instructions)
    subjects = {turn.subject for turn in turns if isinstance(turn, ir.Range) and item in (turn.key, turn.value)}
    for access in function.accesses:
        load = function.ir.blocks[access.point.block].instructions[access.point.index]
        if isinstance(load, ir.Load) and load.target in subjects and not access.path.is_element:
            return access.location
    return None


def _items(container: Type | None) -> tuple[Type, ...]:
    """What others can put into the container that may run their code."""
    kinds: tuple[Type, ...] = ()
    if isinstance(container, Map):
        kinds = (container.key, container.value)
    elif isinstance(container, Slice):
        kinds = (container.element,)
    return tuple(each for each in kinds if isinstance(underlying(each), Interface | Signature))


def _declared(package: PackageFacts, use: Use) -> FunctionFacts:
    """The function around, where the use is in a literal."""
    return package.function(use.function.name.partition(".func")[0]) or use.function


def _is_told_whom(use: Use) -> bool:
    """Whether it takes out one item: that which it is given, or, as a literal, that which has been put in."""
    return bool(use.function.enclosing) or len(use.function.ir.params) > 1

"""What goroutines do to the objects that variables point to: accesses of fields, and method calls as accesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.frame import root_of
from pubcheck.analysis.goroutines.threads import Touch
from pubcheck.facts import DEREF, Access, AccessKind, AccessPath, RootKind
from pubcheck.flow import ir
from pubcheck.knowledge import Forwards, Knowledge
from pubcheck.model.types import Named, Pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis.goroutines.naming import Names
    from pubcheck.analysis.goroutines.threads import Thread
    from pubcheck.model.types import Type

_KNOWLEDGE = Knowledge()


def fields(thread: Thread) -> Iterator[Touch]:
    """Plain accesses of the fields of what a variable points to, by what the goroutine runs or calls.

    What is further away may well be ordered by what isn't looked at here, such as a Once.
    """
    facts = thread.facts
    for access in facts.accesses if facts is not None else ():
        if access.init or access.atomic is not None or not access.certain or len(access.trace) > 1:
            continue
        path = thread.names.path(access.path)
        if path is not None and path.root.kind is RootKind.CELL and _is_field(path):
            yield Touch(access, path)


def _is_field(path: AccessPath) -> bool:
    """Whether it lies in the very memory that the variable points to."""
    first, *rest = path.steps or ("",)
    return first == DEREF and bool(rest) and all(step[0] not in "*@[" for step in rest)


class Use(NamedTuple):
    """A call works on the object of a declared type that ``register`` holds, or points to; ``kind`` is what it does."""

    register: int
    type: str
    kind: AccessKind


def uses_in(call: ir.CallInfo, function: ir.Function, types: Mapping[str, frozenset[str]]) -> Iterator[Use]:
    """Objects of ``types`` whose methods ``call`` is of, or calls; ``types`` names for each those that only read."""
    callee = call.callee
    if type(callee) is not ir.StaticCallee and type(callee) is not ir.InterfaceCallee:
        return
    names = [type_name(function.register_types.get(each)) if type(each) is int else "" for each in call.args]
    if types.keys().isdisjoint(names):
        return
    given: Iterator[tuple[int, str]] = (
        (effect.argument, effect.method)
        for effect in _KNOWLEDGE.effects(callee.func.full_name)
        if type(effect) is Forwards and effect.argument < len(call.args)
    )
    for argument, method in ((0, callee.func.name),) if callee.func.receiver is not None else given:
        register, name = call.args[argument], names[argument]
        if name in types and isinstance(register, int):
            yield Use(register, name, AccessKind.READ if method in types[name] else AccessKind.WRITE)


def uses(thread: Thread, types: Mapping[str, frozenset[str]]) -> Iterator[Touch]:
    """The calls that work on an object of ``types`` (see ``uses_in``) which a variable holds.

    Nothing of a variable that is assigned anew: it may hold another object.
    """
    facts = thread.facts
    if facts is None:
        yield from _started_use(thread, types)
        return
    for call in facts.calls:
        instruction = facts.ir.blocks[call.point.block].instructions[call.point.index]
        if type(instruction) is ir.Call or type(instruction) is ir.Defer:
            for use in uses_in(instruction.call, facts.ir, types):
                path = _object(use, facts.ir, thread.names)
                if path is not None:
                    access = Access(use.kind, path, call.point, call.span, facts.name, call.held, via=use.type)
                    yield Touch(access, path)


def _started_use(thread: Thread, types: Mapping[str, frozenset[str]]) -> Iterator[Touch]:
    """What a ``go`` statement does that calls nothing but a method of such an object."""
    starter, spawn = thread.starter, thread.spawn
    if starter is None or starter.facts is None or spawn not in starter.facts.spawns:
        return
    facts = starter.facts
    instruction = facts.ir.blocks[spawn.point.block].instructions[spawn.point.index]
    for use in uses_in(instruction.call, facts.ir, types) if type(instruction) is ir.Go else ():
        path = _object(use, facts.ir, starter.names)
        if path is not None:
            yield Touch(Access(use.kind, path, spawn.point, spawn.span, facts.name, via=use.type), path)


def _object(use: Use, function: ir.Function, names: Names) -> AccessPath | None:
    """The object by the variable, or the field of what a variable points to, that is it or leads to it; None else."""
    path = names.pointer(use.register)
    if path is not None and path.root.kind is RootKind.CELL:
        if path.steps in ((), (DEREF,)):
            return path
        field = AccessPath(path.root, path.steps[:-1] if path.steps[-1] == DEREF else path.steps)
        return field if _is_field(field) else None
    variable = function.register_vars.get(use.register) if use.register in names.made else None
    return AccessPath(root_of(variable, function.path), (DEREF,)) if variable is not None else None


def type_name(type_: Type | None) -> str:
    """A declared type, or the one that a pointer points to, by its full name; empty for any other."""
    if type(type_) is Pointer:
        type_ = type_.element
    if type(type_) is not Named or type_.symbol.package is None:
        return ""
    return type_.symbol.full_name

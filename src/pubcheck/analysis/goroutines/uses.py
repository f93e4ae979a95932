"""What goroutines do to the objects that variables point to: accesses of fields, and method calls as accesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines.threads import Touch
from pubcheck.facts import DEREF, Access, AccessKind, AccessPath, RootKind
from pubcheck.flow import ir
from pubcheck.model.types import Named, Pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis.goroutines.threads import Thread
    from pubcheck.model.types import Type


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


def uses(thread: Thread, types: Mapping[str, frozenset[str]]) -> Iterator[Touch]:
    """The calls of methods of ``types`` on what a variable holds; ``types`` names for each the methods that only read.

    Nothing of a variable that is assigned anew: it may hold another object.
    """
    facts = thread.facts
    if facts is None:
        return
    for call in facts.calls:
        instruction = facts.ir.blocks[call.point.block].instructions[call.point.index]
        if type(instruction) is not ir.Call and type(instruction) is not ir.Defer:
            continue
        callee = instruction.call.callee
        if not isinstance(callee, ir.StaticCallee | ir.InterfaceCallee) or not instruction.call.args:
            continue
        receiver = instruction.call.args[0]
        name = type_name(facts.ir.register_types.get(receiver)) if isinstance(receiver, int) else ""
        path = thread.names.pointer(receiver) if name in types and callee.func.receiver is not None else None
        if path is not None and _is_object(path):
            kind = AccessKind.READ if callee.func.name in types[name] else AccessKind.WRITE
            yield Touch(Access(kind, path, call.point, call.span, facts.name, call.held, via=name), path)


def _is_object(path: AccessPath) -> bool:
    """Whether it is a variable, or what a variable points to."""
    return path.root.kind is RootKind.CELL and path.steps in ((), (DEREF,))


def type_name(type_: Type | None) -> str:
    """A declared type, or the one that a pointer points to, by its full name; empty for any other."""
    if isinstance(type_, Pointer):
        type_ = type_.element
    if not isinstance(type_, Named) or type_.symbol.package is None:
        return ""
    return type_.symbol.full_name

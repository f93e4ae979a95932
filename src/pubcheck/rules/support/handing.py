"""Locks that change hands: one function takes them, another gives them back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.goroutines import Names
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.facts import DEREF, AccessPath, LockAction, RootKind, Start
from pubcheck.flow import ir
from pubcheck.model.printing import type_string
from pubcheck.model.structure import underlying
from pubcheck.model.types import Interface, Named, Pointer, Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Location, Lock
    from pubcheck.model.types import Type

_WORD = re.compile(r"[A-Z]*[a-z0-9]*")
_TAKING = frozenset(
    (
        *("lock", "locks", "locked", "locker", "locking", "rlock", "rlocked", "wlock", "trylock"),
        *("acquire", "acquired", "acquires", "grab", "hold", "holding", "enter", "begin"),
        *("freeze", "suspend", "pause", "quiesce", "exclusive"),
    )
)
"""Words in the name of a function that takes a lock for its caller."""

_UNLOCKS = ("Unlock", "RUnlock")


def is_named_for_locking(name: str) -> bool:
    """Whether a function or a flag says by its name that it is about locking: ``getAndLock``, ``beginTxn``."""
    return any(word.lower() in _TAKING for part in name.split("_") for word in _WORD.findall(part) if word)


@once_for_facts
def handing_of(package: PackageFacts) -> Handing:
    """Who gives back what in ``package``, for the rules that ask one after the other."""
    return Handing(package)


@finds_more
class Handing:
    """Which functions of a package unlock what they haven't locked, by the lock's location."""

    def __init__(self, package: PackageFacts) -> None:
        """Index the releases of ``package``."""
        self._package = package
        self._callers = callers_of(package)
        self._giving: dict[Location, set[str]] = {}
        self._returned: set[Location | None] = {
            event.lock.location
            for function in package.functions
            for event in function.locks
            if event.action is LockAction.RELEASE
        }
        self._fields: set[Location | None] = set()
        """What leads to locks that others have taken and somebody gives back."""
        for function in package.functions:
            for location in _given_back(function):
                self._giving.setdefault(location, set()).add(function.name)
            self._fields.update(_led_through(function))

    def is_handed_on(self, function: FunctionFacts, lock: Lock, block: int, *, always: bool) -> bool:
        """Whether ``function`` leaves ``lock`` to somebody else at the return that ends ``block``.

        ``always`` says that no return of the function gives it back: then it is enough that there is somebody in the
        package who does. A lock that nobody ever gives back is there to stop what comes.
        """
        if (
            lock.path.root.kind is RootKind.FRESH
            or is_named_for_locking(_own_name(function))
            or _returns_function(function)
            or unlocks_elsewhere(function, lock)
            or self._is_taken_back(function, lock)
            or self._is_kept(function, lock)
        ):
            return True
        leave = function.ir.blocks[block].instructions[-1]
        values = leave.values if type(leave) is ir.Return else ()
        if any(_leads_to(function, value, lock) for value in values):
            return True
        location = lock.location
        givers = self._giving.get(location, set()) if location is not None else set()
        if location is None or (always and (givers or location not in self._returned)):
            return True
        if any(name.startswith(function.name + ".func") for name in givers):
            return True
        if givers and (any(_is_object(function, value) for value in values) or _succeeds(function, lock, block)):
            return True
        return any(caller.name in givers for caller, _ in self._callers.calls(function))

    def _is_taken_back(self, function: FunctionFacts, lock: Lock) -> bool:
        """Whether it is a deferred literal that takes what the function around it has given up meanwhile."""
        around = self._package.function(function.enclosing) if Start.DEFER in function.starts else None
        return around is not None and any(
            event.action is LockAction.RELEASE and event.lock.location == lock.location for event in around.locks
        )

    def _is_kept(self, function: FunctionFacts, lock: Lock) -> bool:
        """Whether a field gets a part of what the lock is in, through which somebody gives the lock back."""
        names = Names(function)
        inside = names.path(AccessPath(lock.path.root, lock.path.steps[:-1]))
        if inside is None or not self._fields:
            return False
        for store in (each for block in function.ir.blocks for each in block.instructions if type(each) is ir.Store):
            place, value = names.place(store.place), names.pointer(store.value)
            if place is not None and place.location in self._fields and value is not None and value.starts_with(inside):
                return True
        return False


def unlocks_elsewhere(function: FunctionFacts, lock: Lock) -> bool:
    """Whether ``function`` gives away the method that unlocks ``lock``, or gets a function for the lock itself.

    Who has that unlocks when it wants to.
    """
    instructions = [each for block in function.ir.blocks for each in block.instructions]
    unlocks = [each for each in instructions if _binds_unlock(each)]
    makers = [each for each in instructions if type(each) is ir.Call and _gives_function(function, each)]
    if not unlocks and not makers:
        return False
    names = Names(function)
    if any(_is_given(each.call, lock, names) for each in makers):
        return True
    meant = {
        each.target
        for each in unlocks
        if (path := names.pointer(each.operands[0])) is None or path.location == lock.location
    }
    return any(
        isinstance(each, ir.Store | ir.Call | ir.Defer | ir.Send) and not meant.isdisjoint(_given(each))
        for each in instructions
    )


def binds_unlock(function: FunctionFacts) -> bool:
    """Whether ``function`` makes a value of a method that unlocks."""
    return any(_binds_unlock(each) for block in function.ir.blocks for each in block.instructions)


def _binds_unlock(each: ir.Instruction) -> TypeGuard[ir.Compute]:
    return isinstance(each, ir.Compute) and each.op == "bind" and each.func is not None and each.func.name in _UNLOCKS


def _gives_function(function: FunctionFacts, call: ir.Call) -> bool:
    """Whether a result of ``call`` is a function."""
    types = function.ir.register_types
    return any(type(underlying(types[target])) is Signature for target in call.targets if target in types)


def _is_given(call: ir.CallInfo, lock: Lock, names: Names) -> bool:
    """Whether ``call`` gets the lock itself: a function that comes from there may unlock it."""
    wanted = lock.location
    given = (names.pointer(arg) for arg in call.args)
    return wanted is not None and any(path is not None and path.location == wanted for path in given)


def _given(instruction: ir.Store | ir.Call | ir.Defer | ir.Send) -> Iterable[ir.Operand]:
    if isinstance(instruction, ir.Store | ir.Send):
        return (instruction.value,)
    return instruction.call.args


def _own_name(function: FunctionFacts) -> str:
    return function.name.partition(".func")[0].rpartition(".")[2]


def _given_back(function: FunctionFacts) -> Iterator[Location]:
    for effect in function.summary.locks:
        if effect.action is LockAction.RELEASE and effect.lock.location is not None:
            yield effect.lock.location
    for event in function.locks:
        if event.action is LockAction.RELEASE and event.lock not in event.held.may:
            path = event.lock.path
            # What came out of a call or a container was perhaps locked before it was put there.
            if path.root.kind is RootKind.OPAQUE and event.lock.location is not None:
                yield event.lock.location


def _led_through(function: FunctionFacts) -> Iterator[Location]:
    """The fields that lead to locks which ``function`` gives back and hasn't taken."""
    for event in function.locks:
        if event.action is LockAction.RELEASE and event.lock not in event.held.may:
            found = (path.location for path in event.lock.path.prefixes[:-1] if path.steps)
            yield from (location for location in found if location is not None)


def _returns_function(function: FunctionFacts) -> bool:
    return any(type(underlying(type_)) is Signature for type_ in _result_types(function))


def _result_types(function: FunctionFacts) -> Iterator[Type]:
    types = function.ir.register_types
    for result in function.ir.results:
        type_ = types.get(result) if isinstance(result, int) else result.type
        if type_ is not None:
            yield type_


def _leads_to(function: FunctionFacts, value: ir.Operand, lock: Lock) -> bool:
    """Whether a returned value is the object that the lock is in."""
    if not isinstance(value, int):
        return False
    root = lock.path.root
    if root.kind is RootKind.OPAQUE and root.index == value:
        return True
    own = root.kind is RootKind.PARAM and lock.path.steps[:-1] in ((), (DEREF,))
    return not own and _pointed_type(function, value) == _owner(lock.path)


def _owner(path: AccessPath) -> str:
    """The declared type that the last field of ``path`` belongs to."""
    fields = [step for step in path.steps if step[0] not in "*@[."]
    return fields[-1].rpartition(".")[0] if fields and path.steps[-1] != DEREF else ""


def _pointed_type(function: FunctionFacts, register: int) -> str:
    type_ = function.ir.register_types.get(register)
    if isinstance(type_, Pointer):
        type_ = type_.element
    return type_string(type_) if isinstance(type_, Named) else ""


def _succeeds(function: FunctionFacts, lock: Lock, block: int) -> bool:
    """Whether ``block`` returns no error, and all returns that leave the lock unlocked return one."""
    held = function.exits
    free = [at for at in function.order.exits if at not in held or lock.path not in {one.path for one in held[at].may}]
    return bool(free) and not _fails(function, block) and all(_fails(function, at) for at in free)


def _fails(function: FunctionFacts, block: int) -> bool:
    """Whether the return that ends ``block`` may return an error."""
    leave = function.ir.blocks[block].instructions[-1]
    value = leave.values[-1] if type(leave) is ir.Return and leave.values else None
    if value is None or (isinstance(value, ir.Const) and value.known and value.value is None):
        return False
    results = tuple(_result_types(function))
    return bool(results) and type_string(results[-1]) == "error"


def _is_object(function: FunctionFacts, value: ir.Operand) -> bool:
    """Whether a returned value may be the key to giving the lock back: an object, or ``true``."""
    if isinstance(value, ir.Const):
        return value.value is True
    if not isinstance(value, int):
        return True
    type_ = function.ir.register_types.get(value)
    if type_ is None or type_string(type_) == "error":
        return False
    return isinstance(type_, Pointer) or isinstance(underlying(type_), Interface)

"""Objects that exported functions find under a lock and return, with fields that others write under that lock.

Callers in other packages can read an exported field of such an object, and can't take a lock that isn't exported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.uses import same_object
from pubcheck.facts import DEREF, Location, LocationKind, LockAction
from pubcheck.model.structure import underlying
from pubcheck.model.types import Named, Pointer, Struct
from pubcheck.rules.support.excuses import makes
from pubcheck.rules.support.lock_holders import held_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Access


class HandedOut(NamedTuple):
    """``function`` returns what the pointer leads to that it reads at ``read``, under ``lock``.

    ``write`` changes ``location``, a field of such objects, under the lock.
    """

    function: FunctionFacts
    read: Access
    lock: Location
    location: Location
    write: Use


@by_portion
def handed_out(package: PackageFacts, portion: Portion) -> Iterator[HandedOut]:
    """All of ``package``, one a function."""
    callers = callers_of(package)
    for function in portion.functions:
        offered = not function.enclosing and is_exported(function) and not function.contract.unknown
        if offered and function.locks and not callers.only_tests_call(function):
            found = next(_of(package, function), None)
            if found is not None:
                yield found


def _of(package: PackageFacts, function: FunctionFacts) -> Iterator[HandedOut]:
    func = function.ir.func
    signature = func.signature if func is not None else None
    results = signature.results if signature is not None else ()
    for type_, result in zip(results, function.summary.results, strict=False):
        fields = _open_fields(type_)
        for read in function.accesses if fields else ():
            if read.writes or read.trace or read.path.then(DEREF) not in result.targets:
                continue
            lock = _lock(function, read)
            if lock is None or leaves_locked(function, lock) or _takes_out(function, read):
                continue
            for location in fields:
                write = _written(package, function, location, lock)
                if write is not None:
                    yield HandedOut(function, read, lock, location, write)


def leaves_locked(function: FunctionFacts, lock: Location) -> bool:
    """Whether callers get the lock with what they are given."""
    return any(
        effect.action is LockAction.ACQUIRE and effect.lock.location == lock for effect in function.summary.locks
    )


def _open_fields(type_: object) -> list[Location]:
    """The exported fields of a struct that a pointer leads to, unless it has a lock of its own."""
    named = type_.element if isinstance(type_, Pointer) else None
    struct = underlying(named) if isinstance(named, Named) else None
    if not isinstance(named, Named) or not isinstance(struct, Struct) or held_in(named) is not None:
        return []
    owner = named.symbol.full_name
    return [Location(LocationKind.FIELD, owner, field.name) for field in struct.fields if field.name[:1].isupper()]


def _lock(function: FunctionFacts, read: Access) -> Location | None:
    """The lock of the object that ``read`` leads through, if callers can't take it."""
    held = (lock for lock in function.protection(read) if same_object(lock.path, read.path))
    locks = (lock.path.location for lock in held)
    return next((one for one in locks if one is not None and not one.path[:1].isupper()), None)


def _takes_out(function: FunctionFacts, read: Access) -> bool:
    """Whether the function writes where it found the object: it may well have made it, or be the last to have it."""
    location = read.location
    return location is None or any(
        one.writes and one.location is not None and one.location.container == location.container
        for one in function.accesses
    )


def _written(package: PackageFacts, function: FunctionFacts, location: Location, lock: Location) -> Use | None:
    """Who else writes the field under the lock; nobody, if some do so without."""
    writes = [use for use in package.uses.get(location, ()) if use.writes and not makes(use)]
    if not all(use.holds(lock) for use in writes):
        return None
    return next((use for use in writes if use.function is not function), None)

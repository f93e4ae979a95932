"""What packages of one module tell each other of exported memory: who touches it at home, and under which locks.

It travels as summaries do, as that of a function which does all of it; so whoever asked for it is looked at anew when
something else is said, and otherwise left alone. Only what lies beside a lock is asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.mutexes import is_mutex, mutex_fields, struct_of
from pubcheck.analysis.neighbours import is_exported, neighbours
from pubcheck.analysis.remembering import once_a_package
from pubcheck.facts import (
    DEREF,
    Access,
    AccessKind,
    AccessPath,
    Held,
    Location,
    LocationKind,
    Lock,
    Mode,
    Point,
    Root,
    RootKind,
    Summary,
)
from pubcheck.model.symbols import TypeName, Var

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.uses import Use
    from pubcheck.model.package import Package

MAX_TOLD = 32
"""Accesses that importers are told of."""


def key_of(location: Location) -> str:
    """What the memory is asked for by; no function is called like that."""
    return f"{location.kind.value}:{location.owner}:{location.path}"


def location_of(key: str) -> Location | None:
    """The memory that a key asks for; None for a function's name."""
    kind, _, rest = key.partition(":")
    owner, colon, path = rest.rpartition(":")
    return Location(LocationKind(kind), owner, path) if colon and kind in _KINDS else None


_KINDS = frozenset((LocationKind.FIELD.value, LocationKind.GLOBAL.value))


def shared_memory(package: Package) -> Iterator[Location]:
    """The exported fields and variables of a package that stand beside a lock: what importers may ask about."""
    for symbol in package.scope.values():
        if isinstance(symbol, Var):
            names = [Location(LocationKind.GLOBAL, package.path, symbol.name)]
        elif isinstance(symbol, TypeName) and symbol.name[:1].isupper() and (struct := struct_of(symbol)) is not None:
            names = [Location(LocationKind.FIELD, symbol.full_name, field.name) for field in struct.fields]
        else:
            continue
        yield from (each for each in names if each.path[:1].isupper() and _is_beside_lock(each, package))


def _is_beside_lock(location: Location, home: Package) -> bool:
    """Whether what is no lock itself stands in a struct that has one, or is a variable of a package that has one."""
    if location.kind is LocationKind.GLOBAL:
        locks = _locks(home)
    else:
        owner = home.lookup(location.owner.rpartition(".")[2])
        struct = struct_of(owner) if isinstance(owner, TypeName) else None
        locks = frozenset(field.name for field in mutex_fields(struct)) if struct is not None else frozenset()
    return bool(locks) and location.path not in locks


@once_a_package
def _locks(package: Package) -> frozenset[str]:
    """The package variables that are locks."""
    return frozenset(
        symbol.name for symbol in package.scope.values() if isinstance(symbol, Var) and is_mutex(symbol.type)
    )


def evidence_of(facts: PackageFacts, location: Location) -> Summary:
    """The accesses of ``location`` in its own package, each with the locks beside it that are certainly held."""
    uses = facts.uses.get(location, ())
    locks = {
        lock
        for use in uses
        for lock in (*use.locks, *use.ambient.always)
        if (lock.owner, lock.kind) == (location.owner, location.kind) and lock != location
    }
    told = [_told(use, location, locks) for use in uses if _is_clear(use, locks)]
    return Summary(key_of(location), accesses=tuple(told[:MAX_TOLD]) if locks else ())


def _is_clear(use: Use, locks: set[Location]) -> bool:
    """Whether it is known which of ``locks`` are held."""
    return all(use.holds(lock) or use.lacks(lock) for lock in locks)


def _told(use: Use, location: Location, locks: set[Location]) -> Access:
    held = frozenset(
        Lock(_path(lock), Mode.EXCLUSIVE if use.holds_exclusively(lock) else Mode.SHARED)
        for lock in locks
        if use.holds(lock)
    )
    return Access(
        kind=AccessKind.WRITE if use.writes else AccessKind.READ,
        path=_path(location),
        point=Point(0, 0),
        span=use.site.access.span,
        function=use.function.name,
        held=Held.of(held, held, frozenset()),
    )


def _path(location: Location) -> AccessPath:
    """Some object's memory at ``location``."""
    name = location.path.removesuffix(DEREF)
    behind = (DEREF,) if name != location.path else ()
    if location.kind is LocationKind.GLOBAL:
        return AccessPath(Root(RootKind.GLOBAL, 0, f"{location.owner}.{name}"), behind)
    return AccessPath(Root(RootKind.PARAM, 0, ""), (DEREF, f"{location.owner}.{name}", *behind))


def pooled(facts: PackageFacts) -> Mapping[Location, tuple[Access, ...]]:
    """What the packages of the module that a package imports do with their memory that it touches, under locks."""
    homes = neighbours(facts.package)
    asked: set[Location] = set()
    found: dict[Location, tuple[Access, ...]] = {}
    for place in facts.locations if homes else ():
        home = homes.get(place.package)
        location = place.container
        if home is None or location in asked or not is_exported(location) or "." in location.path:
            continue
        asked.add(location)
        accesses = facts.told_of(location).accesses if _is_beside_lock(location, home) else ()
        if any(access.held.must for access in accesses):
            found[location] = accesses
    return found

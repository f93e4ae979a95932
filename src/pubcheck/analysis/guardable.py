"""The memory that a lock may guard: what is written somewhere, and accessed somewhere where a lock may be held."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.ambient import Ambient
from pubcheck.analysis.annotated import shared_annotations
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.declared import shared_guards
from pubcheck.analysis.located import sites_in
from pubcheck.analysis.mutexes import struct_of
from pubcheck.analysis.neighbours import is_exported, neighbours
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.facts import AccessPath, LocationKind, LockAction, locations
from pubcheck.flow.ir import Alloc
from pubcheck.model.structure import deref
from pubcheck.model.types import Named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.located import Site
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Location
    from pubcheck.model.types import Type


_NOTHING = Ambient()


def known_locations(package: PackageFacts, portion: Portion) -> Iterator[tuple[Location, Sequence[Site]]]:
    """What the package declares, and what it can name of the other packages of its module."""
    others = neighbours(package.package)
    for location, sites in sites_in(package, portion):
        if location.kind is not LocationKind.LOCAL and (
            location.package == package.path or (location.package in others and is_exported(location.container))
        ):
            yield location, sites


def places_of(location: Location, site: Site) -> Iterator[Location]:
    """What an access counts for."""
    for place in (location, *_parts_of(site.access.path)):
        yield place.container


@once_for_facts
def guardable_memory(package: PackageFacts) -> frozenset[Location]:
    """What is written somewhere, and accessed somewhere where a lock may be held: nothing else has a guard."""
    named: set[Location] = set()
    locked: set[Location] = set()
    written: set[Location] = set()
    for each in _touched(package):
        named |= each.named
        locked |= each.locked
        written |= each.written
    said = (shared_guards(package.package, sorted(named)), shared_annotations(package.package, sorted(named)))
    return frozenset((locked & written).union(*said))


class _Touched(NamedTuple):
    """Locations that are accessed in a portion; places where a lock may be held; places that are written.

    Of a package that knows no locks only the first are told.
    """

    named: frozenset[Location]
    locked: frozenset[Location]
    written: frozenset[Location]


@by_portion
def _touched(package: PackageFacts, portion: Portion) -> Iterator[_Touched]:
    if not any(_know_locks(package)):
        yield _Touched(frozenset(place for place, _ in known_locations(package, portion)), frozenset(), frozenset())
        return
    callers, left = callers_of(package), left_locked(package)
    around = {
        function.name
        for function in portion.functions
        if receiver_name(function) in left or _may_be_locked(function, package, callers)
    }
    named: set[Location] = set()
    locked: set[Location] = set()
    written: set[Location] = set()
    for location, sites in known_locations(package, portion):
        named.add(location)
        for site in sites:
            if site.access.held.may or site.function.name in around:
                locked.update(places_of(location, site))
            if site.access.writes:
                written.update(places_of(location, site))
    yield _Touched(frozenset(named), frozenset(locked), frozenset(written))


@by_portion
def _know_locks(_package: PackageFacts, portion: Portion) -> Iterator[bool]:
    yield any(map(_knows_locks, portion.functions))


def _knows_locks(function: FunctionFacts) -> bool:
    """Whether a function does anything to a lock, or relies on one."""
    contract = function.contract
    return bool(function.locks or function.summary.locks or contract.held) or contract.unknown


def _may_be_locked(function: FunctionFacts, package: PackageFacts, callers: Callers) -> bool:
    """Whether a lock may be held in the whole of a function, or be its callers' that it gives back."""
    return (
        function.contract.unknown
        or bool(function.contract.held)
        or bool(function.locks)
        or any(package.ambient.get(function.name, _NOTHING))
        or callers.may_hold_around(function)
    )


@once_for_facts
def left_locked(package: PackageFacts) -> dict[str, frozenset[Location]]:
    """Locks that a function leaves locked while it makes an object, by the object's type: its methods hold them."""
    found: dict[str, frozenset[Location]] = {}
    for name, locks in _left(package):
        found[name] = found.get(name, frozenset()) | locks
    return found


@by_portion
def _left(_package: PackageFacts, portion: Portion) -> Iterator[tuple[str, frozenset[Location]]]:
    for function in portion.functions:
        left = [effect.lock for effect in function.summary.locks if effect.action is LockAction.ACQUIRE]
        if not left:
            continue
        for block in function.ir.blocks:
            for instruction in block.instructions:
                made = deref(instruction.type) if isinstance(instruction, Alloc) else None
                yield from ((name, locations(left)) for name in _with_embedded(made))


def _with_embedded(made: Type | None) -> Iterator[str]:
    """The name of a declared type and of those that it embeds, whose methods are its own."""
    if isinstance(made, Named):
        yield made.symbol.name
        struct = struct_of(made.symbol)
        for field in struct.fields if struct is not None else ():
            if field.embedded and isinstance(inner := deref(field.type), Named):
                yield inner.symbol.name


def receiver_name(function: FunctionFacts) -> str:
    """The name of the declared type whose method it is; empty for other functions."""
    func = function.ir.func
    return func.receiver.name if func is not None and func.receiver is not None else ""


@lru_cache(maxsize=4096)
def _parts_of(path: AccessPath) -> tuple[Location, ...]:
    """The locations of the structs that the memory at ``path`` is a part of: ``s.cfg`` for ``s.cfg.name``."""
    steps = path.steps
    found: list[Location] = []
    for length in range(len(steps) - 1, 0, -1):
        if steps[length][0] in "*@[" or steps[length - 1][0] in "*@[":
            break
        location = AccessPath(path.root, steps[:length]).location
        if location is not None:
            found.append(location)
    return tuple(found)

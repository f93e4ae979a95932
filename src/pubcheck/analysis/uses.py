"""The accesses that tell what guards a location: each with the locks that are held there, by whoever took them.

Owned memory is left out, and so is what only tests do, and what a package does while it is initialised.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.ambient import Ambient, taken_around
from pubcheck.analysis.annotations import excused_lines
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.guardable import guardable_memory, known_locations, left_locked, places_of, receiver_name
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.writers import is_private
from pubcheck.facts import DEREF, AccessPath, Mode, RootKind, locations
from pubcheck.flow.ir import Field, Range, Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.located import Site
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, Location, Lock


_NOTHING = Ambient()


class Use(NamedTuple):
    """An access that counts.

    Attributes:
        site: where.
        locks: locks that are certainly held, and told in the function's terms, by their location.
        ambient: locations of those that callers hold.
        perhaps: of those that the function itself may hold.
        beside: of those that are certainly held, but of another object than the memory is in.
    """

    site: Site
    locks: Mapping[Location, Lock]
    ambient: Ambient
    perhaps: frozenset[Location]
    beside: frozenset[Location] = frozenset()

    @property
    def writes(self) -> bool:
        """Whether it changes the memory that others look at: an ``append`` writes behind the length."""
        return self.site.access.writes and self.site.access.in_place

    @property
    def function(self) -> FunctionFacts:
        """Where it is."""
        return self.site.function

    def holds(self, lock: Location) -> bool:
        """Whether ``lock`` is certainly held."""
        return lock in self.locks or lock in self.ambient.always

    def holds_exclusively(self, lock: Location) -> bool:
        """Whether ``lock`` is certainly held for writing."""
        return lock in self.ambient.exclusive or (lock in self.locks and self.locks[lock].mode is Mode.EXCLUSIVE)

    def lacks(self, lock: Location) -> bool:
        """Whether ``lock`` is certainly not held."""
        if self.holds(lock) or (self.function.contract.unknown and not self._is_another(lock)):
            return False
        if lock in self.perhaps or lock in self.ambient.sometimes:
            return False
        return lock not in self.function.handed_at(self.site.access.point)

    def _is_another(self, lock: Location) -> bool:
        """Whether ``lock`` isn't the one that the function says is held on entry, without a name for it.

        That isn't one that it takes itself; nor another object's, where all callers hold one of its own object.
        """
        if takes_itself(self, lock):
            return True
        own = receiver_type(self.function)
        return self.function.contract.declared and own not in ("", lock.owner) and own in self._owners_held

    @property
    def _owners_held(self) -> set[str]:
        return {each.owner for each in (*self.locks, *self.ambient.always)}

    @property
    def _holds_unnamed(self) -> bool:
        return any(lock.location is None for lock in self.site.access.held.must)

    @property
    def is_alone(self) -> bool:
        """Whether some lock is held that keeps every other run of the function out."""
        return bool(self.ambient.exclusive) or any(lock.mode is Mode.EXCLUSIVE for lock in self.locks.values())

    def excludes(self, other: Use) -> bool:
        """Whether a lock that both hold keeps one out while the other is at work.

        A lock that has no name (a local's, an interface's) may be the same one on both sides.
        """
        if self._holds_unnamed and other._holds_unnamed:
            return True
        if any(other.holds_exclusively(lock) for lock in self.perhaps) or any(
            self.holds_exclusively(lock) for lock in other.perhaps
        ):
            return True
        return any(
            other.holds(lock) and (self.holds_exclusively(lock) or other.holds_exclusively(lock))
            for lock in (*self.locks, *self.ambient.always)
        )


def gather(package: PackageFacts) -> dict[Location, list[Use]]:
    """Plain accesses by what they touch, elements together with their container, of what may have a guard."""
    return uses_of(package, guardable_memory(package))


def uses_of(package: PackageFacts, guardable: AbstractSet[Location]) -> dict[Location, list[Use]]:
    """As ``gather``, of the memory that is ``guardable``."""
    parts: dict[Location, list[list[Use]]] = {}
    for each in _uses(package, guardable=frozenset(guardable)) if guardable else ():
        for location, uses in each.items():
            parts.setdefault(location, []).append(uses)
    return {
        location: found[0] if len(found) == 1 else sorted(chain.from_iterable(found), key=_rank)
        for location, found in parts.items()
    }


@by_portion
def _uses(
    package: PackageFacts, portion: Portion, *, guardable: frozenset[Location]
) -> Iterator[dict[Location, list[Use]]]:
    """Those in the functions of a portion."""
    callers, left, excused = callers_of(package), left_locked(package), excused_lines(package)
    found: dict[Location, list[Use]] = {}
    for location, sites in sorted(known_locations(package, portion), key=itemgetter(0)):
        for site in sites:
            places = [place for place in places_of(location, site) if place in guardable]
            if places and _counts(site, location, callers) and not excused.covers(site.function, site.access.span):
                use = _use(package, site, callers, left)
                for place in places:
                    found.setdefault(place, []).append(use)
    yield {location: _distinct(uses) for location, uses in found.items()}


def use_of(package: PackageFacts, site: Site) -> Use:
    """The access at ``site`` with the locks that are held there, whether or not it tells of a guard."""
    return _use(package, site, callers_of(package), left_locked(package))


def _use(package: PackageFacts, site: Site, callers: Callers, left: Mapping[str, frozenset[Location]]) -> Use:
    function, beside = site.function, _of_another(site)
    perhaps = locations(site.access.held.may) | left.get(receiver_name(function), frozenset())
    return Use(
        site=site,
        locks=_held(site, callers, beside),
        ambient=_ambient(package, site).without(beside),
        perhaps=perhaps - beside,
        beside=beside,
    )


def _ambient(package: PackageFacts, site: Site) -> Ambient:
    function = site.function
    around = package.ambient.get(function.name, _NOTHING)
    if around.sometimes and function.locks and site.access.path.root.kind is RootKind.PARAM:
        taken = taken_around(function, site.access.point) - around.always
        return around._replace(sometimes=around.sometimes - taken)
    return around


def _counts(site: Site, location: Location, callers: Callers) -> bool:
    """Whether an access tells anything of a guard."""
    access, function = site.access, site.function
    if access.atomic is not None or is_turn(function, access) or _may_be_copy(function, access):
        return False
    if access.writes and location.owner == access.whole != "":
        return False  # a struct that is overwritten as a whole is being made ready: that says nothing of its fields
    return not (is_private(site, callers) or callers.only_tests_call(function) or callers.runs_at_init(function))


def _may_be_copy(function: FunctionFacts, access: Access) -> bool:
    """Whether it writes a field of what a variable holds, of which isn't known whether it is a pointer."""
    if not access.writes or access.trace:
        return False
    store = function.ir.blocks[access.point.block].instructions[access.point.index]
    if not isinstance(store, Store) or not isinstance(store.place.root, int) or not store.place.steps:
        return False
    first = store.place.steps[0]
    return isinstance(first, Field) and first.owner is None


def receiver_type(function: FunctionFacts) -> str:
    """The declared type whose method it is, as ``Location.owner`` has it; empty for other functions."""
    func = function.ir.func
    return func.receiver.full_name if func is not None and func.receiver is not None else ""


def is_turn(function: FunctionFacts, access: Access) -> bool:
    """Whether a turn of a ``range`` loop reads an element: what is ranged over was read before, and that is counted."""
    instruction = function.ir.blocks[access.point.block].instructions[access.point.index]
    return isinstance(instruction, Range) and access.path.is_element


def _of_another(site: Site) -> frozenset[Location]:
    """Locks that ``site`` holds of another object only: ``a.mu``, where a field of ``b`` is touched.

    That is sure where the function was given both, or where it works on the other one too. A lock that its callers must
    hold counts like one of its own: ``b.mu`` is theirs to hold where only ``a.mu`` is asked for.
    """
    path = site.access.path
    if path.root.kind is not RootKind.PARAM or len(path.steps) < 2 or path.steps[0] != DEREF:
        return frozenset()
    owner = path.steps[1].rpartition(".")[0]
    held = site.access.held.may | site.protection
    of_type = [lock for lock in held if lock.location is not None and lock.location.owner == owner]
    if not of_type or any(lock.path.root == path.root for lock in of_type):
        return frozenset()
    return locations(lock for lock in of_type if _is_used(lock.path, site.function))


def _is_used(lock: AccessPath, function: FunctionFacts) -> bool:
    """Whether ``function`` was given the object that ``lock`` is a field of, or touches other fields of it."""
    if lock.root.kind is RootKind.PARAM:
        return True
    if lock.root.kind is not RootKind.OPAQUE:
        return False
    above = AccessPath(lock.root, lock.steps[:-1])
    return any(access.path.starts_with(above) and access.path != lock for access in function.accesses)


def _held(site: Site, callers: Callers, beside: frozenset[Location]) -> dict[Location, Lock]:
    """The locks at ``site`` by location: the callers', unless they were given back, and then the function's own.

    Of several with one location it is the one of the object that is accessed, if that is among them.
    """
    path = site.access.path

    def rank(lock: Lock) -> tuple[bool, Lock]:
        return same_object(lock.path, path), lock

    released = locations(site.access.held.released) | beside
    around = [one for one in callers.held_around(site.function, path) if one.location not in released]
    own = [lock for lock in site.protection if lock.location not in beside]
    ranked = (*sorted(around, key=rank), *sorted(own, key=rank))
    return {lock.location: lock for lock in ranked if lock.location is not None}


def _distinct(uses: Iterable[Use]) -> list[Use]:
    """One use for each place, a write if it is one: ``n++`` reads too, ``delete(m, k)`` reads the variable ``m``."""
    found: list[Use] = []
    for use in sorted(uses, key=_rank):
        last = found[-1].site.access if found else None
        if last is None or not _is_part(use.site.access, last):
            found.append(use)
        elif use.writes and not found[-1].writes:
            found[-1] = use
    return found


def _is_part(one: Access, other: Access) -> bool:
    """Whether ``one`` only leads to ``other``, or is the read that the same statement writes back.

    What is read for a call comes before all that the callee does, which may take a lock for it.
    """
    inner, outer = one.span, other.span
    within = inner.path == outer.path and outer.start <= inner.start and inner.end <= outer.end
    if other.trace and not one.trace and one.held.must != other.held.must:
        return False
    return within and one.path.root == other.path.root


def _rank(use: Use) -> tuple[str, int, int, bool, int]:
    """Sorts a place before what lies within it, and of several uses there the telling one first."""
    span = use.site.access.span
    return (span.path, span.start, -span.end, not use.writes, len(use.site.access.path.steps))


def same_object(lock: AccessPath, path: AccessPath) -> bool:
    """Whether ``path`` leads through the object that ``lock`` is a field of, or that has a pointer to it."""
    above = lock.steps[:-2] if lock.steps[-1:] == (DEREF,) else lock.steps[:-1]
    return lock.root == path.root and path.steps[: len(above)] == above


def takes_itself(use: Use, lock: Location) -> bool:
    """Whether the function takes the lock of the same object somewhere else."""
    path = use.site.access.path
    return any(
        event.lock.location == lock and not event.trace and same_object(event.lock.path, path)
        for event in use.function.locks
    )


def sets(use: Use) -> bool:
    """Whether a parameter is stored as it came."""
    value = use.site.access.value
    params = value.targets if value is not None else ()
    return bool(params) and all(path.root.kind is RootKind.PARAM and path.steps == (DEREF,) for path in params)

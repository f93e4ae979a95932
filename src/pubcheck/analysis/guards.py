"""Which lock guards which memory, inferred from how the package itself uses it, or said by a comment.

For each location all accesses of the package are gathered with the locks that are certainly held, owned memory left
out. The lock that most of them hold is its guard, if there is evidence enough that it is meant to be: a lock that
stands beside the field, or around the object; a write under it; and a share of the accesses. It is the idea of RacerD
(Blackshear, Gorogiannis, O'Hearn, Sergey: "RacerD: Compositional Static Race Detection", OOPSLA 2018) and of Engler's
belief analysis ("Bugs as Deviant Behavior", SOSP 2001): what the programmers did nearly always is what they meant.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.ambient import Ambient
from pubcheck.analysis.annotations import excused_lines
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.declared import annotated_memory, declared_guards
from pubcheck.analysis.mutexes import struct_of
from pubcheck.analysis.writers import is_private
from pubcheck.facts import DEREF, AccessPath, LocationKind, LockAction, Mode, RootKind, locations
from pubcheck.flow.ir import Alloc, Range
from pubcheck.model.structure import deref
from pubcheck.model.types import Named, Type

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.declared import Declared
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts, Site
    from pubcheck.facts import Access, Location, Lock


class Kinship(IntEnum):
    """How a lock stands to what it may guard, the nearest last."""

    APART = 0  # a lock of another object
    AROUND = 1  # of the object that the memory is reached through
    BESIDE = 2  # of the same struct, or a package's variable beside another


class Threshold(NamedTuple):
    """What makes a belief: so many accesses under the lock, and their share of all accesses that count."""

    held: int
    share: float


THRESHOLDS = {
    # A mutex beside a field is there for a field: two accesses under it (one of them a write) and two thirds of all.
    # Where more lack it, they are mostly ordered otherwise: by the one goroutine that writes, or by a start and an end.
    Kinship.BESIDE: Threshold(2, 2 / 3),
    # What hangs below an object is often made elsewhere and guarded only once it hangs there.
    Kinship.AROUND: Threshold(4, 0.75),
}
"""By kinship; the lock of an unrelated object may be held for any reason, however often it is."""
SAME_FUNCTION = Threshold(2, 0.5)
"""Where a function takes the lock beside the memory itself and touches it just outside: the rest may be sloppier."""


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
        if self.holds(lock) or self.function.contract.unknown:
            return False
        return lock not in self.perhaps and lock not in self.ambient.sometimes and not self._was_handed(lock)

    @property
    def _holds_unnamed(self) -> bool:
        return any(lock.location is None for lock in self.site.access.held.must)

    def _was_handed(self, lock: Location) -> bool:
        """Whether the function unlocks it later without having locked it: somebody left it locked for this."""
        return any(
            event.action is LockAction.RELEASE
            and lock not in locations(event.held.may)
            and (event.deferred or self.function.order.reaches(self.site.access.point, event.point))
            for event in self.function.locks_at(lock)
        )

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


class Guard(NamedTuple):
    """``lock`` guards ``location``.

    Attributes:
        location: the variable or field; elements of a container count for what holds it.
        lock: the mutex's location.
        kinship: how it stands to the memory.
        declared: the comment that says so; None for an inferred guard.
        inside: accesses under the lock.
        outside: accesses that certainly lack it.
    """

    location: Location
    lock: Location
    kinship: Kinship
    declared: Declared | None
    inside: tuple[Use, ...]
    outside: tuple[Use, ...]

    @property
    def evidence(self) -> str:
        """The count, as messages tell it."""
        held, all_ = len(self.inside), len(self.inside) + len(self.outside)
        return f"held in {held} of {all_} accesses"

    @property
    def share(self) -> float:
        """How much of the accesses is under the lock."""
        return len(self.inside) / max(1, len(self.inside) + len(self.outside))


def infer(package: PackageFacts) -> Mapping[Location, Guard]:
    """The guards of the package's own variables and fields, by what they guard."""
    declared = declared_guards(package.package)
    annotated = annotated_memory(package.package)
    found: dict[Location, Guard] = {}
    for location, uses in package.uses.items():
        said = declared.get(location)
        told = annotated.get(location)
        if said is not None:
            guard = _declared_guard(location, said, uses)
        else:
            guard = _inferred(location, uses) if told is None or not told.uninferred else None
        if guard is not None:
            found[location] = guard
    return found


def gather(package: PackageFacts) -> dict[Location, list[Use]]:
    """Plain accesses by what they touch, elements together with their container, of what may have a guard."""
    callers = callers_of(package)
    left = _left_locked(package)
    own = package.package
    guardable = _guardable(package, callers, left).union(declared_guards(own), annotated_memory(own))
    excused = excused_lines(package)
    found: dict[Location, list[Use]] = {}
    for location, sites in _own_locations(package):
        for site in sites:
            places = [place for place in _places(location, site) if place in guardable]
            if places and _counts(site, location, callers) and not excused.covers(site.function, site.access.span):
                function, beside = site.function, _of_another(site)
                perhaps = locations(site.access.held.may) | left.get(_receiver(function), frozenset())
                use = Use(
                    site=site,
                    locks=_held(site, callers, beside),
                    ambient=package.ambient.get(function.name, Ambient()),
                    perhaps=perhaps - beside,
                    beside=beside,
                )
                for place in places:
                    found.setdefault(place, []).append(use)
    return {location: _distinct(uses) for location, uses in found.items()}


def _own_locations(package: PackageFacts) -> Iterator[tuple[Location, Sequence[Site]]]:
    for location, sites in package.locations.items():
        if location.kind is not LocationKind.LOCAL and location.package == package.path:
            yield location, sites


def _places(location: Location, site: Site) -> Iterator[Location]:
    """What an access counts for."""
    for place in (location, *_parts_of(site.access.path)):
        yield place.container


def _guardable(package: PackageFacts, callers: Callers, left: Container[str]) -> set[Location]:
    """What is written somewhere, and accessed somewhere where a lock may be held: nothing else has a guard."""
    around = {
        function.name
        for function in package.functions
        if _receiver(function) in left or _may_be_locked(function, package, callers)
    }
    locked: set[Location] = set()
    written: set[Location] = set()
    for location, sites in _own_locations(package):
        for site in sites:
            if site.access.held.may or site.function.name in around:
                locked.update(_places(location, site))
            if site.access.writes:
                written.update(_places(location, site))
    return locked & written


def _may_be_locked(function: FunctionFacts, package: PackageFacts, callers: Callers) -> bool:
    """Whether a lock may be held in the whole of a function, or be its callers' that it gives back."""
    return (
        function.contract.unknown
        or bool(function.contract.held)
        or bool(function.locks)
        or any(package.ambient.get(function.name, Ambient()))
        or callers.may_hold_around(function)
    )


def _counts(site: Site, location: Location, callers: Callers) -> bool:
    """Whether an access tells anything of a guard."""
    access, function = site.access, site.function
    if access.atomic is not None or is_turn(function, access):
        return False
    if access.writes and location.owner == access.whole != "":
        return False  # a struct that is overwritten as a whole is being made ready: that says nothing of its fields
    return not (is_private(site, callers) or callers.only_tests_call(function) or callers.runs_at_init(function))


def _left_locked(package: PackageFacts) -> dict[str, frozenset[Location]]:
    """Locks that a function leaves locked while it makes an object, by the object's type: its methods hold them."""
    found: dict[str, frozenset[Location]] = {}
    for function in package.functions:
        left = [effect.lock for effect in function.summary.locks if effect.action is LockAction.ACQUIRE]
        if not left:
            continue
        for block in function.ir.blocks:
            for instruction in block.instructions:
                made = deref(instruction.type) if isinstance(instruction, Alloc) else None
                for name in _with_embedded(made):
                    found[name] = found.get(name, frozenset()) | locations(left)
    return found


def _with_embedded(made: Type | None) -> Iterator[str]:
    """The name of a declared type and of those that it embeds, whose methods are its own."""
    if isinstance(made, Named):
        yield made.symbol.name
        struct = struct_of(made.symbol)
        for field in struct.fields if struct is not None else ():
            if field.embedded and isinstance(inner := deref(field.type), Named):
                yield inner.symbol.name


def _receiver(function: FunctionFacts) -> str:
    func = function.ir.func
    return func.receiver.name if func is not None and func.receiver is not None else ""


def is_turn(function: FunctionFacts, access: Access) -> bool:
    """Whether a turn of a ``range`` loop reads an element: what is ranged over was read before, and that is counted."""
    instruction = function.ir.blocks[access.point.block].instructions[access.point.index]
    return isinstance(instruction, Range) and access.path.is_element


def _of_another(site: Site) -> frozenset[Location]:
    """Locks that ``site`` holds of another object only: ``a.mu``, where a field of ``b`` is touched.

    That is sure where the function was given both, or where it works on the other one too.
    """
    path = site.access.path
    if path.root.kind is not RootKind.PARAM or len(path.steps) < 2 or path.steps[0] != DEREF:
        return frozenset()
    owner = path.steps[1].rpartition(".")[0]
    of_type = [lock for lock in site.access.held.may if lock.location is not None and lock.location.owner == owner]
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
    """The locks at ``site`` by location: the callers', unless they were given back, and then the function's own."""
    released = locations(site.access.held.released) | beside
    around = (one for one in callers.held_around(site.function, site.access.path) if one.location not in released)
    own = (lock for lock in site.protection if lock.location not in beside)
    return {lock.location: lock for lock in (*around, *own) if lock.location is not None}


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
    """Whether ``one`` only leads to ``other``, or is the read that the same statement writes back."""
    inner, outer = one.span, other.span
    within = inner.path == outer.path and outer.start <= inner.start and inner.end <= outer.end
    return within and one.path.root == other.path.root


def _rank(use: Use) -> tuple[str, int, int, bool, int]:
    """Sorts a place before what lies within it, and of several uses there the telling one first."""
    span = use.site.access.span
    return (span.path, span.start, -span.end, not use.writes, len(use.site.access.path.steps))


def _declared_guard(location: Location, said: Declared, uses: list[Use]) -> Guard | None:
    return _guard(location, said.lock, uses, said)


def _inferred(location: Location, uses: list[Use]) -> Guard | None:
    if not any(use.writes for use in uses):
        return None  # what is never written after it was made needs no guard
    locks = {lock for use in uses for lock in (*use.locks, *use.ambient.always) if lock != location}
    guards = [_guard(location, lock, uses, None) for lock in sorted(locks)]
    return max((each for each in guards if _believable(each)), key=_strength, default=None)


def _guard(location: Location, lock: Location, uses: list[Use], said: Declared | None) -> Guard:
    inside = tuple(use for use in uses if use.holds(lock))
    kinship = _kinship(location, lock, inside)
    outside = tuple(use for use in uses if use.lacks(lock) and (kinship is not Kinship.AROUND or _below(use, lock)))
    return Guard(location, lock, kinship, said, inside, outside)


def _below(use: Use, lock: Location) -> bool:
    """Whether the access leads through an object that has such a lock; a copy of its own has nothing to do with it."""
    if lock.kind is LocationKind.GLOBAL:
        return True
    return any(step.rpartition(".")[0] == lock.owner for step in use.site.access.path.steps)


def _believable(guard: Guard) -> bool:
    if not any(use.writes for use in guard.inside):
        return False
    if len({use.function.name for use in guard.outside}) > MOST_OUTLAWS:
        return False
    if is_common(guard) or is_looked_up(guard):
        return True
    return (
        guard.kinship is Kinship.BESIDE
        and len(guard.outside) <= MOST_OUTLAWS
        and any(takes_itself(use, guard.lock) and _tells(guard, use.function) for use in guard.outside)
    )


def _tells(guard: Guard, function: FunctionFacts) -> bool:
    """Whether what ``function`` does under the lock tells enough: so it does where nobody else touches the memory."""
    alone = all(use.function is function for use in guard.inside)
    return guard.share >= SAME_FUNCTION.share and (alone or len(guard.inside) >= SAME_FUNCTION.held)


MOST_OUTLAWS = 5
"""Functions that lack the lock: where there are more, they know of another order."""


def is_looked_up(guard: Guard) -> bool:
    """Whether it is a map, or a slice, whose items several functions change or look up under the lock beside it.

    A map that is read while it is written ends the program, so that fewer of them need to say so.
    """
    if guard.kinship is not Kinship.BESIDE or guard.share < LOOKED_UP.share:
        return False
    if not any(use.writes and use.site.access.path.is_element for use in guard.inside):
        return False
    return len({use.function.name for use in guard.inside}) >= LOOKED_UP.held


LOOKED_UP = Threshold(2, 0.4)
"""Functions that hold the lock for the items of a container, and their share of its accesses."""


def is_common(guard: Guard) -> bool:
    """Whether accesses enough hold the lock, whoever lacks it."""
    return guard.kinship is not Kinship.APART and _reaches(guard, THRESHOLDS[guard.kinship])


def _reaches(guard: Guard, threshold: Threshold) -> bool:
    return len(guard.inside) >= threshold.held and guard.share >= threshold.share


def _strength(guard: Guard) -> tuple[int, int, int, Location]:
    writes = sum(use.writes for use in guard.inside)
    return (guard.kinship, len(guard.inside), writes, guard.lock)


def _kinship(location: Location, lock: Location, inside: tuple[Use, ...]) -> Kinship:
    if location.owner == lock.owner and location.kind is lock.kind:
        return Kinship.BESIDE
    around = sum(lock in use.locks and same_object(use.locks[lock].path, use.site.access.path) for use in inside)
    if inside and (around * 2 > len(inside) or lock.kind is LocationKind.GLOBAL):
        return Kinship.AROUND
    return Kinship.APART


def same_object(lock: AccessPath, path: AccessPath) -> bool:
    """Whether ``path`` leads through the object that ``lock`` is a field of."""
    above = lock.steps[:-1]
    return lock.root == path.root and path.steps[: len(above)] == above


def takes_itself(use: Use, lock: Location) -> bool:
    """Whether the function takes the lock of the same object somewhere else."""
    path = use.site.access.path
    return any(
        event.lock.location == lock and not event.trace and same_object(event.lock.path, path)
        for event in use.function.locks
    )

"""Which lock guards which memory, inferred from how the package itself uses it, or said by a comment.

For each location all accesses of the package are gathered with the locks that are certainly held, owned memory left
out. The lock that most of them hold is its guard, if there is evidence enough that it is meant to be: a lock that
stands beside the field, or around the object; a write under it; and a share of the accesses. It is the idea of RacerD
(Blackshear, Gorogiannis, O'Hearn, Sergey: "RacerD: Compositional Static Race Detection", OOPSLA 2018) and of Engler's
belief analysis ("Bugs as Deviant Behavior", SOSP 2001): what the programmers did nearly always is what they meant.
"""

from __future__ import annotations

from collections import Counter
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.annotated import shared_annotations
from pubcheck.analysis.by_key import one_by_one
from pubcheck.analysis.callers import is_exported
from pubcheck.analysis.declared import shared_guards
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.analysis.uses import Use, same_object, sets, takes_itself
from pubcheck.facts import LocationKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis.annotated import Annotated
    from pubcheck.analysis.declared import Declared
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.facts import AccessPath, Location


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


class Guard(NamedTuple):
    """``lock`` guards ``location``.

    Attributes:
        location: the variable or field; elements of a container count for what holds it.
        lock: the mutex's location.
        kinship: how it stands to the memory.
        declared: the comment that says so; None for an inferred guard.
        inside: accesses under the lock.
        outside: accesses that certainly lack it.
        sole: whether the lock stands in a struct that has no other field to guard, and no other lock.
        polled: whether it is for all packages of the module to say (see ``polling``).
    """

    location: Location
    lock: Location
    kinship: Kinship
    declared: Declared | None
    inside: tuple[Use, ...]
    outside: tuple[Use, ...]
    sole: bool = False
    polled: bool = False

    @property
    def held(self) -> int:
        """How many of the accesses are under the lock."""
        return len(self.inside)

    @property
    def evidence(self) -> str:
        """The count, as messages tell it."""
        return f"held in {self.held} of {self._all} accesses"

    @property
    def share(self) -> float:
        """How much of the accesses is under the lock."""
        return self.held / max(1, self._all)

    @property
    def _all(self) -> int:
        return len(self.inside) + len(self.outside)


def infer(package: PackageFacts) -> Mapping[Location, Guard]:
    """The guards of the package's variables and fields, and of others' that it touches, by what they guard."""
    return {guard.location: guard for guard in _guards(package)}


def _used(package: PackageFacts) -> Mapping[Location, list[Use]]:
    return package.uses


@one_by_one(_used)
def _guards(package: PackageFacts, location: Location) -> Iterator[Guard]:
    said, told = _said(package)[0].get(location), _said(package)[1].get(location)
    uses = _without_heirs(package.uses[location], package)
    if said is not None:
        guard = _declared_guard(location, said, uses)
    else:
        own = location.package == package.path
        only = own and location.kind is LocationKind.FIELD and _written(package).get(location.owner) == 1
        guard = _inferred(location, uses, only=only) if told is None or not told.uninferred else None
        if guard is not None and guard.kinship is not Kinship.BESIDE and not own:
            return  # what another package makes reachable through its objects has its guard there
    if guard is not None:
        yield guard


@once_for_facts
def _said(package: PackageFacts) -> tuple[Mapping[Location, Declared], Mapping[Location, Annotated]]:
    """What comments and annotations say."""
    return shared_guards(package.package, package.uses), shared_annotations(package.package, package.uses)


@once_for_facts
def _written(package: PackageFacts) -> Mapping[str, int]:
    """How many fields of each struct are written."""
    return Counter(location.owner for location, uses in package.uses.items() if any(use.writes for use in uses))


def _without_heirs(uses: list[Use], package: PackageFacts) -> list[Use]:
    """``uses`` without what goroutines that start when all is written read: they need no lock, whoever else does."""
    writes = [use for use in uses if use.writes]
    if not writes or all(use.locks or use.ambient.always for use in uses):
        return uses
    return [use for use in uses if use.writes or use.locks or use.ambient.always or not _is_heir(use, writes, package)]


def _is_heir(use: Use, writes: list[Use], package: PackageFacts) -> bool:
    threads = package.threads
    mine = threads.of(use.function)
    return all(
        thread.started and not thread.many and all(threads.ordered(write.site, thread) for write in writes)
        for thread in mine
    )


def _declared_guard(location: Location, said: Declared, uses: list[Use]) -> Guard | None:
    return guard_by(location, said.lock, uses, said)


def _inferred(location: Location, uses: list[Use], *, only: bool) -> Guard | None:
    """The guard of ``location``; ``only`` tells that nothing else of its struct changes."""
    if not any(use.writes for use in uses):
        return None  # what is never written after it was made needs no guard
    locks = {lock for use in uses for lock in (*use.locks, *use.ambient.always) if lock != location}
    sole = only and sum(lock.owner == location.owner for lock in locks) == 1
    guards = [
        guard_by(location, lock, uses)._replace(sole=sole and lock.owner == location.owner) for lock in sorted(locks)
    ]
    return max((each for each in guards if _believable(each)), key=_strength, default=None)


def guard_by(location: Location, lock: Location, uses: list[Use], said: Declared | None = None) -> Guard:
    """What ``uses`` say of ``lock`` as the guard of ``location``, which nobody need believe."""
    inside = tuple(use for use in uses if use.holds(lock))
    kinship = _kinship(location, lock, inside)
    whole = said is not None or kinship is not Kinship.AROUND or _of_owner(lock, inside)
    outside = tuple(use for use in uses if use.lacks(lock) and (whole or _below(use, lock)))
    return Guard(location, lock, kinship, said, inside, outside)


def _of_owner(lock: Location, inside: tuple[Use, ...]) -> bool:
    """Whether it is the lock of an object that the memory's own has a pointer to, as what is a part of it has."""
    return any(lock in use.locks and _leads_to(use.site.access.path, use.locks[lock].path) for use in inside)


def _leads_to(path: AccessPath, lock: AccessPath) -> bool:
    """Whether another field beside the one that ``path`` ends in leads to ``lock``."""
    steps = path.steps
    field = next((at for at in range(len(steps) - 1, 0, -1) if steps[at][0] not in "*@["), 0)
    above = lock.steps[:field] == steps[:field] and lock.root == path.root
    return bool(field) and above and len(lock.steps) > field + 1 and lock.steps[field] != steps[field]


def _below(use: Use, lock: Location) -> bool:
    """Whether the access leads through an object that has such a lock; a copy of its own has nothing to do with it."""
    if lock.kind is LocationKind.GLOBAL:
        return True
    return any(step.rpartition(".")[0] == lock.owner for step in use.site.access.path.steps)


def _believable(guard: Guard) -> bool:
    if not any(use.writes for use in guard.inside):
        return False
    if has_accessors(guard):
        return True
    if is_contested(guard):
        return is_common(guard)
    if is_common(guard) or is_looked_up(guard) or is_all_there_is(guard) or is_kept_by_writers(guard):
        return True
    if is_known_to_all(guard):
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


def is_contested(guard: Guard) -> bool:
    """Whether so many functions lack the lock that they seem to know of another order."""
    return len({use.function.name for use in guard.outside}) > MOST_OUTLAWS


MOST_OUTLAWS = 5
"""Functions that lack the lock, where nothing else is thought of them."""


def is_looked_up(guard: Guard) -> bool:
    """Whether it is a map, or a slice, whose items several functions change or look up under the lock beside it.

    A map that is read while it is written ends the program, so that fewer of them need to say so.
    """
    if guard.kinship is not Kinship.BESIDE or not _is_held_by_several(guard):
        return False
    return any(use.writes and use.site.access.path.is_element for use in guard.inside)


def is_all_there_is(guard: Guard) -> bool:
    """Whether several functions hold the lock for the one field of their struct that it can be there for."""
    return guard.sole and _is_held_by_several(guard)


def _is_held_by_several(guard: Guard) -> bool:
    return guard.share >= FEW.share and len({use.function.name for use in guard.inside}) >= FEW.held


FEW = Threshold(2, 0.4)
"""Functions that hold the lock where something else speaks for it, and their share of the accesses."""


def is_kept_by_writers(guard: Guard) -> bool:
    """Whether all who write hold the lock beside the memory, and some who read.

    Who writes so means to keep readers away. Readers without the lock may well be of the goroutine that writes, however
    many they are: what they do is wrong where they are seen to run beside it.
    """
    writes = [use for use in (*guard.inside, *guard.outside) if use.writes]
    readers = {use.function.name for use in guard.inside if not use.writes} - {use.function.name for use in writes}
    exclusive = all(use.holds_exclusively(guard.lock) for use in writes)
    return guard.kinship is Kinship.BESIDE and exclusive and bool(readers)


def is_known_to_all(guard: Guard) -> bool:
    """Whether all who write hold the lock beside the memory, and all who only read take it too, for other things.

    Who takes the lock of an object knows that others are at work on it.
    """
    writers = {use.function.name for use in (*guard.inside, *guard.outside) if use.writes}
    return (
        guard.kinship is Kinship.BESIDE
        and bool(guard.outside)
        and all(use.holds_exclusively(guard.lock) for use in guard.inside if use.writes)
        and all(takes_itself(use, guard.lock) and use.function.name not in writers for use in guard.outside)
    )


def has_accessors(guard: Guard) -> bool:
    """Whether a lock beside a field is there for a method that sets it and one that gets it, which all may call.

    Who locks to set a field as it is told to means to be called at any time: then the getter is there to be used. A
    lock beside the one field that changes can be there for nothing else.
    """
    return _has_pair(guard) or _has_one_changer(guard) or _has_collector(guard)


def _has_pair(guard: Guard) -> bool:
    """Whether one method sets the field under the lock and another gets it."""
    inside = {use.function.name: use.function for use in guard.inside}
    if guard.kinship is not Kinship.BESIDE or guard.location.kind is not LocationKind.FIELD or len(inside) != ACCESSORS:
        return False
    setters = {use.function.name for use in guard.inside if use.writes and sets(use)}
    if len(setters) != 1 or any(use.writes and use.function.name not in setters for use in guard.inside):
        return False
    return all(is_exported(function) and is_short(function) for function in inside.values()) and not any(
        use.writes for use in guard.outside
    )


def _has_one_changer(guard: Guard) -> bool:
    """Whether one method changes all that changes in its struct under the lock, and no method does more than get it."""
    inside = {use.function.name: use.function for use in guard.inside}
    outside = {use.function.name: use.function for use in guard.outside}
    if not guard.sole or len(inside) != 1 or not 0 < len(outside) <= ACCESSORS:
        return False
    if any(use.writes for use in guard.outside) or not all(use.holds_exclusively(guard.lock) for use in guard.inside):
        return False
    return all(map(is_exported, inside.values())) and all(
        is_exported(each) and _gets(each) for each in outside.values()
    )


def _has_collector(guard: Guard) -> bool:
    """Whether methods for all add to what is there, always under the lock beside it, and another such only gets it.

    What is added to isn't set once and for all: whoever gets it may come at any time.
    """
    outside = {use.function.name: use.function for use in guard.outside}
    if guard.kinship is not Kinship.BESIDE or guard.location.kind is not LocationKind.FIELD or len(outside) != 1:
        return False
    writes = [use for use in (*guard.inside, *guard.outside) if use.writes]
    if not all(use.holds_exclusively(guard.lock) and is_exported(use.function) for use in writes):
        return False
    return all(is_exported(each) and _gets(each) for each in outside.values()) and any(map(_adds, writes))


def _adds(use: Use) -> bool:
    """Whether an item is added or changed, or what was there is read for what is written."""
    path, at = use.site.access.path, use.site.access.point
    return path.is_element or any(
        not one.writes and one.path == path and one.point.block == at.block and one.point.index < at.index
        for one in use.function.accesses
    )


def _gets(function: FunctionFacts) -> bool:
    """Whether a method does nothing but look at its object."""
    return is_short(function) and not any(access.writes for access in function.accesses)


ACCESSORS = 2
"""A setter and a getter."""
MOST_BLOCKS = 4
"""Of a function that does nothing but set or get a field."""


def is_short(function: FunctionFacts) -> bool:
    """Whether a function does little but set or get something."""
    return len(function.ir.blocks) <= MOST_BLOCKS and not function.spawns


def is_common(guard: Guard) -> bool:
    """Whether accesses enough hold the lock, whoever lacks it."""
    return guard.kinship is not Kinship.APART and _reaches(guard, THRESHOLDS[guard.kinship])


def _reaches(guard: Guard, threshold: Threshold) -> bool:
    return guard.held >= threshold.held and guard.share >= threshold.share


def _strength(guard: Guard) -> tuple[int, bool, int, int, Location]:
    """Sorts the locks that may be meant: one that is there for other things may be held around reads, but no write."""
    writes = sum(use.writes for use in guard.inside)
    exclusive = any(use.writes and use.holds_exclusively(guard.lock) for use in guard.inside)
    return (guard.kinship, exclusive, len(guard.inside), writes, guard.lock)


def _kinship(location: Location, lock: Location, inside: tuple[Use, ...]) -> Kinship:
    if location.owner == lock.owner and location.kind is lock.kind:
        return Kinship.BESIDE
    around = sum(lock in use.locks and same_object(use.locks[lock].path, use.site.access.path) for use in inside)
    if inside and (around * 2 > len(inside) or lock.kind is LocationKind.GLOBAL or _of_owner(lock, inside)):
        return Kinship.AROUND
    return Kinship.APART

"""What a package does with memory that other packages of its module see: exported, with a lock beside it.

What guards it is a matter of all of them together. So each tells how often it holds the lock (``ballots``), and which
of its accesses would be wrong if the others do (``suspected``); who has heard all of them decides.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pubcheck.analysis.annotated import shared_annotations
from pubcheck.analysis.guards import Guard, guard_by
from pubcheck.analysis.mutexes import is_mutex, lock_location, mutex_fields, struct_of, variable_location
from pubcheck.analysis.neighbours import is_exported, neighbours
from pubcheck.analysis.remembering import once_a_package, once_for_facts
from pubcheck.analysis.uses import uses_of
from pubcheck.diagnostic import Ballot, Holder
from pubcheck.facts import Location, LocationKind
from pubcheck.model.symbols import TypeName, Var

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.uses import Use
    from pubcheck.model.package import Package

MOST_LOCKS = 4
"""Beside one field or variable: where there are more of them their names tell what each is for, and nothing else."""


def polled(facts: PackageFacts) -> Mapping[Location, tuple[Location, ...]]:
    """The memory of this kind that ``facts`` touch, its own included, each with the locks beside it."""
    homes = {facts.path: facts.package, **neighbours(facts.package)}
    found: dict[Location, tuple[Location, ...]] = {}
    for place in facts.locations:
        location, home = place.container, homes.get(place.package)
        if home is not None and location not in found and "." not in location.path and is_exported(location):
            found[location] = _locks_beside(location, home)
    return {location: locks for location, locks in found.items() if locks}


def _locks_beside(location: Location, home: Package) -> tuple[Location, ...]:
    if location.kind is LocationKind.GLOBAL:
        locks = _variables(home)
    else:
        owner = home.lookup(location.owner.rpartition(".")[2])
        locks = _fields(owner) if isinstance(owner, TypeName) else ()
    return locks if location not in locks and len(locks) <= MOST_LOCKS else ()


def _fields(owner: TypeName) -> tuple[Location, ...]:
    """The fields of a struct that are locks."""
    struct = struct_of(owner)
    return tuple(lock_location(owner, field) for field in mutex_fields(struct)) if struct is not None else ()


@once_a_package
def _variables(package: Package) -> tuple[Location, ...]:
    """The package variables that are locks."""
    return tuple(
        variable_location(symbol, package)
        for symbol in package.scope.values()
        if isinstance(symbol, Var) and is_mutex(symbol.type)
    )


@once_for_facts
def _uses(facts: PackageFacts) -> Mapping[Location, list[Use]]:
    """The accesses of polled memory; where the package never holds a lock, it hasn't looked at them yet."""
    rest = facts.polled.keys() - facts.uses.keys()
    return {**uses_of(facts, rest), **{location: facts.uses[location] for location in facts.polled.keys() - rest}}


@once_for_facts
def suspected(facts: PackageFacts) -> tuple[Guard, ...]:
    """Each lock that others may hold around polled memory, where no comment says which, nor at home the package."""
    annotated = shared_annotations(facts.package, facts.polled)
    return tuple(
        guard_by(location, lock, uses)._replace(polled=True)
        for location, locks in facts.polled.items()
        if (uses := _uses(facts).get(location)) and not _is_settled(location, facts)
        if (told := annotated.get(location)) is None or not told.uninferred
        for lock in locks
        if _may_be_held(location, lock, uses, facts)
    )


def _may_be_held(location: Location, lock: Location, uses: Iterable[Use], facts: PackageFacts) -> bool:
    """Whether somebody may hold it there: at home the package itself, and others if they have a name for it."""
    named = lock.path.rpartition(".")[2][:1].isupper()
    return named or location.package != facts.path or any(use.holds(lock) for use in uses)


def _is_settled(location: Location, facts: PackageFacts) -> bool:
    guard = facts.guards.get(location)
    return guard is not None and (guard.declared is not None or location.package == facts.path)


def ballots(facts: PackageFacts) -> Iterator[Ballot]:
    """What the package does with polled memory, that others may be wrong about."""
    files = {file.source.path for file in facts.package.files}
    for location, locks in facts.polled.items():
        uses = _uses(facts).get(location, ())
        own = [use for use in uses if _is_own(use, files)]
        afar = [use for use in uses if not _is_own(use, files)]
        for lock in locks:
            inside = [use for use in own if use.holds(lock)]
            asking = sorted({step.callee for use in afar if _calls_under(use, lock) for step in use.site.access.trace})
            lacking = Counter(use.function.full_name for use in own if use.lacks(lock))
            if inside or lacking or asking:
                yield Ballot(
                    package=facts.path,
                    memory=key_of(location),
                    lock=key_of(lock),
                    held=len(inside),
                    lacking=dict(sorted(lacking.items())),
                    holder=_holder(inside),
                    asking=tuple(asking),
                )


def key_of(location: Location) -> str:
    """What the memory, or a lock, is called in ballots."""
    return f"{location.kind.value}:{location.owner}:{location.path}"


def _is_own(use: Use, files: Container[str]) -> bool:
    """Whether the access is in one of the package's ``files``: what it calls elsewhere is counted there."""
    origin = use.site.access.origin
    return origin is None or origin.path in files


def _calls_under(use: Use, lock: Location) -> bool:
    """Whether the lock is held where a call leads to the access, and not only within."""
    function = use.function
    calls = function.calls_at(use.site.access.point)
    return lock in use.ambient.always or any(
        each.location == lock for call in calls for each in function.protection(call)
    )


def _holder(inside: Iterable[Use]) -> Holder | None:
    use = min(inside, key=lambda each: (not each.writes, each.site.access.span), default=None)
    return None if use is None else Holder(use.site.access.span, use.function.name, use.writes)

"""Objects of a library that are changed by a method call under the read side of the lock that they are changed under.

A look-up that moves what it has found to the front of a list is a write to every other reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.analysis.uses import Use, use_of
from pubcheck.analysis.writers import is_private
from pubcheck.facts import LocationKind, Mode
from pubcheck.knowledge import UNSHARED
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.locking import exclusive
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.object_uses import object_uses
from pubcheck.rules.support.sides import sides_of
from pubcheck.rules.support.wording import name_of, others, short_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.facts import Location

_TYPES = tuple(sorted(UNSHARED.items()))


class Changed(NamedTuple):
    """``use`` changes the object in ``location`` with ``lock`` held for reading; ``under`` holds it for writing."""

    location: Location
    lock: Location
    use: Use
    under: Use


def changed_objects(package: PackageFacts) -> Iterator[Finding]:
    """One finding for each object and function."""
    for one in _changes(package):
        site, lock, name = one.use.site, name_of(one.lock, package), name_of(one.location, package)
        sides, type_ = sides_of(package, site, one.under.site), short_type(site.access.via)
        yield Finding(
            span=site.access.span,
            values={"location": name, "lock": lock},
            message=f"this call changes `{name}` while `{lock}` is held for reading only",
            because=(f"other readers of `{lock}` use the same `{type_}`, which is for one goroutine at a time",),
            related=sides.around(*others([one.under.site], f"`{{function}}` changes it under `{lock}` here", 1)),
            fixes=exclusive(package, site.function, one.use, one.lock),
            location=str(one.location),
            symbol=site.function.name,
            goroutine=sides.mine,
        )


@once_for_facts
def _changes(package: PackageFacts) -> tuple[Changed, ...]:
    if is_for_tests(package):
        return ()
    callers = callers_of(package)
    sites: dict[Location, list[Site]] = {}
    for location, site in object_uses(package, types=_TYPES):
        if location.kind is LocationKind.FIELD and site.access.writes and not is_private(site, callers):
            sites.setdefault(location, []).append(site)
    found: dict[tuple[Location, str], Changed] = {}
    for location, every in sorted(sites.items()):
        uses = [use_of(package, site) for site in every]
        for use in uses:
            for lock in _for_reading(use, location):
                under = next((other for other in uses if other.holds_exclusively(lock)), None)
                if under is not None:
                    found.setdefault((location, use.function.name), Changed(location, lock, use, under))
    return tuple(found.values())


def _for_reading(use: Use, location: Location) -> Iterator[Location]:
    """The locks of the object's own owner that are held for reading, where nothing keeps other readers out."""
    if use.is_alone:
        return
    held = {lock for lock, how in use.locks.items() if how.mode is Mode.SHARED}
    for lock in sorted(held | use.ambient.always):
        if lock.owner == location.owner:
            yield lock

"""A field that is touched under one lock, in a package whose locks are annotated, and has no annotation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pubcheck.analysis.annotated import annotated_memory
from pubcheck.diagnostic import Related
from pubcheck.facts import LocationKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.declarations import declared
from pubcheck.rules.support.wording import name_of
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location


def check(package: PackageFacts, *, percent: int = 90) -> Iterator[Finding]:
    """Find the fields, in packages that annotate others.

    Args:
        package: what to look at.
        percent: of the accesses that hold the lock, from which on it is taken to be the field's.
    """
    annotated = annotated_memory(package.package)
    for location, uses in package.uses.items() if annotated else ():
        own = location.kind is LocationKind.FIELD and location.package == package.path
        if own and location not in annotated:
            lock = _lock(location, uses, percent)
            found = _finding(package, location, lock, uses) if lock is not None else None
            if found is not None:
                yield found


def _lock(location: Location, uses: Sequence[Use], percent: int) -> Location | None:
    """The lock beside the field, or the package's, that nearly all ``uses`` hold."""
    held = Counter(lock for use in uses for lock in {*use.locks, *use.ambient.always})
    near = {
        lock: count
        for lock, count in held.items()
        if lock != location and (lock.owner == location.owner or lock.kind is LocationKind.GLOBAL)
    }
    best = max(sorted(near), key=lambda lock: near[lock], default=None)
    return best if best is not None and near[best] * 100 >= percent * len(uses) else None


def _finding(package: PackageFacts, location: Location, lock: Location, uses: Sequence[Use]) -> Finding | None:
    what = declared(package, location)
    if what is None or what.field is None:
        return None
    name = next((one for one in what.field.names if one.name == what.name), what.field)
    count = sum(use.holds(lock) for use in uses)
    return Finding(
        span=Span(what.file.source.path, name.pos, name.end),
        values={"field": name_of(location, package), "lock": name_of(lock, package)},
        because=(f"it is held in {count} of {len(uses)} accesses, and this package has annotations",),
        related=tuple(Related(use.site.access.span, f"`{use.function.name}` holds it here") for use in uses[:2]),
        location=str(location),
    )

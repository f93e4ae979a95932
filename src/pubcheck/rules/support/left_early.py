"""What a function looks at under a lock, and sets on the word of that when it has given the lock back.

The lock is no guard where nobody holds it to write. But who looks under it, as others do, means it to be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.by_key import one_by_one
from pubcheck.facts import LocationKind
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.deviations import just_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location


class LeftEarly(NamedTuple):
    """``look`` is under ``lock``, ``write`` comes after that was given back, and ``other`` looks under it as well."""

    location: Location
    lock: Location
    look: Use
    write: Use
    other: Use


def left_early(package: PackageFacts) -> Iterator[LeftEarly]:
    """One for each field that has no guard."""
    return iter(()) if is_for_tests(package) else iter(_left_early(package))


def _used(package: PackageFacts) -> Mapping[Location, list[Use]]:
    return package.uses


@one_by_one(_used)
def _left_early(package: PackageFacts, location: Location) -> Iterator[LeftEarly]:
    if location.kind is not LocationKind.FIELD:
        return
    uses = package.uses[location]
    looks = [use for use in uses if use.locks and not use.writes]
    writes = [use for use in uses if use.writes and not (use.locks or use.ambient.always)] if looks else []
    if not writes or location in package.guards:
        return
    for write in writes:
        for look in looks:
            lock = next((each for each in look.locks if each.owner == location.owner), None)
            if lock is None or look.function is not write.function or not _decides(look, write, lock):
                continue
            other = next((use for use in looks if lock in use.locks and use.function is not look.function), None)
            if other is not None:
                yield LeftEarly(location, lock, look, write, other)
                return


def _decides(look: Use, write: Use, lock: Location) -> bool:
    """Whether what was found under ``lock`` leads to the write, which lacks it."""
    if look.site.access.path != write.site.access.path or not (write.lacks(lock) and just_left(write, lock)):
        return False
    at = look.site.access.point
    return any(decision.read.point == at for decision in Decisions(write.function).of(write.site.access.point))

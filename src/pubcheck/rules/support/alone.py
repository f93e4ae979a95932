"""Functions that by all they do expect nobody else at their object: what closes it, what makes it ready anew.

Such a function changes fields plainly and without a lock that others look at plainly and without a lock. If they could
run at the same time, more would be wrong than the order of one atomic operation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of
from pubcheck.facts import LocationKind

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.facts import Access, Location


def expects_nobody(package: PackageFacts, mine: Site, theirs: Site) -> bool:
    """Whether the function of ``mine`` can't be meant to run beside that of ``theirs``, or all that call that."""
    changed = {
        write.location
        for write in mine.function.accesses
        if _is_bare(write) and write.writes and write.path.root == mine.access.path.root
    } - {mine.access.location}
    if not changed:
        return False
    calling = [caller for caller, _ in callers_of(package).calls(theirs.function) if not caller.test]
    return _looks(theirs.function, changed) or (bool(calling) and all(_looks(each, changed) for each in calling))


def _looks(function: FunctionFacts, changed: set[Location | None]) -> bool:
    return any(_is_bare(access) and not access.writes and access.location in changed for access in function.accesses)


def _is_bare(access: Access) -> bool:
    location = access.location
    field = location is not None and location.kind is LocationKind.FIELD
    return field and access.atomic is None and not (access.held.may or access.owned or access.trace)

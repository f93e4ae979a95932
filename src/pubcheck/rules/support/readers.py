"""Who else looks at what a function writes: evidence that a late write can be seen at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.writers import is_private
from pubcheck.facts import LocationKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.facts import Access


def other_accesses(package: PackageFacts, function: FunctionFacts, write: Access) -> Iterator[Site]:
    """Accesses, by what may be another goroutine, of the field or variable that ``write`` changes."""
    callers = callers_of(package)
    for site in accesses_elsewhere(package, function, write):
        other = site.function
        if is_private(site, callers) or callers.take_turns(function, other):
            continue
        if callers.is_there_for_an_interface(other):
            continue
        if other.name not in callers.helpers(function):
            yield site


def accesses_elsewhere(package: PackageFacts, function: FunctionFacts, write: Access) -> Iterator[Site]:
    """Accesses of the same field or variable in other functions, tests apart."""
    location = write.location
    if location is not None:
        places = (location, location.container) if location.is_element else (location,)
        for place in places:
            for site in package.locations.get(place, ()):
                if not site.function.test and site.function.name != function.name and not site.access.init:
                    yield site


def may_be_read_elsewhere(package: PackageFacts, function: FunctionFacts, write: Access) -> bool:
    """Whether readers needn't be in sight: the memory has no name, other packages see it, or nobody names it at all.

    Fields of another package's types that only that package sees are its own affair.
    """
    location = write.location
    if location is None or location.kind is not LocationKind.FIELD:
        return True
    if not location.path[:1].isupper():
        return location.package == package.path and not any(accesses_elsewhere(package, function, write))
    return package.package.name != "main" and location.owner.rpartition(".")[2][:1].isupper()

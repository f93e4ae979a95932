"""Who else looks at what a function writes: evidence that a late write can be seen at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.analysis.writers import is_private
from pubcheck.facts import LocationKind, field_step
from pubcheck.flow.ir import Address, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.facts import Access, AccessPath, Publication


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


def is_out_of_sight(package: PackageFacts, function: FunctionFacts, publication: Publication, write: Access) -> bool:
    """Whether ``write`` is of a part of the published object that nobody but ``function`` and its literals leads to.

    Accesses of such parts elsewhere are of other objects, or of this one where the function hands the part on.
    """
    part = next((_part(write.path, value) for value in publication.value if write.path.starts_with(value)), "")
    if not part:
        return False
    naming = _named_fields(package).get(part, frozenset())
    return all(name == function.name or name.startswith(f"{function.name}.") for name in naming)


def _part(path: AccessPath, value: AccessPath) -> str:
    """The field that holds the struct in which ``path`` ends, itself and no pointer, of the object at ``value``."""
    steps = path.steps[len(value.steps) :]
    return steps[0] if len(steps) > 1 and not any(step[0] in "*@[" for step in steps) else ""


@once_for_facts
def _named_fields(package: PackageFacts) -> dict[str, frozenset[str]]:
    """The functions that name each field of a struct's type, as steps of access paths do, tests apart."""
    found: dict[str, set[str]] = {}
    for function in package.functions:
        steps = {step for access in function.accesses if not access.trace for step in access.path.steps}
        for block in function.ir.blocks:
            for one in block.instructions:
                if isinstance(one, Address):
                    fields = (step for step in one.place.steps if isinstance(step, Field) and step.owner is not None)
                    steps.update(field_step(step.owner.full_name, step.name) for step in fields if step.owner)
        for step in steps:
            found.setdefault(step, set()).add(function.name)
    return {step: frozenset(names) for step, names in found.items()}


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

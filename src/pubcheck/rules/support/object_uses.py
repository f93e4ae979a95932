"""Objects in fields and package variables that one goroutine at a time may use, and several do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis import Site
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.goroutines.uses import uses_in
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.writers import is_private
from pubcheck.facts import DEREF, Access, LocationKind
from pubcheck.flow import ir
from pubcheck.rules.support.unlocked import race_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import AccessPath, Call, Location
    from pubcheck.rules.support.unlocked import Race

Types = tuple[tuple[str, frozenset[str]], ...]
"""Types by full name, each with the methods that only read."""


def races_on_objects(package: PackageFacts, types: Types) -> tuple[Race, ...]:
    """One pair of calls for each field or package variable of the package that holds such an object."""
    return package.answer(("races on objects", types), partial(_find, package, types))


def _find(package: PackageFacts, types: Types) -> tuple[Race, ...]:
    sites: dict[Location, list[Site]] = {}
    for location, site in object_uses(package, types=types):
        sites.setdefault(location, []).append(site)
    found: list[Race] = []
    for location, uses in sorted(sites.items()):
        if any(site.access.writes for site in uses) and lasts(package, location):
            race = race_among(package, location, tuple(uses))
            if race is not None:
                found.append(race._replace(used=race.write.access.via))
    return tuple(found)


@by_portion
def object_uses(package: PackageFacts, portion: Portion, *, types: Types) -> Iterator[tuple[Location, Site]]:
    """The calls that work on such objects."""
    methods = dict(types)
    for function in portion.functions:
        for location, access in _uses(function, methods):
            if location.package == package.path:
                yield location, Site(function, access)


def _uses(function: FunctionFacts, types: Mapping[str, frozenset[str]]) -> Iterator[tuple[Location, Access]]:
    for call in function.calls:
        instruction = function.ir.blocks[call.point.block].instructions[call.point.index]
        if type(instruction) is not ir.Call and type(instruction) is not ir.Defer:
            continue
        for use in uses_in(instruction.call, function.ir, types):
            path = _holder(call, instruction.call.args.index(use.register))
            location = path.location if path is not None else None
            if path is not None and location is not None and location.kind is not LocationKind.LOCAL:
                access = Access(use.kind, path, call.point, call.span, function.name, call.held, via=use.type)
                yield location, access


def _holder(call: Call, argument: int) -> AccessPath | None:
    """The variable that is the object which ``call`` is given, or that alone leads to it."""
    targets = call.args[argument].targets if argument < len(call.args) else ()
    if len(targets) != 1:
        return None
    (path,) = targets
    while path.steps and path.steps[-1] == DEREF:
        path = msgspec.structs.replace(path, steps=path.steps[:-1])
    return path if not path.is_element and "[" not in "".join(step[0] for step in path.steps) else None


def lasts(package: PackageFacts, location: Location) -> bool:
    """Whether the object is the same one for as long as its owner lives."""
    callers = callers_of(package)
    return all(
        is_private(site, callers)
        for site in package.locations.get(location, ())
        if site.access.writes or site.access.atomic is not None
    )

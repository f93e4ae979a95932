"""Two atomics are always written together, and read as if that were one step."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.writers import is_private
from pubcheck.diagnostic import Related
from pubcheck.facts import AtomicKind, LocationKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.atomic_sites import atomic_sites
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Location


class _Use(NamedTuple):
    function: FunctionFacts
    access: Access


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find loads of two fields that no function writes one without the other; one finding a pair."""
    writes: dict[Location, list[_Use]] = defaultdict(list)
    loads: dict[FunctionFacts, list[Access]] = defaultdict(list)
    callers = callers_of(package)
    for site, atomic in atomic_sites(package):
        location = site.access.location
        if location is None or location.kind is not LocationKind.FIELD or location.is_element:
            continue
        if location.path[:1].isupper() or any(point.block >= 0 for each in atomic.operands for point in each.depends):
            continue  # others write it too; or it is a copy of another object's
        if atomic.kind is AtomicKind.LOAD:
            loads[site.function].append(site.access)
        elif not is_private(site, callers):
            writes[location].append(_Use(site.function, site.access))
    told: set[frozenset[Location]] = set()
    for function, read in loads.items():
        for one, other in _read_together(function, read):
            here, there = one.location, other.location
            if here is None or there is None or here.owner != there.owner or frozenset((here, there)) in told:
                continue
            if _written_together(writes.get(here, []), writes.get(there, [])):
                told.add(frozenset((here, there)))
                yield _finding(package, function, one, other, writes[here][0])


def _read_together(function: FunctionFacts, read: list[Access]) -> Iterator[tuple[Access, Access]]:
    """Loads of two fields of one object, one right after the other, by no lock's holder and with no second look."""
    paths = [access.path for access in read]
    for one, other in pairwise(read):
        looked_twice = any(paths.count(path) > 1 for path in (one.path, other.path))
        siblings = one.path.root == other.path.root and one.path.steps[:-1] == other.path.steps[:-1]
        if one.path == other.path or looked_twice or not siblings:
            continue
        if one.point.block == other.point.block and not function.maybe_protected(one):
            yield one, other


def _written_together(one: list[_Use], other: list[_Use]) -> bool:
    """Whether every function that writes one of the two writes the other as well, in the same run and with no lock."""
    if not one or {use.function for use in one} != {use.function for use in other}:
        return False
    return all(
        any(
            there.function is here.function
            and there.access.point.block == here.access.point.block
            and not here.function.maybe_protected(here.access)
            for there in other
        )
        for here in one
    )


def _finding(package: PackageFacts, function: FunctionFacts, one: Access, other: Access, write: _Use) -> Finding:
    first, second = (name_of(each.location, package) for each in (one, other) if each.location is not None)
    return Finding(
        span=other.span,
        values={"one": first, "other": second},
        because=(
            f"`{write.function.name}` writes both, one after the other: between the two they don't belong together",
        ),
        related=(Related(one.span, f"`{first}` is loaded here"), Related(write.access.span, "they are written here")),
        location=second,
        symbol=function.name,
    )

"""Accesses that don't keep to what the annotations of their field or variable ask for.

An annotation is written for a checker: it holds for every access of what others may reach, whoever runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.annotated import is_another, is_taken_on_some_ways, lock_names, shared_annotations
from pubcheck.analysis.annotations import excused_lines
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import Mode, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.annotated_atomics import addresses, unannotated_atomics
from pubcheck.rules.support.excuses import is_detached
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.analysis.annotated import Annotated
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import AccessPath, Location


class _Fault(NamedTuple):
    """``site`` is ``how`` (``read without mu``), and why that is wrong."""

    site: Site
    how: str
    why: str


def annotated_findings(package: PackageFacts) -> Iterator[Finding]:
    """What ``package`` does against its annotations, a finding for each function, object and way to do it."""
    annotations = shared_annotations(package.package, package.uses)
    for location, told in annotations.items():
        seen: set[tuple[str, AccessPath, str]] = set()
        for fault in _faults(package, location, told):
            key = (fault.site.function.name, fault.site.access.path, fault.how)
            if key not in seen:
                seen.add(key)
                yield _finding(package, location, told, fault)
    if annotations:
        yield from addresses(package, annotations)
        yield from unannotated_atomics(package, annotations)


def _faults(package: PackageFacts, location: Location, told: Annotated) -> Iterator[_Fault]:
    guard = package.guards.get(location)
    for use in package.uses.get(location, ()):
        fault = _plain(package, use, told)
        # Of elements that were got elsewhere only who got them knows.
        if fault is not None and not (guard and is_detached(use.function, use.site.access, guard)):
            yield fault
    if told.atomic and told.wanted:
        yield from _atomic_writes(package, location, told)


def _plain(package: PackageFacts, use: Use, told: Annotated) -> _Fault | None:
    done = "written" if use.writes else "read"
    if told.atomic and (use.writes or not told.wanted):
        return _Fault(use.site, f"{done} without an atomic operation", "`+checkatomic` asks for one")
    for lock in told.wanted:
        lack = _lack(package, use, told, lock)
        if lack is not None:
            return _Fault(use.site, f"{done} {lack[0]}", lack[1])
    return None


def _lack(package: PackageFacts, use: Use, told: Annotated, lock: AccessPath) -> tuple[str, str] | None:
    """How one of the locks isn't held at a plain access, and what is wrong about that; None where it is."""
    names, access = lock_names(package.package), use.site.access
    location = names.of(lock).location
    here = told.at(access.path, lock)
    if location is None or here is None:
        return None
    here, name = names.of(here), name_of(location, package)
    held = {names.of(one.path): one.mode for one in use.site.protection}
    strong = held.get(here) is Mode.EXCLUSIVE or use.holds_exclusively(location)
    if here in held or use.holds(location):
        if here not in held and any(is_another(here, one) for one in held if one.location == location):
            return f"with another object's `{name}` held", f"`+checklocks` asks for `{name}` of the same one"
        if strong or not use.writes:
            return None
        return f"while `{name}` is held for reading only", "others that hold it for reading run at the same time"
    if use.lacks(location):
        how = "with another object's `{}` held" if location in use.beside else "without `{}`"
        return how.format(name), f"`+checklocks` asks for `{name}` at every access"
    if is_taken_on_some_ways(use.function, here, access, names):
        return f"while `{name}` is held on some ways only", f"`+checklocks` asks for `{name}` on every way"
    return None


def _atomic_writes(package: PackageFacts, location: Location, told: Annotated) -> Iterator[_Fault]:
    """Atomic writes without the lock: beside a lock, only a read may do with an atomic operation alone."""
    for site in package.locations.get(location, ()):
        access, function = site.access, site.function
        if access.atomic is None or not access.atomic.kind.writes or access.owned or function.contract.unknown:
            continue
        if excused_lines(package).covers(function, access.span):
            continue
        held = locations(lock for lock in site.protection if lock.mode is Mode.EXCLUSIVE) | locations(access.held.may)
        lacking = [lock for lock in told.locks if lock not in held]
        if lacking:
            name = name_of(lacking[0], package)
            yield _Fault(site, f"written without `{name}`", f"`+checklocks` asks for `{name}` at every write")


def _finding(package: PackageFacts, location: Location, told: Annotated, fault: _Fault) -> Finding:
    name = name_of(location, package)
    access = fault.site.access
    return Finding(
        span=access.span,
        message=f"`{name}` is {fault.how}, which its annotation asks for"
        if "without" in fault.how
        else f"`{name}` is {fault.how}, against its annotation",
        because=(fault.why,),
        related=(Related(told.span, "the annotation"),),
        traces=call_trace(access.trace),
        location=str(location),
        symbol=fault.site.function.name,
        confidence=Confidence.HIGH,
    )

"""Accesses that don't keep to what the annotations of their field or variable ask for.

An annotation is written for a checker: it holds for every access of what others may reach, whoever runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.declared import shared_annotations
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import Mode, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.excuses import is_detached
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.analysis.declared import Annotated
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location


class _Fault(NamedTuple):
    """``site`` is ``how`` (``read without mu``), and why that is wrong."""

    site: Site
    how: str
    why: str


def annotated_findings(package: PackageFacts) -> Iterator[Finding]:
    """What ``package`` does against its annotations, a finding for each function and location."""
    for location, told in shared_annotations(package.package, package.uses).items():
        seen: set[str] = set()
        for fault in _faults(package, location, told):
            if fault.site.function.name not in seen:
                seen.add(fault.site.function.name)
                yield _finding(package, location, told, fault)


def _faults(package: PackageFacts, location: Location, told: Annotated) -> Iterator[_Fault]:
    guard = package.guards.get(location)
    for use in package.uses.get(location, ()):
        fault = _plain(package, use, told)
        # Of elements that were got elsewhere only who got them knows.
        if fault is not None and not (guard and is_detached(use.function, use.site.access, guard)):
            yield fault
    if told.atomic and told.locks:
        yield from _atomic_writes(package, location, told)


def _plain(package: PackageFacts, use: Use, told: Annotated) -> _Fault | None:
    done = "written" if use.writes else "read"
    if told.atomic and (use.writes or not told.locks):
        return _Fault(use.site, f"{done} without an atomic operation", "`+checkatomic` asks for one")
    for lock in told.locks:
        name = name_of(lock, package)
        if use.lacks(lock):
            how = f"{done} with another object's `{name}` held" if lock in use.beside else f"{done} without `{name}`"
            return _Fault(use.site, how, f"`+checklocks` asks for `{name}` at every access")
        if use.writes and lock in use.locks and not use.holds_exclusively(lock):
            how = f"written while `{name}` is held for reading only"
            return _Fault(use.site, how, "others that hold it for reading run at the same time")
    return None


def _atomic_writes(package: PackageFacts, location: Location, told: Annotated) -> Iterator[_Fault]:
    """Atomic writes without the lock: beside a lock, only a read may do with an atomic operation alone."""
    for site in package.locations.get(location, ()):
        access, function = site.access, site.function
        if access.atomic is None or not access.atomic.kind.writes or access.owned or function.contract.unknown:
            continue
        held = locations(lock for lock in site.protection if lock.mode is Mode.EXCLUSIVE) | locations(access.held.may)
        lacking = [lock for lock in told.locks if lock not in held]
        if lacking and not function.contract.ignored:
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

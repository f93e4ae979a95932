"""A function that wants a lock to be held is called without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.requirements import requirements
from pubcheck.diagnostic import Related
from pubcheck.facts import LockAction, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.requirements import Caller, Requirement


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find the calls, one finding each."""
    callers = callers_of(package)
    for requirement in requirements(package):
        for caller in requirement.broken:
            if not _is_harmless(package, caller, requirement, callers):
                yield _finding(package, caller, requirement)


def _is_harmless(package: PackageFacts, caller: Caller, requirement: Requirement, callers: Callers) -> bool:
    function, call = caller.function, caller.call
    if function.enclosing and function.name in package.threads.graph.unseen:
        return True  # who runs it, and under which locks, isn't known
    if callers.only_tests_call(function) or callers.runs_once(function) or function.name == "init":
        return True
    targets = call.args[0].targets if call.args else ()
    if targets and all(callers.reaches_alone(function, call, target) for target in targets):
        return True
    return any(
        event.action is LockAction.RELEASE
        and event.lock.location == requirement.lock
        and requirement.lock not in locations(event.held.may)
        for event in function.locks
    )


def _finding(package: PackageFacts, caller: Caller, requirement: Requirement) -> Finding:
    function = requirement.function
    obeyed = requirement.obeyed[0]
    every = len(requirement.obeyed) + len(requirement.broken)
    lock = name_of(requirement.lock, package)
    return Finding(
        span=caller.call.span,
        values={"function": function.name, "lock": lock},
        because=(
            function.contract.evidence,
            f"`{lock}` is held in {len(requirement.obeyed)} of {every} calls of it",
        ),
        related=(Related(obeyed.call.span, f"`{obeyed.function.name}` holds `{lock}` when it calls it"),),
        location=str(requirement.lock),
        symbol=caller.function.name,
    )

"""A function that wants a lock to be held is called without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.annotations import excused_lines
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.requirements import demanded, exclusions, requirements
from pubcheck.diagnostic import Related
from pubcheck.facts import LockAction, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.overlap import waited_before
from pubcheck.rules.support.sides import calls_of
from pubcheck.rules.support.stakes import stakes_of
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.requirements import Caller, Demanded, Exclusion, Requirement
    from pubcheck.rules.support.stakes import Stake


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find the calls, one finding each."""
    callers, stakes, excused = callers_of(package), stakes_of(package), excused_lines(package)
    for requirement in requirements(package):
        function, lock = requirement.function, requirement.lock
        for caller in requirement.broken:
            if excused.covers(caller.function, caller.call.span) or callers.only_tests_call(caller.function):
                continue
            if not _is_harmless(package, caller, requirement, callers):
                stake = stakes.of(function, lock, caller.function, caller.call)
                if (stake or stakes.gives_up(function, lock)) and stakes.entered_without(caller.function, lock):
                    yield _finding(package, caller, requirement, stake)
    for broken in demanded(package):
        caller = broken.caller
        if not excused.covers(caller.function, caller.call.span) and not callers.only_tests_call(caller.function):
            yield _annotated(package, broken)
    for exclusion in exclusions(package):
        # Where the callee takes the lock itself, that is `double-lock`.
        if not exclusion.again and not excused.covers(exclusion.caller.function, exclusion.caller.call.span):
            yield _forbidden(exclusion)


def _is_harmless(package: PackageFacts, caller: Caller, requirement: Requirement, callers: Callers) -> bool:
    function, call = caller.function, caller.call
    if function.enclosing and function.name in package.unseen:
        return True  # who runs it, and under which locks, isn't known
    if callers.only_tests_call(function) or callers.runs_once(function) or function.name == "init":
        return True
    if waited_before(function, call.point):
        return True
    return any(
        event.action is LockAction.RELEASE
        and event.lock.location == requirement.lock
        and requirement.lock not in locations(event.held.may)
        for event in function.locks
    )


def _annotated(package: PackageFacts, broken: Demanded) -> Finding:
    """What an annotation asks for needs no further reason."""
    caller, demand, lock = broken.caller, broken.demand, name_of(broken.lock, package)
    how = f"without `{lock}`"
    if broken.lock in caller.holds:
        held_well = broken.lock in caller.exclusive
        how = f"with another object's `{lock}`" if held_well else f"with `{lock}` held for reading only"
    elif broken.lock in caller.perhaps:
        how = f"with `{lock}` held on some ways only"
    return Finding(
        span=caller.call.span,
        message=f"`{demand.name}` is called {how}, against its annotation",
        because=(demand.contract.evidence,),
        related=(Related(demand.span, f"`{demand.name}` asks for `{lock}`"),),
        location=str(broken.lock),
        symbol=caller.function.name,
    )


def _forbidden(exclusion: Exclusion) -> Finding:
    demand, caller, lock = exclusion.demand, exclusion.caller, exclusion.lock
    taken = caller.function.acquisition(lock.path, caller.call.point)
    since = Related(taken.span, f"`{lock.path}` is locked here") if taken is not None else None
    return Finding(
        span=caller.call.span,
        message=f"`{demand.name}` is called with `{lock.path}` held, which it forbids",
        because=(demand.contract.evidence,),
        related=(*((since,) if since else ()), Related(demand.span, f"`{demand.name}` says so")),
        location=str(lock.location or lock.path),
        symbol=caller.function.name,
        help="unlock before the call, or call it later",
    )


def _finding(package: PackageFacts, caller: Caller, requirement: Requirement, stake: Stake | None) -> Finding:
    function = requirement.function
    obeyed = requirement.obeyed[0]
    every = len(requirement.obeyed) + len(requirement.broken)
    lock = name_of(requirement.lock, package)
    because = [function.contract.evidence, f"`{lock}` is held in {len(requirement.obeyed)} of {every} calls of it"]
    mine = ""
    related = [Related(obeyed.call.span, f"`{obeyed.function.name}` holds `{lock}` when it calls it")]
    if stake is not None:
        location = name_of(stake.location, package)
        verb = "writes" if stake.use.writes else "reads"
        other = "writes" if stake.against.writes else "reads"
        because.append(f"`{stake.use.function.name}` {verb} `{location}`, which `{lock}` guards")
        related.append(Related(stake.use.site.access.span, f"`{location}` is what the lock is wanted for"))
        if stake.against.site != stake.use.site:
            sides = calls_of(caller.function.name, stake.against.function.name)
            mine = sides.mine
            where = f"`{stake.against.function.name}` {other} it under `{lock}`"
            related.append(Related(stake.against.site.access.span, where, sides.theirs))
    else:
        because.append(f"`{function.name}` unlocks `{lock}`: without it that is a fatal error")
    return Finding(
        span=caller.call.span,
        values={"function": function.name, "lock": lock},
        because=tuple(because),
        related=tuple(related),
        location=str(requirement.lock),
        symbol=caller.function.name,
        goroutine=mine,
    )

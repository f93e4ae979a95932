"""Plain accesses, with no lock in sight, that two goroutines make of one object or variable."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.by_key import one_by_one
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.goroutines.cases import is_of_its_case
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.parallel import ALSO_CALLER, CALLER, Origin, Witness
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.analysis.writers import is_private, same_memory
from pubcheck.facts import LocationKind, LockAction, Mode, RootKind
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.errands import run_in_turn
from pubcheck.rules.support.first_uses import is_there_before
from pubcheck.rules.support.full_slices import only_copies
from pubcheck.rules.support.late_channels import is_met_late, is_taken_away, stores_new
from pubcheck.rules.support.late_getters import (
    is_asked_by_others,
    is_asked_like_another,
    is_under_lock,
    may_have_waited,
)
from pubcheck.rules.support.late_setters import (
    is_begun_with,
    is_called_late,
    looks_unasked,
    waits_on_another_way,
    works_on_its_own,
)
from pubcheck.rules.support.objects import MAKE_ORDER
from pubcheck.rules.support.outside import is_up_to_callers, starts_later
from pubcheck.rules.support.polls import is_flag, is_repeated
from pubcheck.rules.support.promised import is_promised, promise
from pubcheck.rules.support.serving import is_ended_meanwhile, is_served_with
from pubcheck.rules.support.siblings import are_alternatives, is_ruled_out, meets_itself, take_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.analysis.parallel import Thread
    from pubcheck.facts import Location


_TIMER = "time.AfterFunc"


class Race(NamedTuple):
    """``write`` and ``other`` are of one ``location`` and may happen in parallel, as ``witness`` tells.

    The witness' first thread is that of the write. They are the same site where several goroutines run it.
    ``reason`` tells why callers do both at once, where no goroutine is seen to do it. ``used``: it is about calls that
    work on an object of this type.
    """

    location: Location
    write: Site
    other: Site
    witness: Witness
    reason: str = ""
    used: str = ""


@once_for_facts
def unlocked_races(package: PackageFacts) -> tuple[Race, ...]:
    """One pair for each field or package variable that nobody holds a lock for, nor accesses atomically."""
    return () if package.path in MAKE_ORDER else tuple(_unlocked(package))


@one_by_one(lambda package: package.locations)
def _unlocked(package: PackageFacts, location: Location) -> Iterator[Race]:
    if location.kind is LocationKind.LOCAL or is_foreign(package, location):
        return
    sites = package.locations[location]
    if any(site.access.writes for site in sites):
        race = race_among(package, location, sites) or _by_callers(package, location, sites)
        if race is not None:
            yield race


def _by_callers(package: PackageFacts, location: Location, sites: tuple[Site, ...]) -> Race | None:
    """Two methods that callers call at once, as something says of them, with no lock in either nor elsewhere."""
    promised = is_promised(package, sites, location)
    writes = [
        site
        for site in sites
        if site.access.writes and not site.access.init and (promised or stores_new(site) or is_served_with(site))
    ]
    if not writes or is_for_tests(package):
        return None
    pairs = (
        (write, other, reason)
        for write in writes
        for other in sites
        if other is not write and (reason := _reason(package, write, other, location))
    )
    callers = callers_of(package)
    for write, other, reason in pairs:
        if any(_is_protected(package, site) and not is_private(site, callers) for site in sites):
            return None
        if same_memory(other.access, write.access) and not handshakes_of(package).order(write, other):
            return Race(location, write, other, Witness(CALLER, CALLER), reason)
    return None


def _reason(package: PackageFacts, write: Site, other: Site, location: Location) -> str:
    said = promise(package, write, other, location)
    if said:
        return f"whoever has a `{said}` may call its methods from several goroutines at once"
    if is_met_late(package, write, other, location):
        return f"`{write.function.name}` waits until another goroutine has called `{other.function.name}`"
    if is_ended_meanwhile(package, write, other, location):
        return f"`{write.function.name}` goes on until another goroutine has called `{other.function.name}`"
    return ""


def race_among(package: PackageFacts, location: Location, sites: tuple[Site, ...]) -> Race | None:
    """Two of ``sites``, which are all that is done to ``location``, that goroutines of the package run at once."""
    started = {site.function.name for site in sites if _is_started(package, site)}
    if not started:
        return None
    callers = callers_of(package)
    shared = [
        site
        for site in sites
        if not (
            site.function.test or _is_inside(package, site) or is_private(site, callers) or only_copies(package, site)
        )
    ]
    bare = [site for site in shared if not _is_protected(package, site)]
    for write in bare:
        meeting = _with_itself(package, location, write) if write.access.writes else None
        if meeting is not None:
            return meeting
    if len(bare) < len(shared):
        if location in package.guards or location.container in package.guards:
            return None
        # A lock that some take orders nothing for a goroutine that works without it.
        others = [site for site in shared if site not in bare and is_under_lock(site)]
    else:
        others = shared
    at_work = [site for site in shared if site.function.name in started]
    race = _written(package, location, [site for site in at_work if site in bare], others)
    return race or _polled(package, location, shared, bare, started) or _peeked(package, location, at_work, bare)


def _with_itself(package: PackageFacts, location: Location, write: Site) -> Race | None:
    """What several goroutines of one start write."""
    witness = meets_itself(package, write)
    if witness is None or _meet_under_locks(package, write, write, witness) or run_in_turn(package, witness):
        return None
    race = Race(location, write, write, witness)
    return None if is_there_before(package, race) else race


def _written(package: PackageFacts, location: Location, writes: list[Site], others: list[Site]) -> Race | None:
    """What a goroutine of the package writes, and others access."""
    for write in writes:
        for other in others if write.access.writes else ():
            race = _pair(package, location, write, other)
            race = _turned(package, race) if race is not None else None
            if race is None or not race.witness.one.started:
                continue
            by_caller = race.witness.other in (CALLER, ALSO_CALLER)
            field = location.kind is LocationKind.FIELD
            if by_caller and field and other.access.writes:
                thread = race.witness.one
                beside = _is_late(package, other, write, thread) or _is_beside_work(package, other, write, thread)
                if not (beside or waits_on_another_way(package, other, write)):
                    continue
            if race.witness.other != ALSO_CALLER or is_asked_by_others(package, other, race.witness.one):
                return race
    return None


def _turned(package: PackageFacts, race: Race) -> Race:
    """The goroutine as the one that writes a package variable, where its starter goes on to call the same function."""
    mine, theirs = race.witness.one, race.witness.other
    function = race.write.function
    both = race.location.kind is LocationKind.GLOBAL and function is race.other.function
    if (
        not both
        or mine.started
        or theirs.point is None
        or package.threads.in_order(race.write, theirs, race.other, mine)
    ):
        return race
    own = (edge for edge in package.calls.get(function.name, ()) if edge.caller.name == theirs.starter)
    beside = any(not edge.locked and edge.caller.order.reaches(theirs.point, edge.point) for edge in own)
    return race._replace(witness=Witness(theirs, mine)) if beside else race


def _polled(
    package: PackageFacts, location: Location, shared: list[Site], bare: list[Site], started: set[str]
) -> Race | None:
    """What somebody sets and a goroutine looks at again and again: it is set while the goroutine runs.

    A flag is made for that. Anything else may be set before the start, unless the constructor has made it, or who sets
    it locks others out.
    """
    sets = [site for site in shared if site.access.writes and not site.access.init]
    polls = [
        site
        for site in bare
        if not site.access.writes
        and site.function.name in started
        and (is_repeated(package, site) or _is_delayed(package, site) or _is_asked_for(package, site))
    ]
    for write in sets:
        for poll in polls:
            race = _pair(package, location, write, poll) or _rearmed(package, location, write, poll)
            if race is not None and race.witness.other.started and _may_come_late(package, race):
                return race
    return None


def _peeked(package: PackageFacts, location: Location, at_work: list[Site], bare: list[Site]) -> Race | None:
    """What a goroutine does under a lock of the object, and callers get at without one while it runs."""
    locked = [site for site in at_work if _holds_own_lock(site, location)]
    for mine, theirs in product(locked, bare):
        if not (mine.access.writes or theirs.access.writes):
            continue
        write, other = (mine, theirs) if mine.access.writes else (theirs, mine)
        race = _pair(package, location, write, other)
        if race is None:
            continue
        one, two = race.witness.one, race.witness.other
        thread, caller = (one, two) if write is mine else (two, one)
        if caller not in (CALLER, ALSO_CALLER):
            continue
        if _is_late(package, theirs, mine, thread) or is_asked_like_another(package, theirs, mine):
            return race
    return None


def _rearmed(package: PackageFacts, location: Location, write: Site, poll: Site) -> Race | None:
    """What a function writes before it sets a timer, whose callback reads it: by then it may be called again."""
    timers = (
        thread
        for thread in sorted(package.threads_of(poll.function))
        if thread.by == _TIMER and thread.starter == write.function.name
    )
    own = f"{write.function.name}({write.access.path.root.index})"
    found = next((timer for timer in timers if own in package.sharing.hold(poll, timer).origins), None)
    if found is None or not same_memory(poll.access, write.access) or handshakes_of(package).order(write, poll):
        return None
    return Race(location, write, poll, Witness(CALLER, found))


def _may_come_late(package: PackageFacts, race: Race) -> bool:
    if is_flag(race.write) or _is_locked_setter(race) or is_taken_away(race.write):
        return True
    return _is_late(package, race.write, race.other, race.witness.other)


def _is_locked_setter(race: Race) -> bool:
    """Whether a method writes under a lock of the very object: it is made to be called while others look."""
    root = race.write.access.path.root
    own = root.kind is RootKind.PARAM and root.index == 0 and not race.write.access.trace
    return own and _holds_own_lock(race.write, race.location)


def is_one_sided(race: Race) -> bool:
    """Whether one side holds a lock of the object, which so is known to be shared."""
    return _holds_own_lock(race.write, race.location) != _holds_own_lock(race.other, race.location)


def _holds_own_lock(site: Site, location: Location) -> bool:
    locks = (lock.location for lock in site.protection if lock.mode is Mode.EXCLUSIVE)
    return any(lock is not None and lock.owner == location.owner for lock in locks)


def _is_late(package: PackageFacts, called: Site, running: Site, thread: Thread) -> bool:
    """Whether ``thread`` runs for certain when callers of the package get to ``called``, at work on ``running``.

    It is started with the object, it isn't sent anything to work on, and nothing tells callers that it is done.
    """
    return looks_unasked(package, running) and _runs_by_then(package, called, running, thread)


def _is_beside_work(package: PackageFacts, called: Site, running: Site, thread: Thread) -> bool:
    """Whether ``thread`` may be at work for callers who have gone on when they get to ``called``."""
    return _runs_by_then(package, called, running, thread) and works_on_its_own(package, running)


def _runs_by_then(package: PackageFacts, called: Site, running: Site, thread: Thread) -> bool:
    return (
        is_called_late(package, called)
        and is_begun_with(package, running, thread)
        and not may_have_waited(package, called, running)
    )


def _is_delayed(package: PackageFacts, site: Site) -> bool:
    """Whether a timer has it run: whatever is called until then comes before it, or at the same time."""
    return any(thread.by == _TIMER for thread in package.threads_of(site.function))


def _is_asked_for(package: PackageFacts, site: Site) -> bool:
    """Whether requests have it run, whenever they come."""
    return any(thread.origin is Origin.HANDLER for thread in package.threads_of(site.function))


def _is_started(package: PackageFacts, site: Site) -> bool:
    return any(thread.started for thread in package.threads_of(site.function))


def _pair(package: PackageFacts, location: Location, write: Site, other: Site) -> Race | None:
    if not (write.access.certain and other.access.certain and same_memory(other.access, write.access)):
        return None
    witness = package.sharing.meet(write, other) or package.sharing.meet_where_kept(write, other)
    shakes = handshakes_of(package)
    if witness is None or shakes.order(write, other):
        return None
    if write.function is other.function and is_of_its_case(write.function, write.access):
        return None
    if run_in_turn(package, witness) or (witness.one == witness.other and take_turns(package, witness.one)):
        return None
    if all(shakes.is_won(site.function, site.access.point) for site in {write, other}):
        return None
    if is_ruled_out(package, write, witness.one) or is_ruled_out(package, other, witness.other):
        return None
    if _meet_under_locks(package, write, other, witness) or are_alternatives(package, write, other, witness):
        return None
    if witness.other.origin is Origin.HANDLER and _opens(write, witness.one):
        return None
    race = Race(location, write, other, witness)
    return None if is_up_to_callers(package, race) or is_there_before(package, race) else race


def _meet_under_locks(package: PackageFacts, one: Site, other: Site, witness: Witness) -> bool:
    """Whether a lock is held on every way from the beginning of either goroutine to its side."""
    bare = package.threads.graph.without_locks
    sides = ((witness.one, one), (witness.other, other))
    return all(thread.root and site.function.name not in bare(thread.root) for thread, site in sides)


def _opens(site: Site, thread: Thread) -> bool:
    """Whether a goroutine that runs once writes before it starts others: requests come when one of those serves."""
    return thread.has_start and not thread.many and thread.root == site.function.name and starts_later(site)


def is_foreign(package: PackageFacts, location: Location) -> bool:
    """Whether it is an unexported field of another package: how its methods order what they do is its own affair."""
    return location.package != package.path and not location.path[:1].isupper()


def _is_inside(package: PackageFacts, site: Site) -> bool:
    """Whether a function of another package does it to its own type: it may well know that it is the only one."""
    location = site.access.location
    return bool(site.access.trace) and location is not None and location.package != package.path


def _is_given_up_later(site: Site) -> bool:
    """Whether the function goes on to release a lock that it hasn't taken: its callers have."""
    function, point = site.function, site.access.point
    return any(
        event.action is LockAction.RELEASE
        and event.lock.path not in {lock.path for lock in event.held.may}
        and (event.deferred or function.order.reaches(point, event.point))
        for event in function.locks
    )


def _is_protected(package: PackageFacts, site: Site) -> bool:
    function, access = site.function, site.access
    if access.atomic is not None or function.maybe_protected(access):
        return True
    if callers_of(package).held_around(function, access.path) or _is_given_up_later(site):
        return True
    # Given by its callers, of whom some hold a lock: which of them have the same object isn't known.
    return access.path.root.kind is RootKind.PARAM and package.threads.graph.may_be_locked(function)

"""Races on captured locals: which rule speaks of which, at which place, and in what words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis import Site
from pubcheck.analysis.goroutines import PARALLEL, Against, LocalRace, in_order, object_races
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.diagnostic import Related
from pubcheck.facts import AccessKind
from pubcheck.flow import PER_ITERATION, language_version
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.called_off import is_stopped
from pubcheck.rules.support.handed import late_reads, late_writes
from pubcheck.rules.support.sides import started_by
from pubcheck.rules.support.unlocked import unlocked_races
from pubcheck.rules.support.wording import call_trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Access, Location
    from pubcheck.model.symbols import Var
    from pubcheck.source import Span

_LOOP = re.compile(rb"\bfor\s+(?:\w+\s*,\s*)*\Z")
_RANK = (Against.STARTER, Against.ITSELF, Against.SIBLING)


def races_of(rule: str, package: PackageFacts) -> Iterator[LocalRace]:
    """The races that ``rule`` speaks of: for each variable the most telling one, and one for each statement."""
    told: set[Span] = set()
    for race in most_telling((*package.local_races, *races_inside(package))):
        span = place(race)[0].span
        if (
            span not in told
            and speaker(race, package) == rule
            and not (_is_called_off(race) or _comes_late(race, package))
        ):
            told.add(span)
            yield race


def _is_called_off(race: LocalRace) -> bool:
    """Whether the goroutine is a timer's that is stopped at once: it runs when it is reset."""
    return race.against is Against.STARTER and is_stopped(race.function, race.spawn, race.other.point)


def _comes_late(race: LocalRace, package: PackageFacts) -> bool:
    """Whether the goroutine gets there only when it is sent something, which its starter doesn't do before.

    It runs a method, so that the channel is the object's own, and others who may send have that from the starter.
    """
    first = package.function(race.spawn.callee) if race.against is Against.STARTER else None
    at = race.access.origin or race.access.span
    met = [each for each in first.accesses if (each.origin or each.span) == at] if first is not None else ()
    if first is None or first.enclosing or not met:
        return False
    shakes, before = handshakes_of(package), race.other.point
    return all(shakes.is_sent_for(Site(first, each), race.function, before=before) for each in met)


@once_for_facts
def races_inside(package: PackageFacts) -> tuple[LocalRace, ...]:
    """Races on the fields of objects that a function shares with its literals, as far as nobody else tells of them."""
    found = in_order(_races_inside(package))
    if not found:
        return ()
    told: set[Location | None] = {*package.guards, *(race.location for race in unlocked_races(package))}
    told |= {late.access.location for late in (*late_writes(package), *late_reads(package))}
    return tuple(race for race in found if race.access.location not in told and is_open(package, race))


@by_portion
def _races_inside(package: PackageFacts, portion: Portion) -> Iterator[LocalRace]:
    return (race for race in object_races(package.goroutines(portion)) if not race.function.test)


def is_open(package: PackageFacts, race: LocalRace) -> bool:
    """Whether it is of a field of the package's own types, and nothing is seen that the one side awaits of the other.

    The methods of others' types may well see to it themselves.
    """
    access, other = race.access, race.other
    mine, theirs = package.function(access.function), package.function(other.function)
    if access.location is None or access.location.package != package.path or mine is None or theirs is None:
        return False
    return not handshakes_of(package).order(Site(mine, access), Site(theirs, other), by_name=True)


def most_telling(races: Iterable[LocalRace]) -> tuple[LocalRace, ...]:
    """One race for each variable, and for each field of what it points to."""
    chosen: dict[tuple[str, int, str], LocalRace] = {}
    for race in races:
        key = (race.var.path, race.var.pos, race.name)
        known = chosen.get(key)
        if known is None or _rank(race) < _rank(known):
            chosen[key] = race
    return tuple(chosen.values())


def speaker(race: LocalRace, package: PackageFacts) -> str:
    """The rule that speaks of ``race``."""
    if shared_by_turns(race.var, package) and not (race.element or race.inside):
        return "loop-variable-capture"
    if race.early is not None and not race.append:
        return "done-before-write"
    if race.append or (race.element and not race.map):
        return "slice-append-race"
    if race.element:
        return "map-race"
    return "captured-variable-race"


def _rank(race: LocalRace) -> tuple[object, ...]:
    """The more telling a race is the smaller: a write of the goroutine's that its starter meets says most."""
    return (not race.append, not race.element, not race.access.writes, _RANK.index(race.against), place(race)[0].span)


def shared_by_turns(var: Var, package: PackageFacts) -> bool:
    """Whether the variable is declared by a ``for`` statement whose turns share it."""
    for file in package.package.files:
        if file.source.path == var.path:
            before = _LOOP.search(file.source.piece(max(var.pos - 120, 0), var.pos))
            return before is not None and language_version(file, package.package) < PER_ITERATION
    return False


def place(race: LocalRace) -> tuple[Access, Access]:
    """The access that must change and the other side: the one without a lock, or else the goroutine's."""
    if race.access.held.must and not race.other.held.must:
        return race.other, race.access
    return race.access, race.other


def span_of(race: LocalRace, access: Access) -> Span:
    """Where the access itself stands, or the call that leads to it out of the function with its literals."""
    origin, function = access.origin, race.function.ir
    own = origin is not None and origin.path == function.path and function.pos <= origin.start < function.end
    return origin if origin is not None and own else access.span


def finding(race: LocalRace, *related: Related, fixes: tuple[Fix, ...] = (), **values: str) -> Finding:
    """What is reported of ``race``.

    ``related`` is what the goroutine does between its start and its access, ``values`` are for the rule's message
    beside the variable and the two sides.
    """
    access, other = place(race)
    whose, others = sides_of(race)
    name = race.name
    done = "used" if race.used else _PAST[other.kind]
    there = Related(span_of(race, other), f"`{name}` is {done} here{_whose(race, other)}", others)
    start = f"the {'subtest' if race.spawn.by == PARALLEL else 'goroutine'} is started here"
    own = (Related(race.spawn.span, start, goroutine(race)), *related)
    end = Related(access.origin or access.span, f"{_VERBS[access.kind]} `{name}`")
    return Finding(
        span=span_of(race, access),
        values={"variable": name, "sides": sides(race), **values},
        because=(witness(race),),
        related=(there, *own) if access is race.access else (*own, there),
        traces=call_trace(access.trace, end, whose),
        fixes=fixes,
        location=name,
        symbol=race.function.name,
        goroutine=whose,
    )


def goroutine(race: LocalRace) -> str:
    """The name of the goroutine that makes the race's first access."""
    return "one subtest" if race.spawn.by == PARALLEL else started_by(race.function.name)


def sides_of(race: LocalRace) -> tuple[str, str]:
    """The names of those who make the access that must change and the other one."""
    match race.against:
        case Against.STARTER:
            other = f"`{race.function.name}`"
        case Against.ITSELF | Against.SIBLING:
            alike = race.spawn.by == PARALLEL
            other = "another subtest" if alike else started_by(race.function.name, again=True)
    return (goroutine(race), other) if place(race)[0] is race.access else (other, goroutine(race))


def _whose(race: LocalRace, other: Access) -> str:
    if race.against is Against.STARTER:
        return f" by `{race.function.name}`" if other is race.other else " by the goroutine"
    return " by another goroutine" if race.against is Against.SIBLING else ""


def witness(race: LocalRace) -> str:
    """Why the two sides are believed to run at the same time."""
    started = (
        f"`{race.spawn.by.rpartition('/')[2].replace(')', '').lstrip('(*')}`" if race.spawn.by else "a `go` statement"
    )
    if race.spawn.by == PARALLEL:
        return "subtests that call `t.Parallel` run at the same time when the test around them has returned"
    match race.against:
        case Against.STARTER:
            return f"{started} starts the goroutine, and `{race.function.name}` doesn't wait for it in between"
        case Against.ITSELF:
            return f"{started} starts the goroutine more than once, and nothing waits in between"
        case Against.SIBLING:
            return f"`{race.function.name}` starts both goroutines, and nothing orders one after the other"


_VERBS = {AccessKind.READ: "reads", AccessKind.WRITE: "writes"}
_PAST = {AccessKind.READ: "read", AccessKind.WRITE: "written"}


def sides(race: LocalRace) -> str:
    """What the two sides do, for a message: ``written in a goroutine while `Run` reads it``."""
    access, other = place(race)
    done, doing = ("used", "uses") if race.used else (_PAST[access.kind], _VERBS[other.kind])
    if race.spawn.by == PARALLEL:
        return f"{done} by one subtest while another {doing} it"
    if race.against is Against.ITSELF:
        return f"{done} by a goroutine that is started more than once"
    if race.against is Against.SIBLING:
        return f"{done} in one goroutine while another {doing} it"
    if access is race.access:
        return f"{done} in a goroutine while `{race.function.name}` {doing} it"
    return f"{done} while the goroutine that was started before {doing} it"

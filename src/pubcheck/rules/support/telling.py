"""How findings about two goroutines say what runs beside what."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pubcheck.analysis.parallel import Origin
from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.memory_types import is_map_element
from pubcheck.rules.support.sides import witnessed
from pubcheck.rules.support.ways import way_of
from pubcheck.rules.support.wording import call_trace, listed, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.analysis.parallel import Witness
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Location, Lock
    from pubcheck.rules.support.unlocked import Race


def race_finding(
    package: PackageFacts,
    race: Race,
    fixes: tuple[Fix, ...] = (),
    *,
    alike: Sequence[Location] = (),
    message: str = "",
) -> Finding:
    """The finding about ``race``, at its write, or at the read that lacks the lock of the write.

    ``location``, ``access`` and ``other`` fill the document's message, unless there is a ``message``; it is so with
    those ``alike``.
    """
    write, other, witness = race.write, race.other, race.witness
    verb = partial(_verb, used=bool(race.used))
    lock = _lock_of(write)
    at, beside = (write, other) if lock is None else (other, write)
    told = witnessed(write.function, other.function, witness)
    sides = told if at is write else told.turned()
    mine, thread = (witness.one, witness.other) if at is write else (witness.other, witness.one)
    theirs = Related(beside.access.span, f"`{beside.function.name}` {verb(beside)} it here", sides.theirs)
    here = Related(at.access.origin or at.access.span, f"{verb(at)} it here")
    ways = [*way_of(package, mine, at, sides.mine), *call_trace(at.access.trace, here, sides.mine)]
    if write is not other:
        ways += way_of(package, thread, beside, sides.theirs)
    return Finding(
        span=at.access.span,
        values={
            "location": name_of(race.location, package),
            "access": "written" if other.access.writes else "read",
            "other": "another run of itself" if write.function is other.function else f"`{other.function.name}`",
        },
        message=f"{_kind(race, package)} is read here without the lock under which `{write.function.name}` sets it"
        if lock
        else message,
        because=tuple(_reasons(package, race, alike)),
        related=sides.around() if write is other else sides.around(theirs),
        traces=tuple(ways),
        fixes=fixes,
        location=str(race.location),
        symbol=at.function.name,
        anywhere=True,
        goroutine=sides.mine,
    )


def _lock_of(site: Site) -> Lock | None:
    """The first of the locks that protect it."""
    return min(site.protection, default=None)


def _reasons(package: PackageFacts, race: Race, alike: Sequence[Location]) -> Iterator[str]:
    """Why both sides may run at once, what they hold, and what else is so."""
    write, other, witness = race.write, race.other, race.witness
    yield from _starts(witness)
    if race.reason:
        yield race.reason
    elif witness.one.origin is Origin.CALLER or witness.other.origin is Origin.CALLER:
        site, thread = (write, witness.other) if witness.one.origin is Origin.CALLER else (other, witness.one)
        runner = site.function.name
        who = f"`{runner}` itself goes on" if runner == thread.starter else f"callers of the package run `{runner}`"
        yield f"{who} beside it"
    lock, theirs = _lock_of(write), _lock_of(other)
    if lock is not None:
        yield f"`{write.function.name}` holds `{lock.path}` at the write, which orders nothing for others"
    elif theirs is not None:
        yield f"`{other.function.name}` holds `{theirs.path}` at its read, which the write doesn't"
    elif race.used:
        yield "no use of it in this package holds a lock"
    else:
        yield "no access of it in this package holds a lock or is atomic"
    if alike:
        yield f"so it is with {listed(name_of(each, package) for each in alike)}"


def _starts(witness: Witness) -> list[str]:
    """Who starts the goroutines, in words; two of one function that have no name of their own in one sentence."""
    found = [str(thread) for thread in dict.fromkeys((witness.one, witness.other)) if thread.started]
    if len(found) > len(set(found)):
        return [found[0].replace("starts a goroutine", "starts two goroutines")]
    return found


def _kind(race: Race, package: PackageFacts) -> str:
    """The memory, as a message that is about what is read of it tells it."""
    mapped = is_map_element(race.location, package)
    name = name_of(race.location.container if mapped else race.location, package)
    return f"the map `{name}`" if mapped else f"`{name}`"


def sides_in_words(race: Race) -> str:
    """What the two sides do, for a message: ``written by `Run` while `Get` reads it``."""
    writer = f"`{race.write.function.name}`"
    done, used = ("used", True) if race.used else ("written", False)
    if race.write is race.other:
        return f"{done} by several goroutines that run {writer}"
    if race.write.function is race.other.function:
        return f"{done} by one goroutine that runs {writer} while another {_verb(race.other, used=used)} it"
    return f"{done} by {writer} while `{race.other.function.name}` {_verb(race.other, used=used)} it"


def _verb(site: Site, *, used: bool) -> str:
    if used:
        return "uses"
    return "writes" if site.access.writes else "reads"

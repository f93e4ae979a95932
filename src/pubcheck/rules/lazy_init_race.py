"""A shared variable is made at its first use, by whoever is first, with nothing that decides who that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence, Related
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.once import once
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.sides import witnessed
from pubcheck.rules.support.unlocked import unlocked_races
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access
    from pubcheck.rules.support.decisions import Decision
    from pubcheck.rules.support.unlocked import Race


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find variables that are written where a test of them says that they weren't yet, on several goroutines."""
    for race in unlocked_races(package):
        if race.reason or not _has_several_firsts(package, race):
            continue  # two methods, of which each has work of its own
        for site in (race.write, race.other):
            test = _test(race, site.access) if site.access.writes and site.function is race.write.function else None
            if test is not None:
                yield _finding(package, race, site.access, test)
                break


def _has_several_firsts(package: PackageFacts, race: Race) -> bool:
    """Whether more than one goroutine runs what makes it: who only meets it, as at the end, is never the first."""
    one, other = race.witness.one, race.witness.other
    maker = race.write.function
    return one.many or maker is race.other.function or (other != one and other in package.threads.of(maker))


def _test(race: Race, write: Access) -> Access | None:
    """The read of the same memory that decides about the write."""
    if write.trace:
        return None
    function = race.write.function
    decisions = Decisions(function).of(write.point)
    return next((each.read for each in decisions if each.read.path == write.path and _misses(function, each)), None)


def _misses(function: FunctionFacts, decision: Decision) -> bool:
    """Whether there is nothing yet on the way that was taken: it is nil or zero, or a boolean that isn't set."""
    instructions = function.ir.blocks[decision.point.block].instructions
    branch = instructions[-1]
    if not isinstance(branch, ir.Branch):
        return False
    computed = {each.target: each for each in instructions if isinstance(each, ir.Compute)}
    made = computed.get(branch.condition) if isinstance(branch.condition, int) else None
    if made is None or made.op == "!":
        return decision.taken is (made is not None)
    empty = any(isinstance(each, ir.Const) and each.known and not each.value for each in made.operands)
    return empty and made.op in ("==", "!=") and decision.taken is (made.op == "==")


def _finding(package: PackageFacts, race: Race, write: Access, test: Access) -> Finding:
    mine = witnessed(race.write.function, race.other.function, race.witness).mine
    return Finding(
        span=write.span,
        values={"location": name_of(race.location, package)},
        because=(f"{race.witness.telling}", "no access of it in this package holds a lock or is atomic"),
        related=(
            *([Related(race.witness.span, "one begins here", mine)] if race.witness.span is not None else ()),
            Related(test.span, "several goroutines may see here that it isn't there yet", mine),
        ),
        fixes=once(package, race.location, test.span, write.span),
        location=str(race.location),
        symbol=race.write.function.name,
        confidence=Confidence.LOW if is_for_tests(package) else None,
        goroutine=mine,
    )

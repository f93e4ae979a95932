"""Variables that are made at their first use, by whoever is first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.flow import ir
from pubcheck.rules.support.decisions import Decisions

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access
    from pubcheck.rules.support.decisions import Decision
    from pubcheck.rules.support.unlocked import Race


class FirstUse(NamedTuple):
    """``write`` makes a variable where ``test`` finds that it isn't there yet."""

    write: Access
    test: Access


def first_use(package: PackageFacts, race: Race) -> FirstUse | None:
    """Where the memory of ``race`` is made, if several goroutines may be the first."""
    if race.reason or not _has_several_firsts(package, race):
        return None  # two methods, of which each has work of its own
    for site in (race.write, race.other):
        test = _test(race, site.access) if site.access.writes and site.function is race.write.function else None
        if test is not None:
            return FirstUse(site.access, test)
    return None


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

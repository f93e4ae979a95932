"""Variables that are made at their first use, by whoever is first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import is_exported
from pubcheck.facts import RootKind
from pubcheck.flow import ir
from pubcheck.rules.support.decisions import Decisions

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.analysis.parallel import Thread
    from pubcheck.facts import Access
    from pubcheck.rules.support.decisions import Decision
    from pubcheck.rules.support.unlocked import Race

_LEADING = 4
"""Functions on the ways to a start that are looked at."""


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


def is_there_before(package: PackageFacts, race: Race) -> bool:
    """Whether it was made on all ways to the starts of the goroutines, and is written only where it wasn't: never."""
    if _test(race, race.write.access) is None:
        return False
    made = [site for site in package.locations.get(race.location, ()) if _makes_for_all(site, race)]
    threads = {thread for thread in (race.witness.one, race.witness.other) if thread.started}
    return bool(made) and all(_begins_behind(package, made, thread) for thread in threads)


def _makes_for_all(site: Site, race: Race) -> bool:
    """Whether the object's own method, or a function of the package for a variable of it, makes it anyway."""
    access, root = site.access, site.access.path.root
    own = root.kind is RootKind.GLOBAL or (root.kind is RootKind.PARAM and root.index == 0)
    zero = access.value is not None and access.value.is_zero
    return own and access.writes and not zero and not access.trace and site.function is not race.write.function


def _begins_behind(package: PackageFacts, made: list[Site], thread: Thread) -> bool:
    """Whether one of ``made`` is behind whoever starts ``thread``, in his function or in all that lead to it."""
    work = [(thread.starter, thread.point)]
    seen: set[str] = set()
    while work:
        name, point = work.pop()
        function = package.function(name)
        if point is None or function is None or len(seen) > _LEADING:
            return False
        here = (site for site in made if site.function is function)
        if any(function.order.dominates(site.access.point, point) for site in here):
            continue
        calls = package.calls.get(name, ())
        if name in seen or not calls or name in package.unseen or is_exported(function):
            return False
        seen.add(name)
        work += [(edge.caller.name, edge.point) for edge in calls]
    return True


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

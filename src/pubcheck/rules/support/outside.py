"""Accesses by callers of the package, who may know when to keep away from its goroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.parallel import ALSO_CALLER, CALLER, MAIN
from pubcheck.facts import RootKind, Start, allocation
from pubcheck.flow import ir
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.late_getters import comes_after, may_have_waited
from pubcheck.rules.support.late_setters import comes_first

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.rules.support.unlocked import Race

MANY_DEFAULTS = 3
"""Fields that a function gives a value where they have none, before it is taken to be called ahead of all use."""


def is_up_to_callers(package: PackageFacts, race: Race) -> bool:
    """Whether callers of the package are one side, and can well keep away from the other.

    They can't get at a part of an object that keeps it to itself, and they may wait until the goroutine has said that
    it is done. What sets up the object, says that it comes first, or itself starts the goroutines, is called before;
    what says that it comes later, after.
    """
    sides = ((race.witness.one, race.write, race.other), (race.witness.other, race.other, race.write))
    for thread, mine, theirs in sides:
        if thread not in (CALLER, ALSO_CALLER):
            continue
        if _is_kept_inside(mine, theirs) or _is_configured(mine, theirs):
            return True
        if _sets_up(mine) or _completes(mine) or starts_later(mine):
            return True
        if mine.access.writes and comes_first(package, mine.function):
            return True
        if not mine.access.writes and (may_have_waited(package, mine, theirs) or comes_after(package, mine.function)):
            return True
    return False


def _is_kept_inside(mine: Site, theirs: Site) -> bool:
    """Whether the other side's object is an unexported part of another one, and this side's one that callers have."""
    own, whole = allocation(mine.access.path), allocation(theirs.access.path)
    around = whole[: len(whole) - len(own)]
    return any(step.rpartition(".")[2][:1].islower() for step in around)


def _sets_up(site: Site) -> bool:
    """Whether the method returns its receiver: such are called in one chain, before the object is used."""
    returns = [
        block.instructions[-1] for block in site.function.ir.blocks if isinstance(block.instructions[-1], ir.Return)
    ]
    receiver = site.function.ir.params[:1]
    return site.access.writes and bool(receiver and returns) and all(leave.values == receiver for leave in returns)


def _completes(site: Site) -> bool:
    """Whether the function gives several fields a value where nobody has: so configurations are made whole, before."""
    function = site.function
    decisions = Decisions(function)
    given = {
        write.location
        for write in function.accesses
        if write.writes and not write.trace and any(each.read.path == write.path for each in decisions.of(write.point))
    }
    return site.access.location in given and len(given) >= MANY_DEFAULTS


def _is_configured(mine: Site, theirs: Site) -> bool:
    """Whether a method gives its object many fields at once, and the goroutine has it from another object.

    So is made ready what an object is then made with: its own methods don't know of the goroutine.
    """
    own = mine.access.path.root.kind is RootKind.PARAM and mine.access.path.root.index == 0
    if not own or not mine.access.writes or len(theirs.access.path.steps) <= len(mine.access.path.steps):
        return False
    filled = {each.location for each in mine.function.accesses if each.writes and not each.trace}
    return len(filled) >= MANY_DEFAULTS


def starts_later(site: Site) -> bool:
    """Whether the function writes before it starts goroutines."""
    order, at = site.function.order, site.access.point
    starts = [spawn.point for spawn in site.function.spawns if spawn.start is not Start.DEFER]
    return site.access.writes and bool(starts) and not any(order.reaches(start, at) for start in starts)


def is_a_way_of_main(package: PackageFacts, race: Race) -> bool:
    """Whether ``main`` itself is one side, and the other a goroutine that somebody starts whom it isn't seen to call.

    A program that leaves it to a library to start it chooses between the two.
    """
    one, other = race.witness.one, race.witness.other
    begun = other if one == MAIN else one
    starter = package.function(begun.starter)
    return MAIN in (one, other) and not begun.many and starter is not None and MAIN not in package.threads_of(starter)

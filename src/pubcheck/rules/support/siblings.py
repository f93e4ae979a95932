"""Whether the goroutines that one loop starts meet in a place that all of them run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines.cases import is_of_its_case
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.parallel import Origin
from pubcheck.facts import DEREF, BlockKind, ChannelAction, RootKind
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.support.decisions import rules_out
from pubcheck.rules.support.memory_types import is_map_element
from pubcheck.rules.support.names import definitions, points, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.analysis.parallel import Thread, Witness
    from pubcheck.facts import Point, Root


def meets_itself(package: PackageFacts, site: Site) -> Witness | None:
    """Why two goroutines of one start may be at ``site`` at once, with the same object; None where nothing tells so.

    What was awaited before they were started orders none of them after another one.
    """
    path = site.access.path
    if not site.access.certain or (path.root.kind is RootKind.GLOBAL and DEREF in path.steps):
        return None  # it may be another object than the one that a variable leads to
    if path.is_element and not is_map_element(site.access.location, package):
        return None  # each may have an element of its own
    if is_of_its_case(site.function, site.access):
        return None
    witness = package.sharing.meet(site, site)
    if witness is None or witness.one != witness.other or not _starts_several(package, witness.one):
        return None
    if is_ruled_out(package, site, witness.one):
        return None
    shakes = handshakes_of(package)
    function, point = site.function, site.access.point
    if shakes.is_won(function, point):
        return None
    in_turns = not shakes.awaited_by(function, point).isdisjoint(shakes.announced_by(function, point))
    return None if in_turns else witness


def are_alternatives(package: PackageFacts, one: Site, other: Site, witness: Witness) -> bool:
    """Whether a function starts the one goroutine or the other, itself or through another function.

    They get what a variable of its own holds, or what it was given: an object that the next run of it hasn't. And where
    nothing tells that either runs more than once, there is no next run.
    """
    mine, theirs = witness.one, witness.other
    for starter in dict.fromkeys((mine.starter, theirs.starter)):
        function = package.function(starter)
        here, there = (_begun_at(package, starter, thread) for thread in (mine, theirs))
        if function is None or here is None or there is None or here == there:
            continue
        if not (function.order.reaches(here, there) or function.order.reaches(there, here)):
            if not (mine.many or theirs.many):
                return True
            roots = [site.access.path.root for site in (one, other)]
            given = [package.sharing.hold(*side).origins for side in ((one, mine), (other, theirs))]
            if any(_is_own(function, root) for root in roots) or _was_given(function, frozenset.intersection(*given)):
                return True
    return False


def _begun_at(package: PackageFacts, starter: str, thread: Thread) -> Point | None:
    """Where ``starter`` starts a goroutine of ``thread``, or alone calls the function that does."""
    if thread.starter == starter:
        return thread.point
    calls = package.threads.graph.calls.get(thread.starter, ())
    return calls[0].point if len(calls) == 1 and calls[0].caller.name == starter else None


def _is_own(function: FunctionFacts, root: Root) -> bool:
    """Whether ``root`` is a variable that ``function`` declares."""
    return root.kind is RootKind.CELL and root.file == function.path and function.pos <= root.index < function.end


def _was_given(function: FunctionFacts, origins: frozenset[str]) -> bool:
    """Whether an object may come from a parameter of ``function``; its receiver is there for its other runs, too."""
    func = function.ir.func
    first = 1 if func is not None and func.receiver is not None else 0
    return any(f"{function.name}({index})" in origins for index in range(first, len(function.ir.params)))


def is_ruled_out(package: PackageFacts, site: Site, thread: Thread) -> bool:
    """Whether the goroutines of ``thread`` are started with a flag that keeps them away from ``site``."""
    function = site.function
    if function.name != thread.root:
        return False
    starter, point = package.function(thread.starter), thread.point
    start = (
        starter.ir.blocks[point.block].instructions[point.index] if starter is not None and point is not None else None
    )
    return isinstance(start, ir.Go) and rules_out(function, site.access.point, start.call.args)


def _starts_several(package: PackageFacts, thread: Thread) -> bool:
    """Whether a loop starts one goroutine after the other, and waits for none of them in between; or requests do."""
    starter = package.function(thread.starter)
    point = thread.point
    if starter is None or point is None or not thread.has_start:
        return False
    if any(one.origin is Origin.HANDLER for one in package.threads_of(starter)):
        return True
    waits = {wait.block for wait in _waits(starter)}
    return any(point.block in loop.blocks and waits.isdisjoint(loop.blocks) for loop in starter.order.loops)


def take_turns(package: PackageFacts, thread: Thread) -> bool:
    """Whether whoever starts goroutines of ``thread`` waits, before the next one, for what the last one sends."""
    starter, root, point = package.function(thread.starter), package.function(thread.root), thread.point
    if starter is None or root is None or point is None:
        return False
    told = {var for _, var in _over_variables(root, (ir.Send, ir.Close)) if var in root.ir.captures}
    waits = [at for at, var in _over_variables(starter, (ir.Receive,)) if var in told]
    return bool(waits) and starter.order.passes_one(point, point, waits)


def _over_variables(
    function: FunctionFacts, kinds: tuple[type[ir.Send | ir.Receive | ir.Close], ...]
) -> Iterator[tuple[Point, Var]]:
    """The operations of these kinds on channels that variables hold, where they are, and the variables."""
    made = definitions(function.ir)
    for point, instruction in points(function.ir):
        if isinstance(instruction, kinds) and isinstance(instruction.channel, int):
            for _, source in made.get(instruction.channel, ()):
                var = source_of(function.ir, source)
                if isinstance(var, Var):
                    yield point, var


def _waits(function: FunctionFacts) -> list[Point]:
    waits = [event.point for event in function.blocking if event.kind is BlockKind.WAIT]
    return waits + [event.point for event in function.channels if event.action is ChannelAction.RECEIVE]

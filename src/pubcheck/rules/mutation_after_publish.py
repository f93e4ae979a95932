"""A value is written after the point where other goroutines got hold of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import DEREF, ELEMENT, ChannelAction, LocationKind, PublicationKind, RootKind, Start
from pubcheck.flow import ir
from pubcheck.knowledge import LAUNCHERS
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.announcing import Announcements
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.called_off import is_stopped
from pubcheck.rules.support.decisions import exclude_each_other, rules_out
from pubcheck.rules.support.exchanged import is_taken_out
from pubcheck.rules.support.names import points
from pubcheck.rules.support.readers import is_out_of_sight, may_be_read_elsewhere, other_accesses
from pubcheck.rules.support.sides import call_of, started_by
from pubcheck.rules.support.wording import call_trace, named_place
from pubcheck.rules.support.written import comment_above, written_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, AccessPath, Publication
    from pubcheck.source import Span

NEAR = 1
"""Calls on the way to a publication up to which it is taken for the function's own."""

_KEPT = (PublicationKind.STORE, PublicationKind.SYNC_MAP)
_STARTS = (PublicationKind.GO, PublicationKind.CAPTURE)


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find writes, through any local alias, to memory that was published before; one finding a publication."""
    for function in portion.functions:
        if function.test or not function.publications:
            continue
        told: set[Span] = set()
        announcements = Announcements(package, function)
        for publication in function.publications:
            if not _reaches_others(function, publication):
                continue
            late = [
                (write, readers)
                for write in function.writes_through(publication)
                if write.span not in told
                and _may_race(package, function, publication, write)
                and not announcements.order(publication, write)
                and not _explained(package, publication, write)
                and (readers := _readers(package, function, publication, write)) is not None
            ]
            if late:
                told.update(write.span for write, _ in late)
                yield _finding(package, function, publication, late)


def _reaches_others(function: FunctionFacts, publication: Publication) -> bool:
    """Whether another goroutine is sure to look: a plain store says so only under a lock.

    And what such a store puts somewhere must be new: what could be reached before is a question of guards. While a
    package is initialised only goroutines that it started itself are there to look.
    """
    kind = publication.kind
    if kind is PublicationKind.STORE:
        return publication.fresh and bool(publication.held.must)
    if function.name == "init" and kind in (PublicationKind.ATOMIC, PublicationKind.SYNC_MAP):
        return False
    return kind is not PublicationKind.POOL


def _may_race(package: PackageFacts, function: FunctionFacts, publication: Publication, write: Access) -> bool:
    """Whether the write is one that the other side may meet."""
    if write.init or write.owned or not write.in_place or function.maybe_protected(write):
        return False
    if write.trace and publication.trace:
        return False  # what callees do among themselves is told there
    if publication.kind is PublicationKind.STORE and write.path.root.kind not in (RootKind.FRESH, RootKind.CELL):
        return False  # what the new value leads to was there before it
    if (publication.fresh or publication.trace) and _is_receiver(function, write.path):
        return False  # who meets the receiver through a new object, or by a callee's doing, mostly knew it before
    if _is_foreign(package, write) or _is_cleanup(package, write):
        return False
    variable = DEREF not in write.path.steps and write.path.root.kind is RootKind.CELL
    if variable and publication.kind in _STARTS and ELEMENT not in write.path.steps:
        return False  # the captured variable itself, not what it points to
    if is_stopped(function, publication, write.point) or is_taken_out(function, publication, write):
        return False
    if exclude_each_other(function, publication.point, write.point):
        return False
    if _never_taken(package, function, publication) or _is_answered(function, publication, write):
        return False
    another = ELEMENT in write.path.steps or write.path.root.kind is RootKind.OPAQUE
    # The next turn of a loop is likely to work on another value or element.
    another = another or _is_one_of_many(function, write)
    return not another or function.order.same_turn(publication.point, write.point)


def _is_one_of_many(function: FunctionFacts, write: Access) -> bool:
    """Whether the memory was allocated by an earlier loop, once in each turn."""
    root = write.path.root
    if root.kind is not RootKind.FRESH:
        return False
    made = next((at for at, each in points(function.ir) if type(each) is ir.Alloc and each.target == root.index), None)
    return made is not None and function.in_loop(made) and not function.order.reaches(write.point, made)


def _never_taken(package: PackageFacts, function: FunctionFacts, publication: Publication) -> bool:
    """Whether the callee publishes only if a flag is set that it is given as a constant, and isn't."""
    info = call_info(function.ir, publication.point) if publication.trace else None
    callee = package.function(publication.trace[0].callee) if publication.trace else None
    if info is None or callee is None:
        return False
    where = publication.into.location if publication.into is not None else None
    inner = [each for each in callee.publications if each.into is not None and each.into.location == where]
    return bool(inner) and all(rules_out(callee, each.point, info.args) for each in inner)


def _is_answered(function: FunctionFacts, publication: Publication, write: Access) -> bool:
    """Whether goroutines that a callee starts are asked, by what it gave back, before the write.

    What comes of them is got out of that: a function that gives one result after the other, a channel.
    """
    start = function.ir.blocks[publication.point.block].instructions[publication.point.index]
    if publication.kind not in _STARTS or not isinstance(start, ir.Call) or not start.targets:
        return False
    order = function.order
    return any(
        order.dominates(publication.point, at) and order.dominates(at, write.point)
        for at, each in points(function.ir)
        if at != publication.point and _asks(each, start.targets)
    )


def _asks(instruction: ir.Instruction, by: tuple[int, ...]) -> bool:
    match instruction:
        case ir.Receive(channel=channel):
            return channel in by
        case ir.Call(call=call):
            callee = call.callee.value if isinstance(call.callee, ir.DynamicCallee) else None
            return callee in by or any(each in by for each in call.args)
        case _:
            return False


def _is_receiver(function: FunctionFacts, path: AccessPath) -> bool:
    """Whether ``path`` starts from the object whose method the function is."""
    func = function.ir.func
    root = path.root
    return func is not None and func.receiver is not None and root.kind is RootKind.PARAM and root.index == 0


def _is_foreign(package: PackageFacts, write: Access) -> bool:
    """Whether it is an unexported field of another package: how its methods order what they do is its own affair."""
    location = write.location
    if location is None or location.kind is not LocationKind.FIELD:
        return False
    return location.package != package.path and not location.path[:1].isupper()


def _is_cleanup(package: PackageFacts, write: Access) -> bool:
    """Whether a literal writes under a condition of its own: what a deferred one undoes was not published then."""
    literal = package.function(write.trace[-1].callee) if write.trace else None
    if literal is None or not literal.enclosing:
        return False
    return any(literal.conditions(access.point) for access in literal.accesses if access.span == write.origin)


def _explained(package: PackageFacts, publication: Publication, write: Access) -> bool:
    """Whether a comment above the write speaks of the lock under which the value was stored: it says why it isn't held.

    What is stored under a lock may be ordered by more than the lock, such as calls that never overlap.
    """
    if publication.kind is not PublicationKind.STORE:
        return False
    above = comment_above(package, write.span)
    names = (lock.path.steps[-1].rpartition(".")[2] for lock in publication.held.must if lock.path.steps)
    return any(re.search(rf"\b{re.escape(name)}\b", above) for name in names)


def _readers(
    package: PackageFacts, function: FunctionFacts, publication: Publication, write: Access
) -> tuple[Related, ...] | None:
    """Where the other side touches what is written; None where it doesn't seem to."""
    if publication.kind in _STARTS:
        met = [access for access in _other_side(function, publication) if _touches(access, write)]
        if all(access.held.may or access.held.released for access in met) and callers_of(package).may_lock(function):
            return None  # whether every caller brings the lock that the goroutine takes is a question of guards
        if _is_sent_for(package, function, publication, write):
            return None
        who = started_by(function.name)
        return (
            tuple(Related(access.origin or access.span, "the goroutine meets it here", who) for access in met[:1])
            or None
        )
    if publication.kind in _KEPT and is_out_of_sight(package, function, publication, write):
        return None
    site = next(other_accesses(package, function, write), None)
    if site is not None:
        who = call_of(site.function.name, again=site.function is function)
        return (Related(site.access.span, f"`{site.function.name}` may meet it here", who),)
    if len(publication.trace) > NEAR:
        return None  # who is told of the object far away mostly has other business with it
    return () if may_be_read_elsewhere(package, function, write) else None


def _is_sent_for(package: PackageFacts, function: FunctionFacts, publication: Publication, write: Access) -> bool:
    """Whether the goroutine gets to the memory only when it is sent something, which the function doesn't do."""
    first = package.function(publication.callee)
    if first is None or write.location is None:
        return False
    sites = [
        site
        for site in package.locations.get(write.location, ())
        if any(thread.root == first.name for thread in package.threads_of(site.function))
    ]
    shakes, own = handshakes_of(package), _gives_own_channel(function, publication, first)
    return bool(sites) and all(shakes.is_sent_for(site, function, given=own) for site in sites)


def _gives_own_channel(function: FunctionFacts, publication: Publication, first: FunctionFacts) -> bool:
    """Whether the channels that the goroutine receives from as parameters have been made by the function."""
    given = {
        target.root.index
        for event in first.channels
        if event.action is ChannelAction.RECEIVE
        for target in event.targets
        if target.root.kind is RootKind.PARAM
    }
    args = [spawn.args for spawn in function.spawns if spawn.point == publication.point]
    targets = [target for each in args for index in given if index < len(each) for target in each[index].targets]
    return bool(targets) and all(target.root.kind is RootKind.FRESH for target in targets)


def _other_side(function: FunctionFacts, publication: Publication) -> Iterator[Access]:
    for spawn in function.spawns:
        if spawn.point == publication.point:
            yield from (access for access in spawn.accesses if access.atomic is None)


def _touches(access: Access, write: Access) -> bool:
    """Whether both, told in the same terms, are of the same memory."""
    mine, other = write.path, access.path
    if access.whole and mine.starts_with(other):
        return True
    if mine.root != other.root:
        return False
    if len(mine.steps) == len(other.steps) and all(map(_meet, mine.steps, other.steps)):
        return True
    return access.location is not None and access.location == write.location and _meet(mine.steps[-1], other.steps[-1])


def _meet(step: str, other: str) -> bool:
    """Whether two steps may lead to the same place: keys of a map always do, as the map itself is written."""
    if step == other:
        return True
    if not (step.startswith("[") and other.startswith("[")):
        return False
    return ELEMENT in (step, other) or "'" in step or '"' in step


def _finding(
    package: PackageFacts,
    function: FunctionFacts,
    publication: Publication,
    late: list[tuple[Access, tuple[Related, ...]]],
) -> Finding:
    write, readers = late[0]
    mine = call_of(function.name)
    more = dict.fromkeys(other.span for other, _ in late if other.span != write.span)
    because = ["the publication makes visible what was written before it; this write comes after it"]
    if publication.kind in _STARTS:
        because.append("the goroutine runs from its start on, beside this write")
    return Finding(
        span=write.span,
        values={"value": written_text(package, function, write), "published": _how(package, publication)},
        because=tuple(because),
        related=(
            Related(publication.span, "it is published here", mine),
            *readers,
            *(Related(span, "and changed here") for span in list(more)[:2]),
        ),
        traces=call_trace(publication.trace, goroutine=mine) + call_trace(write.trace, goroutine=mine),
        location=str(write.location or write.path),
        symbol=function.name,
        confidence=None if _is_sure(package, function, publication, write, readers) else Confidence.LOW,
        goroutine=mine,
    )


def _is_sure(
    package: PackageFacts,
    function: FunctionFacts,
    publication: Publication,
    write: Access,
    readers: tuple[Related, ...],
) -> bool:
    """Whether the function can be seen to make the mistake itself, and somebody to suffer from it.

    What callees publish or write far away mostly has an order that isn't seen from here. No reader need be known of
    what an atomic holds, which is there to be read, and of a variable whose address was published.
    """
    if write.trace or len(publication.trace) > NEAR:
        return False
    variable = write.path.root.kind is RootKind.CELL
    match publication.kind:
        case PublicationKind.GO | PublicationKind.CAPTURE:
            return bool(readers) and any(
                spawn.start is not Start.HANDLER and spawn.by in LAUNCHERS
                for spawn in function.spawns
                if spawn.point == publication.point
            )
        case PublicationKind.STORE | PublicationKind.SYNC_MAP:
            if not variable and not _is_stored_for_others(package, function, publication, write):
                return False
    atomic = publication.kind is PublicationKind.ATOMIC
    return bool(readers) or (not publication.trace and (atomic or variable))


def _is_stored_for_others(
    package: PackageFacts, function: FunctionFacts, publication: Publication, write: Access
) -> bool:
    """Whether the function itself stores under a lock, in any case, what it then writes a field of its package in.

    A registry that a callee keeps, or a sync.Map, is often asked only by who was told the key later. What is stored in
    one case of two may not be what is written in the other.
    """
    location = write.location
    foreign = location is not None and location.kind is LocationKind.FIELD and location.package != package.path
    return (
        publication.kind is PublicationKind.STORE
        and not publication.trace
        and not foreign
        and function.order.dominates(publication.point, write.point)
    )


def _how(package: PackageFacts, publication: Publication) -> str:
    into = ""
    if publication.into is not None:
        into = named_place(publication.into, package).removesuffix(ELEMENT)
    match publication.kind:
        case PublicationKind.SEND:
            return f"sent on `{into}`" if into else "sent on a channel"
        case PublicationKind.GO | PublicationKind.CAPTURE:
            callee = package.function(publication.callee)
            named = callee is not None and not callee.enclosing
            return f"the goroutine `{callee.name}` has it" if callee is not None and named else "a goroutine has it"
        case _:
            return f"stored in `{into}`" if into else "stored where other goroutines find it"

"""Why an access that lacks its guard harms nobody: what one function shows of order, ownership, and what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.callers import declares
from pubcheck.analysis.goroutines import Names
from pubcheck.analysis.goroutines.edges import is_deferred
from pubcheck.analysis.remembering import once_a_function
from pubcheck.analysis.uses import same_object
from pubcheck.analysis.writers import is_registered
from pubcheck.facts import DEREF, AccessPath, ChannelAction, LockAction, PublicationKind, RootKind, Start, locations
from pubcheck.flow.ir import Branch, Compute, Const, Instruction, Load, Range
from pubcheck.flow.operands import operands
from pubcheck.model.structure import core_type
from pubcheck.model.types import Slice
from pubcheck.rules.support.channel_sites import channel_location
from pubcheck.rules.support.overlap import waited_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts
    from pubcheck.analysis.callgraph import Edge
    from pubcheck.analysis.function import Condition
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Access, ChannelEvent, Location
    from pubcheck.flow.ir import Operand
    from pubcheck.rules.support.decisions import Decision


def after_others(function: FunctionFacts, access: Access, lock: Location) -> bool:
    """Whether goroutines that others started were waited for: what a function starts itself isn't all that runs."""
    return waited_before(function, access.point, lock) and starts_none(function)


def starts_none(function: FunctionFacts) -> bool:
    """Whether ``function`` starts no goroutine."""
    return all(spawn.start is Start.DEFER for spawn in function.spawns)


def after_a_receive(function: FunctionFacts, access: Access) -> bool:
    """Whether a plain receive, which what others did before comes before, is passed on the way to the access."""
    return any(_received(function, access))


def after_the_end(use: Use, other: Use) -> bool:
    """Whether ``other`` has waited for the channel that the function of ``use`` closes in any case when it is done."""
    function, at = use.function, use.site.access.point
    ends = {
        channel_location(event.targets)
        for event in function.channels
        if event.action is ChannelAction.CLOSE
        and (is_deferred(function, event.point) or function.order.always_passes(at, event.point))
    } - {None}
    return bool(ends) and any(
        channel_location(event.targets) in ends for event in _received(other.function, other.site.access)
    )


def _received(function: FunctionFacts, access: Access) -> Iterator[ChannelEvent]:
    """The plain receives that are passed on the way to ``access``.

    One that is passed only if there is something to wait for orders as well.
    """
    order = function.order
    for event in function.channels:
        if event.action is ChannelAction.RECEIVE and event.waits and not event.in_select:
            always = order.post_dominates(access.point, event.point) and not order.reaches(access.point, event.point)
            if always or order.dominates(event.point, access.point):
                yield event


def locks_later(use: Use, lock: Location) -> bool:
    """Whether the function still takes the lock of the very object: whomever it has waited for, others are at work."""
    function, path = use.function, use.site.access.path
    return any(
        event.action is LockAction.ACQUIRE
        and not event.trace
        and same_object(event.lock.path, path)
        and function.order.reaches(use.site.access.point, event.point)
        and not function.order.reaches(event.point, use.site.access.point)
        for event in function.locks_at(lock)
    )


def before_the_answer(use: Use, other: Use) -> bool:
    """Whether ``other`` waits on a channel of its own for what the function of ``use`` says when it is done.

    The one sends the channel to the other, who doesn't come back to the access when it has answered.
    """
    asking, answering = other.function, use.function
    own = {
        target.root
        for event in asking.channels
        if event.action is ChannelAction.RECEIVE and event.waits and not event.in_select
        if asking.order.dominates(event.point, other.site.access.point)
        for target in event.targets
        if target.root.kind is RootKind.FRESH
    }
    sent = (value.root for each in asking.publications if each.kind is PublicationKind.SEND for value in each.value)
    if own.isdisjoint(sent):
        return False
    order, at = answering.order, use.site.access.point
    return any(
        event.action is ChannelAction.SEND
        and all(target.root.kind is RootKind.OPAQUE for target in event.targets)
        and order.reaches(at, event.point)
        and not order.reaches(event.point, at)
        for event in answering.channels
    )


def starts_later(use: Use, lock: Location) -> bool:
    """Whether a function that never takes the lock writes before it starts goroutines: it sets the object up."""
    function, at = use.function, use.site.access.point
    starts = [spawn.point for spawn in function.spawns if spawn.start is not Start.DEFER]
    if not use.writes or not starts or any(event.lock.location == lock for event in function.locks):
        return False
    reaches = function.order.reaches
    return any(reaches(at, start) for start in starts) and not any(reaches(start, at) for start in starts)


def after_an_atomic(use: Use, guard: Guard) -> bool:
    """Whether a branch on an atomic beside it leads to the access: what that tells was published before.

    The way that is taken while nobody has stored anything yet, as by who is not closed, tells nothing.
    """
    function = use.function
    tested = {
        one.point for one in function.atomics if one.location is not None and one.location.owner == guard.location.owner
    }
    return bool(tested) and any(
        not tested.isdisjoint(condition.value.depends) and not is_way_at_first(function, condition)
        for condition in function.conditions(use.site.access.point)
    )


def is_way_at_first(function: FunctionFacts, condition: Condition | Decision, *, alone: bool = False) -> bool:
    """Whether the branch goes that way for the value zero, which a variable begins with, and ``alone`` for that."""
    names = Names(function)
    taken = condition.taken
    branch = function.ir.blocks[condition.point.block].instructions[-1]
    test = names.origin(branch.condition) if isinstance(branch, Branch) else None
    while isinstance(test, Compute) and test.op == "!":
        test, taken = names.origin(test.operands[0]), not taken
    if isinstance(test, Compute) and test.op in ("==", "!="):
        constant = next((one for one in test.operands if isinstance(one, Const) and one.known), None)
        if constant is None or (alone and constant.value):
            return False
        return taken is ((test.op == "==") is not bool(constant.value))
    return not taken and not isinstance(test, Compute)


def copies_pointer(function: FunctionFacts, access: Access, guard: Guard) -> bool:
    """Whether the container's variable alone is read, which nobody writes: the elements are another matter.

    So it is read by who copies the struct around it, or hands the container to what takes the lock for the elements.
    """
    load = instruction_of(function, access)
    if access.writes or (is_ranged(function, access) and not _is_counted(function, load)):
        return False
    if any(use.writes and not use.site.access.path.is_element for use in (*guard.inside, *guard.outside)):
        return False
    if guard.polled:
        return False  # others may write it
    if access.location is None or access.location.container != guard.location:
        return bool(access.whole)
    if not isinstance(load, Load):
        return False
    within = function.ir.blocks[access.point.block].instructions
    measured = any(
        isinstance(one, Compute) and one.op in ("len", "cap") and load.target in one.operands for one in within
    )
    if measured or _is_counted(function, load):
        return isinstance(core_type(load.place.type), Slice)  # whose length stands beside the pointer
    return all(
        guard.lock in locations(function.protection(one))
        for one in function.accesses
        if one.path.is_element and one.path.starts_with(access.path)
    )


def is_detached(function: FunctionFacts, access: Access, guard: Guard) -> bool:
    """Whether an element is touched through a header that was read under the guard, or isn't read here at all.

    What then goes on with it is another question: the header may have been replaced since.
    """
    steps = access.path.steps
    at = next((at for at, step in enumerate(steps) if step[0] == "["), None)
    if at is None or access.path.location is None or access.path.location == guard.location:
        return False
    levels = [at for at, step in enumerate(steps) if step[0] == "["]
    headers = [AccessPath(access.path.root, steps[: at - 1] if steps[at - 1] == "*" else steps[:at]) for at in levels]
    reads = [[one for one in function.accesses if one.path == header and not one.writes] for header in headers]
    if not reads[-1]:
        return True
    return any(
        bool(level) and all(guard.lock in {lock.location for lock in function.protection(one)} for one in level)
        for level in reads
    )


def is_own(edge: Edge) -> bool:
    """Whether the caller made the object that it calls the method on."""
    targets = edge.args[0].targets if edge.args else ()
    return bool(targets) and all(path.root.kind in (RootKind.FRESH, RootKind.CELL) for path in targets)


def is_ranged(function: FunctionFacts, access: Access) -> bool:
    """Whether what ``access`` reads is what a ``range`` loop goes over."""
    load = instruction_of(function, access)
    return isinstance(load, Load) and any(isinstance(one, Range) for one in _readers(function).get(load.target, ()))


def _is_counted(function: FunctionFacts, load: Instruction) -> bool:
    """Whether what is loaded is a slice that loops go over by its length alone, without a look at the items."""
    loops = _readers(function).get(load.target, ()) if isinstance(load, Load) else ()
    return bool(loops) and all(
        isinstance(one, Range) and one.value is None and isinstance(core_type(one.type), Slice) for one in loops
    )


def tests_for_nil(function: FunctionFacts, access: Access) -> bool:
    """Whether what is read is compared with nil, and nothing else done with it; a map's element is looked up first."""
    load = instruction_of(function, access)
    if not isinstance(load, Load) or access.path.is_element:
        return False
    uses = _readers(function).get(load.target, ())
    return bool(uses) and all(isinstance(one, Compute) and one.op in ("==", "!=") and _has_nil(one) for one in uses)


@once_a_function
def _readers(function: FunctionFacts) -> dict[Operand, list[Instruction]]:
    """The instructions that read each register."""
    found: dict[Operand, list[Instruction]] = {}
    for block in function.ir.blocks:
        for one in block.instructions:
            for operand in operands(one):
                found.setdefault(operand, []).append(one)
    return found


def _has_nil(compute: Compute) -> bool:
    return any(isinstance(one, Const) and one.value is None for one in compute.operands)


def instruction_of(function: FunctionFacts, access: Access) -> Instruction:
    """What makes the access."""
    return function.ir.blocks[access.point.block].instructions[access.point.index]


def makes(use: Use) -> bool:
    """Whether the function allocates the object itself: until it hands it over it may do without the lock."""
    path = use.site.access.path
    if DEREF in path.steps[1:]:
        return False  # another object, that this one has a pointer to
    if path.root.kind is RootKind.FRESH:
        return True
    if path.root.kind is not RootKind.CELL:
        return False
    if path.steps[:1] != (DEREF,):
        return declares(use.function, path)  # a variable that holds the object itself
    stores = [one for one in use.function.accesses if one.writes and one.path.root == path.root and not one.path.steps]
    return bool(stores) and all(map(is_new, stores))


def keeps_new(use: Use) -> bool:
    """Whether the function makes the object, and hasn't put it under a lock, given back by then, where others look."""
    return makes(use) and not is_registered(use.function, use.site.access)


def is_new(access: Access) -> bool:
    """Whether what is written is memory that was made here."""
    targets = access.value.targets if access.value is not None else ()
    return bool(targets) and all(path.root.kind is RootKind.FRESH for path in targets)


def overlaps_in_memory(one: Use, other: Use, location: Location) -> bool:
    """Whether both are of the same part of the struct that ``location`` is, if it is one."""
    mine, theirs = _part(one, location), _part(other, location)
    return all(here == there for here, there in zip(mine, theirs, strict=False))


def _part(use: Use, location: Location) -> tuple[str, ...]:
    """The fields that lead from ``location`` to what is accessed, up to the first pointer or element."""
    path = use.site.access.path
    steps = path.steps
    start = next((at for at, prefix in enumerate(path.prefixes) if prefix.location == location), len(steps))
    fields = steps[start:]
    return fields[: next((at for at, step in enumerate(fields) if step[0] in "*@["), len(fields))]

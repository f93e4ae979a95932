"""What was decided under a lock is done after the lock was released and taken again, without another look."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import AccessKind, LockAction, Mode, Point, RootKind
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.types import Basic, Chan, Interface, Map, Pointer
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.locking import hold_over
from pubcheck.rules.support.wording import named_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, AccessPath, LockEvent


MOST_SECTIONS = 64
"""Each critical section of a function is compared with all others: more than these are nobody's two steps."""


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find writes in a second critical section that a read in the first one decided on."""
    for function in portion.functions:
        taken = [event for event in function.locks if event.action is LockAction.ACQUIRE and not event.trace]
        entry = function.contract
        if function.test or not 2 <= len(taken) <= MOST_SECTIONS or entry.unknown or entry.held:
            continue
        yield from _decided_before(function, taken, package)


def _decided_before(function: FunctionFacts, taken: list[LockEvent], package: PackageFacts) -> Iterator[Finding]:
    sections = _sections(function, taken)
    told: set[AccessPath | Point] = set()
    for first in taken:
        for second in taken:
            if not _follows(function, first, second):
                continue
            for write in sections[second.point]:
                counted = _counts(function, write)
                if write.kind is not AccessKind.WRITE or not told.isdisjoint((write.path, write.point)):
                    continue
                if not counted and not _keeps_identity(function, write):
                    continue
                look = _look(function, sections[first.point], write, first.lock.path)
                if counted and any(each.writes and each.path == write.path for each in sections[first.point]):
                    continue  # what was decided there was done there
                again = _decides_again if counted else _second_look
                if look is None or again(function, sections[second.point], write):
                    continue
                if counted or not _looks_on_the_way(function, second, write):
                    told |= {write.path, write.point}
                    yield _finding(package, function, _Act(look, write, first, second))


def _sections(function: FunctionFacts, taken: list[LockEvent]) -> dict[Point, list[Access]]:
    """The accesses of each critical section, by the point where its lock was acquired."""
    found: dict[Point, list[Access]] = defaultdict(list)
    for access in function.accesses:
        if access.atomic is not None or access.trace:
            continue
        for path in {lock.path for lock in access.held.must}:
            event = function.acquisition(path, access.point)
            if event is not None and event in taken:
                found[event.point].append(access)
    return found


def _follows(function: FunctionFacts, first: LockEvent, second: LockEvent) -> bool:
    """Whether the second section of one lock comes after the first one has ended, in the same turn of any loop."""
    same = first.lock.path == second.lock.path and first is not second
    held = {lock.path for lock in second.held.may}
    return same and second.lock.path not in held and function.order.dominates(first.point, second.point)


def _look(function: FunctionFacts, section: list[Access], write: Access, own: AccessPath) -> Access | None:
    """The read, in the first section, that a branch on the way to the write asks about."""
    for read in section:
        if read.kind is AccessKind.READ and read.path == write.path and not _kept_out(read, write, own):
            asked = _computed(function, read.point)
            for condition in function.conditions(write.point):
                branch = function.ir.blocks[condition.point.block].instructions[-1]
                if isinstance(branch, ir.Branch) and branch.condition in asked:
                    return read
    return None


def _kept_out(read: Access, write: Access, own: AccessPath) -> bool:
    """Whether another lock than ``own``, that both are or may be under, keeps everybody else out."""
    both = read.held.may & write.held.may
    return any(lock.mode is Mode.EXCLUSIVE and lock.path != own for lock in both)


def _computed(function: FunctionFacts, at: Point) -> set[ir.Operand]:
    """The registers that hold what is loaded at a point, or what is computed from it."""
    load = function.ir.blocks[at.block].instructions[at.index]
    found: set[ir.Operand] = (
        {load.target, *((load.ok,) if load.ok is not None else ())} if isinstance(load, ir.Load) else set()
    )
    grows = True
    while grows:
        before = len(found)
        for block in function.ir.blocks:
            for one in block.instructions:
                if isinstance(one, ir.Compute) and not found.isdisjoint(one.operands):
                    found.add(one.target)
        grows = len(found) > before
    return found


def _second_look(function: FunctionFacts, section: list[Access], write: Access) -> bool:
    """Whether the second section reads what it is going to write."""
    return any(
        read.kind is AccessKind.READ and read.path == write.path and function.order.reaches(read.point, write.point)
        for read in section
    )


def _looks_on_the_way(function: FunctionFacts, second: LockEvent, write: Access) -> bool:
    """Whether every way from where the lock is taken again leads back to a look."""
    looks = [one.point for one in function.accesses if one.kind is AccessKind.READ and one.path == write.path]
    return function.order.passes_one(second.point, write.point, looks)


def _decides_again(function: FunctionFacts, section: list[Access], write: Access) -> bool:
    """Whether a branch on the way to the write asks what the second section has read: to count up is to read, too."""
    asked: set[ir.Operand] = set()
    for read in section:
        if read.kind is AccessKind.READ and read.path == write.path:
            asked |= _computed(function, read.point)
    branches = (function.ir.blocks[one.point.block].instructions[-1] for one in function.conditions(write.point))
    return any(isinstance(branch, ir.Branch) and branch.condition in asked for branch in branches)


def _counts(function: FunctionFacts, write: Access) -> bool:
    """Whether a number is made larger or smaller: two that come together both go on from the other's."""
    store = function.ir.blocks[write.point.block].instructions[write.point.index]
    if not isinstance(store, ir.Store) or not isinstance(underlying(store.place.type), Basic):
        return False
    made = [
        one
        for block in function.ir.blocks
        for one in block.instructions
        if isinstance(one, ir.Compute) and one.target == store.value
    ]
    read = {
        one.target
        for block in function.ir.blocks
        for one in block.instructions
        if isinstance(one, ir.Load) and one.place.steps == store.place.steps and one.place.root == store.place.root
    }
    return any(one.op in ("+", "-") and not read.isdisjoint(one.operands) for one in made)


def _keeps_identity(function: FunctionFacts, write: Access) -> bool:
    """Whether it matters which of two writers is the last: what one of them has handed out already, the other drops.

    Slices are mostly values, and an interface that some call gave may be the same value each time.
    """
    store = function.ir.blocks[write.point.block].instructions[write.point.index]
    if not isinstance(store, ir.Store) or isinstance(store.value, ir.Const):
        return False
    type_ = underlying(store.place.type)
    targets = write.value.targets if write.value is not None else ()
    if any(_leads_on(target) for target in targets):
        return False
    if isinstance(type_, Interface):
        return bool(targets) and all(target.root.kind is not RootKind.OPAQUE for target in targets)
    return isinstance(type_, Pointer | Map | Chan)


def _leads_on(target: AccessPath) -> bool:
    """Whether it was there before: what is reached through a field or an element is nobody's own."""
    return any(step[0] not in "*@" for step in target.steps)


class _Act(NamedTuple):
    """What ``look`` finds in the critical section that ``first`` begins, and ``write`` does in that of ``second``."""

    look: Access
    write: Access
    first: LockEvent
    second: LockEvent


def _finding(package: PackageFacts, function: FunctionFacts, act: _Act) -> Finding:
    look, write, first, second = act
    name = named_place(write.path, package)
    lock = named_place(second.lock.path, package)
    return Finding(
        span=write.span,
        values={"location": name, "lock": lock},
        because=(f"between the two critical sections another call of `{function.name}` may have decided the same",),
        related=(
            Related(look.span, f"`{name}` was looked at here"),
            Related(second.span, f"`{lock}` is taken again here"),
        ),
        fixes=hold_over(package, function, first, second),
        location=str(write.location or name),
        symbol=function.name,
    )

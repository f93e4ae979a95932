"""A branch on an atomic's value decides that another one is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import AtomicKind, ChannelAction, Point, Start
from pubcheck.flow import ir
from pubcheck.rules.fixes.atomic_steps import compare_and_swap
from pubcheck.rules.support.two_steps import Words, finding, plain_writes_beside, two_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.facts import Access, Call, Operand
    from pubcheck.rules.finding import Finding
    from pubcheck.rules.support.two_steps import TwoSteps

_WORDS = Words(
    rival="`{}` may store",
    alone="another call of `{}` may pass the same test",
    window=" between the test and this store, and nothing keeps it out",
    loaded="it is tested here",
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find stores that a test of the same atomic leads to, together with something that must happen once."""
    for pair in two_steps(package):
        atomic = pair.store.atomic
        if atomic is None or any(pair.load.point in operand.depends for operand in atomic.operands):
            continue
        if not (_decides(pair) and _happens_once(package, pair) and _may_pass_twice(pair)):
            continue
        yield finding(package, pair, _WORDS, compare_and_swap(package, pair))


def _decides(pair: TwoSteps) -> bool:
    """Whether a branch on what was loaded leads to the store."""
    conditions = pair.function.conditions(pair.store.point)
    return any(pair.load.point in condition.value.depends for condition in conditions)


def _may_pass_twice(pair: TwoSteps) -> bool:
    """Whether two may do the same: another run of the function, or a rival who tests it, too, and stores that value.

    Who only stores, while a lock has one run of the function after the other, is met by the next one.
    """
    return pair.itself or any(_tests_too(pair, rival) for rival in pair.rivals)


def _tests_too(pair: TwoSteps, rival: Site) -> bool:
    mine, theirs = _stored(pair.store), _stored(rival.access)
    if mine is not None and theirs is not None and mine.known and theirs.known and mine.value != theirs.value:
        return False
    return any(
        other.location == pair.location and other.atomic is not None and other.atomic.kind is not AtomicKind.STORE
        for other in rival.function.atomics
    )


def _happens_once(package: PackageFacts, pair: TwoSteps) -> bool:
    return _acts_once(package, pair) or _sets_up(pair) or _tells_who(pair) or _holds(pair)


def _acts_once(package: PackageFacts, pair: TwoSteps) -> bool:
    """Whether the branch does what must not be done twice: it closes a channel or starts a goroutine.

    A flag that is only ever set may be set twice, and what other calls do twice isn't known. What is stored on some of
    the ways that lead on from there says how it went, not that it was done.
    """
    function, order = pair.function, pair.function.order
    branch = next(each.point for each in function.conditions(pair.store.point) if pair.load.point in each.value.depends)
    store = pair.store.point
    return any(
        _next_branch(function, point) == branch and (order.always_passes(point, store) or order.reaches(store, point))
        for point in _acts(package, function)
    )


def _sets_up(pair: TwoSteps) -> bool:
    """Whether the function, once it has stored, goes on to what one call alone may do: a step may fail in between.

    That is to start a goroutine, or to write other fields of the same object with no lock, on all ways. What is closed
    under a condition of its own may have been taken out under a lock, so that only one call has it.
    """
    function, store = pair.function, pair.store.point
    order = function.order
    branch = _branch(pair)
    if branch is None:
        return False
    writes = (write.point for write in plain_writes_beside(pair) if not write.trace)
    if any(order.dominates(store, point) and _next_branch(function, point) == branch for point in writes):
        return True
    return any(
        order.dominates(store, spawn.point) and any(each.point == branch for each in function.conditions(spawn.point))
        for spawn in function.spawns
        if spawn.start is Start.GO
    )


def _tells_who(pair: TwoSteps) -> bool:
    """Whether a truth that it returns tells the one that stored from the others, as a swap's result would."""
    function, store, branch = pair.function, pair.store.point, _branch(pair)
    order = function.order
    won: set[tuple[object, ...]] = set()
    lost: set[tuple[object, ...]] = set()
    for block in function.ir.blocks:
        leave, point = block.instructions[-1], Point(block.index, len(block.instructions) - 1)
        if isinstance(leave, ir.Return) and branch is not None:
            truths = tuple(each.value if isinstance(each, ir.Const) else None for each in leave.values)
            if order.reaches(store, point):
                won.add(truths)
            elif _next_branch(function, point) == branch:
                lost.add(truths)
    if len(won) != 1 or len(lost) != 1:
        return False
    return any(
        isinstance(one, bool) and isinstance(other, bool) and one != other
        for one, other in zip(won.pop(), lost.pop(), strict=True)
    )


def _branch(pair: TwoSteps) -> Point | None:
    """The branch on what was loaded, where it is the last one before the store."""
    last = next(iter(pair.function.conditions(pair.store.point)), None)
    return last.point if last is not None and pair.load.point in last.value.depends else None


def _acts(package: PackageFacts, function: FunctionFacts) -> list[Point]:
    """Where it closes a channel or starts a goroutine, itself or by what it calls."""
    return _own_acts(function) + [call.point for call in function.calls if _leads_to_a_close(package, call)]


def _own_acts(function: FunctionFacts) -> list[Point]:
    acts = [event.point for event in function.channels if event.action is ChannelAction.CLOSE]
    return acts + [spawn.point for spawn in function.spawns if spawn.start is Start.GO]


def _holds(pair: TwoSteps) -> bool:
    """Whether the function takes the atomic for itself and gives it back when it is done, as if it were a lock."""
    function, store = pair.function, pair.store
    taken = _stored(store)
    return (
        taken is not None
        and taken.known
        and not taken.is_zero
        and any(
            (given := _stored(other)) is not None
            and given.is_zero
            and other.path == store.path
            and function.order.dominates(store.point, other.point)
            for other in function.atomics
        )
    )


def _stored(access: Access) -> Operand | None:
    atomic = access.atomic
    return atomic.operands[0] if atomic is not None and atomic.kind is AtomicKind.STORE and atomic.operands else None


def _next_branch(function: FunctionFacts, point: Point) -> Point | None:
    """The last branch that decides whether ``point`` is reached."""
    return next((each.point for each in function.conditions(point)), None)


def _leads_to_a_close(package: PackageFacts, call: Call) -> bool:
    """Whether what is called closes a channel, or starts a goroutine, itself and in any case."""
    callee = package.function(call.callee)
    if callee is None:
        return False
    return any(not callee.conditions(point) for point in _own_acts(callee))

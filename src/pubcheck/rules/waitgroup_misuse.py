"""A wait group is counted wrongly: `Wait` never returns, returns too early, or the counter gets negative."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.goroutines import Names, counts
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import DEREF, ChannelAction, RootKind, Start
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.goroutines import count_each, defer_done
from pubcheck.rules.support.call_sites import calls_to
from pubcheck.rules.support.counted import Counting
from pubcheck.rules.support.ledgers import ledgers
from pubcheck.rules.support.own_ends import own_waits
from pubcheck.rules.support.shut_doors import group_calls, late_adds
from pubcheck.rules.support.test_code import serves_tests
from pubcheck.rules.support.wording import call_trace, name_of, source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import Count, Goroutines, Thread
    from pubcheck.analysis.portions import Portion
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Location
    from pubcheck.rules.support.own_ends import OwnWait


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find calls of ``Add``, ``Done`` and ``Wait`` that don't belong together."""
    yield from _miscounted(package)
    yield from _late_adds(package)
    yield from _out_of_balance(package)
    yield from (_for_itself(own, package) for own in own_waits(package))
    for late in late_adds(package):
        lock, look = name_of(late.lock, package), source_text(late.look.span, package)
        yield _finding(
            late.add,
            package,
            f"`{{call}}` comes after `{lock}` was given back, under which `{look}` was looked at: "
            f"`{late.by.name}` may set that and wait before",
            Related(late.look.span, "what is seen here holds until the lock is given back"),
            Related(late.shut.span, f"`{late.by.name}` sets it, and waits afterwards"),
            help_="call Add before the lock is given back",
        )


@by_portion
def _out_of_balance(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """What can't add up, whichever way is taken."""
    for ledger in ledgers(portion.functions):
        for found in ledger.unpaid():
            yield _finding(
                found.add,
                package,
                "`{call}` counts more than is ever done: `Wait` waits for ever",
                Related(found.wait.call.span, "waits here"),
                help_="call Done for each that is counted",
            )
        for taken in ledger.overdrawn():
            yield _finding(
                taken,
                package,
                "`{call}` takes away more than was added: the counter gets negative, which panics",
                help_="leave it out, or add before",
            )


@by_portion
def _miscounted(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """What goes wrong between a function and the goroutines that it starts."""
    goroutines = package.goroutines(portion)
    for family in goroutines.families:
        for thread in family.threads:
            if thread.facts is not None and thread.children:
                yield from _within(Counting(thread, thread.facts), goroutines, package)


def _within(counting: Counting, goroutines: Goroutines, package: PackageFacts) -> Iterator[Finding]:
    yield from _missed(counting, package)
    yield from _too_few(counting, goroutines, package)
    yield from _too_many(counting, package)
    yield from _for_nobody(counting, package)
    yield from _blocked(counting, package)


def _missed(counting: Counting, package: PackageFacts) -> Iterator[Finding]:
    """A ``Done`` that its goroutine may not come to."""
    for done, child, leave in counting.missed():
        assert child.facts is not None  # noqa: S101 what is done is known from inside
        instruction = child.facts.ir.blocks[leave.block].instructions[leave.index]
        place = Span(child.facts.path, instruction.pos, instruction.end)
        found = _finding(
            done,
            package,
            "`{call}` is not reached on every path: `Wait` waits for ever",
            Related(place, "the goroutine returns here without it"),
            *_start(child),
            help_="defer it",
            fixes=defer_done(package, done.call.span),
        )
        # A test's goroutine that returns early has seen it fail.
        doubtful = serves_tests(package, child.facts)
        yield msgspec.structs.replace(found, confidence=Confidence.LOW) if doubtful else found


def _too_few(counting: Counting, goroutines: Goroutines, package: PackageFacts) -> Iterator[Finding]:
    """What is counted in too rarely or too late."""
    for add, child in counting.counted_once():
        yield _finding(
            add,
            package,
            "`{call}` counts one goroutine, but each turn of the loop starts one: the counter gets negative",
            *_start(child),
            fixes=count_each(package, add.call.span, child.spawn.span) if child.spawn is not None else (),
        )
    for add, child in counting.counted_inside(goroutines):
        yield _finding(add, package, _LATE, *_start(child), help_="call Add before the go statement")


def _too_many(counting: Counting, package: PackageFacts) -> Iterator[Finding]:
    """What is counted down more than once."""
    for done, child in counting.counted_down_twice():
        yield _finding(
            done,
            package,
            "`{call}` counts down what `Go` counts down itself: the counter gets negative",
            *_start(child),
            help_="leave it out",
        )
    for done, other, child in counting.done_twice():
        yield _finding(
            done,
            package,
            "`{call}` counts down a second time for one goroutine: the counter gets negative",
            Related(other.call.span, "the other one is here"),
            *_start(child),
            help_="leave it out",
        )


def _for_nobody(counting: Counting, package: PackageFacts) -> Iterator[Finding]:
    """What is counted in though nobody may be started."""
    for add, child in counting.counted_short():
        yield _finding(
            add,
            package,
            "`{call}` counts a goroutine for each item, but not every turn starts one: `Wait` waits for ever",
            *_start(child),
            help_="add one where the goroutine is started",
        )
    for add, wait in counting.never_done():
        yield _finding(
            add,
            package,
            "`{call}` counts a goroutine that is not started on every path: `Wait` waits for ever",
            Related(wait.call.span, "waits here"),
        )
    for add, leave in counting.left_counted():
        instruction = counting.facts.ir.blocks[leave.block].instructions[leave.index]
        place = Span(counting.facts.ir.path, instruction.pos, instruction.end)
        yield _finding(
            add,
            package,
            "`{call}` counts a goroutine that is not started on every path: who waits for it waits for ever",
            Related(place, "the function returns here, and nobody is started"),
            help_="add one right before the goroutine is started",
        )


def _blocked(counting: Counting, package: PackageFacts) -> Iterator[Finding]:
    """A ``Wait`` in the wrong place."""
    for wait, back, child in counting.waits_in_a_ring():
        yield _finding(
            wait,
            package,
            "`{call}` waits for a goroutine that waits for this one: neither comes to its `Done`",
            Related(back.call.span, "the other one waits here"),
            *_start(child),
            help_="call Done before Wait, or let the starter wait for both",
        )
    for wait, child in counting.waits_at_once():
        yield _finding(
            wait,
            package,
            "`{call}` waits in the loop for the goroutine that the same turn starts: they run one after another",
            *_start(child),
            help_="wait behind the loop",
        )


def _for_itself(own: OwnWait, package: PackageFacts) -> Finding:
    """A ``Wait`` that what is deferred in the same function would end."""
    wait, done = own.wait, source_text(own.done.call.span, package).removeprefix("defer ")
    call = source_text(wait.span, package)
    group = done.rpartition(".")[0]
    return Finding(
        span=wait.span,
        values={"what": f"`{call}` waits for the very function that calls it: `{done}` comes when that has returned"},
        related=(Related(own.done.call.span, "deferred here, for when the function returns"),),
        traces=call_trace(wait.trace, Related(wait.origin, "waits here") if wait.origin is not None else None),
        help="return, and leave it to others to wait",
        location=group,
        symbol=own.function.name,
    )


_LATE = "`{call}` runs in the goroutine that it counts: `Wait` may return before it has started"


@by_portion
def _started(_package: PackageFacts, portion: Portion) -> Iterator[FunctionFacts]:
    return (each for each in portion.functions if Start.GO in each.starts)


def _late_adds(package: PackageFacts) -> Iterator[Finding]:
    """A function that counts itself when it runs already on the goroutine that it counts."""
    started = {each.full_name: each for each in _started(package)}
    if not started:
        return
    counted: dict[FunctionFacts, list[Count]] = {}
    for function, count in group_calls(package):
        counted.setdefault(function, []).append(count)
    waits = [(function, one) for function, found in counted.items() for one in found if one.method == "Wait"]
    for name, function in started.items():
        found = counted.get(function, [])
        if not found or any(calls_to(package, name)):
            continue
        done = {each.group for each in found if each.method == "Done" and not _is_repeated(function, each)}
        for add in found:
            place = add.group.location
            waiting = [(other, one) for other, one in waits if one.group.location == place]
            if add.method != "Add" or add.group not in done or place is None or not waiting:
                continue
            if all(_is_answered_first(other, one, function, add) for other, one in waiting):
                continue
            if _is_repeated(function, add) or function.protection(add.call):
                continue  # it counts something else; or whoever waits has forbidden it under the same lock before
            if not _is_inside(function, add) and not _counted_before(package, name, function, add, place):
                start = _starter(package, name)
                yield _finding(
                    add,
                    package,
                    _LATE,
                    *((Related(start, "the goroutine is started here"),) if start is not None else ()),
                    help_="call Add before the go statement",
                )


def _is_answered_first(waiter: FunctionFacts, wait: Count, function: FunctionFacts, add: Count) -> bool:
    """Whether who waits has sent something before that ``function`` takes when it has counted itself."""
    sent = {
        target.location
        for event in waiter.channels
        if event.action is ChannelAction.SEND and waiter.order.dominates(event.point, wait.call.point)
        for target in event.targets
    }
    return any(
        event.action is ChannelAction.RECEIVE
        and function.order.reaches(add.call.point, event.point)
        and any(target.location in sent for target in event.targets if target.location is not None)
        for event in function.channels
    )


def _is_repeated(function: FunctionFacts, count: Count) -> bool:
    """Whether it happens turn by turn: a goroutine begins and ends once."""
    return not count.call.deferred and function.in_loop(count.call.point)


def _is_inside(function: FunctionFacts, add: Count) -> bool:
    """Whether the group is a variable of the goroutine itself."""
    root = add.group.root
    inside = function.pos <= root.index < function.end and root.file == function.path
    return root.kind is RootKind.CELL and inside and DEREF not in add.group.steps


def _counted_before(package: PackageFacts, name: str, function: FunctionFacts, add: Count, place: Location) -> bool:
    """Whether the counter can't be zero: starters add before they start it; or what it adds is for what it starts."""
    if any(
        spawn.start is not Start.DEFER and function.order.reaches(add.call.point, spawn.point)
        for spawn in function.spawns
    ):
        return True
    return any(
        each.method == "Add" and each.group.location == place
        for other in package.functions
        if any(spawn.callee == name for spawn in other.spawns)
        for each in counts(other, Names(other))
    )


def _starter(package: PackageFacts, name: str) -> Span | None:
    return next((spawn.span for each in package.functions for spawn in each.spawns if spawn.callee == name), None)


def _start(child: Thread) -> tuple[Related, ...]:
    return (Related(child.spawn.span, "the goroutine is started here"),) if child.spawn is not None else ()


def _finding(
    count: Count, package: PackageFacts, sentence: str, *related: Related, help_: str = "", fixes: tuple[Fix, ...] = ()
) -> Finding:
    text = source_text(count.call.span, package).removeprefix("defer ")
    return Finding(
        span=count.call.span,
        values={"what": sentence.format(call=text)},
        related=related,
        fixes=fixes,
        help=help_,
        location=text.rpartition(".")[0],
    )

"""A channel is closed while others may send to it or close it: either panics."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import BlockKind, ChannelAction, Location, LocationKind, LockAction, Point, Start, locations
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.once import once_closed
from pubcheck.rules.support.channel_items import item_uses
from pubcheck.rules.support.channel_sites import ChannelSites, channel_location
from pubcheck.rules.support.clash_findings import clash_finding
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.local_closes import clashes
from pubcheck.rules.support.names import points
from pubcheck.rules.support.sides import Sides, calls_of
from pubcheck.rules.support.swapped_out import found_in, swapped_out, taken_out
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access
    from pubcheck.rules.support.channel_sites import ChannelUse

_DONE = "(*sync.WaitGroup).Done"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find closes that a flag, or a lock that was released, is to keep apart from sends and from other closes."""
    if not _closing(package):
        return
    yield from map(clash_finding, clashes(package))
    search = _Search(package)
    for location in sorted(search.sites.uses):
        if location.kind is not LocationKind.LOCAL:
            yield from search.of(location)
    yield from search.of_items()


@by_portion
def _closing(_package: PackageFacts, portion: Portion) -> Iterator[str]:
    """The functions that close channels."""
    for function in portion.functions:
        if any(event.action is ChannelAction.CLOSE for event in function.channels):
            yield function.name


class _Gap(NamedTuple):
    """``send`` isn't kept apart from ``close``: what was looked at before (``checked``) may have changed by then."""

    send: ChannelUse
    close: ChannelUse
    checked: str
    locked: bool


class _Search:
    """The channels of one package."""

    def __init__(self, package: PackageFacts) -> None:
        self._package = package
        self.sites = ChannelSites(package)

    def of(self, location: Location) -> Iterator[Finding]:
        """What is wrong with the channels at ``location``."""
        closes = [use for use in self.sites.of(location, ChannelAction.CLOSE) if not use.function.test]
        sends = [use for use in self.sites.of(location, ChannelAction.SEND) if not use.function.test]
        told: set[object] = set()
        for close in closes:
            gaps = [gap for send in sends if (gap := self._gap(send, close)) is not None]
            outside = [gap for gap in gaps if gap.locked]
            for gap in outside:
                if gap.send.event.span not in told:
                    told.add(gap.send.event.span)
                    yield self._at_send(gap, location)
            if gaps and not outside:
                yield self._at_close(gaps, location)
            elif not gaps and self._closes_twice(close):
                yield self._check_then_close(close, location)

    def of_items(self) -> Iterator[Finding]:
        """What is wrong with channels in containers: one is closed while who has copied it sends."""
        uses: dict[Location, list[ChannelUse]] = defaultdict(list)
        for container, use in item_uses(self._package):
            uses[container].append(use)
        for container, found in sorted(uses.items()):
            closes = [use for use in found if use.event.action is ChannelAction.CLOSE]
            for send in found if closes else ():
                gap = next((gap for close in closes if (gap := self._copied(send, close, container))), None)
                if gap is not None:
                    yield self._at_send(gap, Location(container.kind, container.owner, f"{container.path}[]"))

    # --- sends

    def _may_meet(self, send: ChannelUse, close: ChannelUse) -> bool:
        """Whether nothing that isn't about the channel keeps the two apart."""
        sender, closer = send.function, close.function
        if sender is closer or sender.enclosing == closer.name or closer.enclosing == sender.name:
            return False
        kept = locations(closer.protection(close.event))
        if kept & locations(sender.protection(send.event)) or sender.maybe_protected(send.event):
            return False
        if self._recovers(sender) or self._is_handed_on_later(send, closer):
            return False
        if self._one_thread(sender, closer) or self._waited_for(send, close) or self._is_over(sender, closer):
            return False
        taken = swapped_out(closer, close.event)
        if taken is not None and taken == swapped_out(sender, send.event):
            return False  # each has what it swapped out for itself
        graph = self._package.threads.graph
        # Somebody who calls both may hold one lock around either.
        return not ({sender.name, closer.name} <= graph.unseen or all(map(graph.may_be_locked, (sender, closer))))

    def _copied(self, send: ChannelUse, close: ChannelUse, container: Location) -> _Gap | None:
        """Whether the sender has found the channel under the lock that the closer takes it out under, and let go of it.

        Who takes it out itself has it alone.
        """
        sender, closer = send.function, close.function
        if send.event.action is not ChannelAction.SEND or not self._may_meet(send, close):
            return None
        guard = self._package.guards.get(container)
        if guard is None or any(
            access.writes and access.location is not None and access.location.container == container
            for access in sender.accesses
        ):
            return None
        lock = guard.lock
        had = lock in locations(closer.protection(close.event)) or _released_before(closer, lock, close.event.point)
        if not had or not _released_before(sender, lock, send.event.point):
            return None
        return _Gap(send, close, name_of(lock, self._package), locked=True)

    def _gap(self, send: ChannelUse, close: ChannelUse) -> _Gap | None:
        sender, closer = send.function, close.function
        if not self._may_meet(send, close):
            return None
        kept = locations(closer.protection(close.event))
        counted = kept and (_is_counted(closer, close.event.point) or _is_under_way(send, close))
        if counted or (kept and _is_waited_out(send, close)):
            return None  # who sends has a reference, and as long as it has one nobody closes
        for lock in sorted(kept):
            if _released_before(sender, lock, send.event.point):
                if taken_out(sender, send.event, lock) & found_in(close.event):
                    return None
                return _Gap(send, close, name_of(lock, self._package), locked=True)
        flag = self._flag(send, close)
        if flag is None or flag.location is None:
            return None
        guards = kept & locations(flag.held.must) if flag.atomic is None else frozenset()
        if guards:
            return _Gap(send, close, name_of(min(guards), self._package), locked=True)
        return _Gap(send, close, name_of(flag.location, self._package), locked=False)

    def _is_handed_on_later(self, send: ChannelUse, closer: FunctionFacts) -> bool:
        """Whether the sender makes, after the send, the literals that alone call the closer."""
        calls = self._package.threads.graph.calls.get(closer.name, ())
        callers = {edge.caller.name: edge.caller for edge in calls}.values()
        if not callers or not all(caller.enclosing == send.function.name for caller in callers):
            return False
        bodies = [caller.ir for caller in callers]
        made = (at for at, one in points(send.function.ir) if isinstance(one, ir.Closure) and one.function in bodies)
        return not any(at == send.event.point or send.function.order.reaches(at, send.event.point) for at in made)

    def _recovers(self, sender: FunctionFacts) -> bool:
        """Whether the sender defers a ``recover``: it takes the panic for an answer."""
        deferred = (self._package.function(each.callee) for each in sender.spawns if each.start is Start.DEFER)
        return any(
            isinstance(one, ir.Call) and one.call.callee == ir.BuiltinCallee("recover")
            for function in deferred
            if function is not None
            for block in function.ir.blocks
            for one in block.instructions
        )

    def _one_thread(self, sender: FunctionFacts, closer: FunctionFacts) -> bool:
        runners = self._package.threads_of(sender) | self._package.threads_of(closer)
        return len(runners) == 1 and all(thread.started and not thread.many for thread in runners)

    def _waited_for(self, send: ChannelUse, close: ChannelUse) -> bool:
        """Whether the closer waits for the sender's end first."""
        closer = close.function
        before = [
            event
            for event in closer.blocking
            if event.kind in (BlockKind.WAIT, BlockKind.CHANNEL)
            and closer.order.dominates(event.point, close.event.point)
        ]
        groups = {channel_location((event.subject,)) for event in before if event.subject is not None}
        if any(event.kind is BlockKind.CHANNEL or event.subject is None for event in before):
            return True
        if not groups:
            return False
        members = {send.function.name, send.function.enclosing}
        members |= {thread.root for thread in self._package.threads_of(send.function)}
        return any(
            call.callee == _DONE and call.args and channel_location(call.args[0].targets) in groups
            for name in members
            if (member := self._package.function(name)) is not None
            for call in member.calls
        )

    def _is_over(self, sender: FunctionFacts, closer: FunctionFacts) -> bool:
        """Whether the closer is deferred by the function that the sender is a literal of, which it only hands on."""
        around = self._package.function(closer.enclosing) if closer.enclosing == sender.enclosing else None
        if around is None:
            return False
        starts = {spawn.callee: spawn.start for spawn in around.spawns}
        return starts.get(closer.name) is Start.DEFER and sender.name not in starts

    def _flag(self, send: ChannelUse, close: ChannelUse) -> Access | None:
        """Where the closer sets, before it closes, what the sender tests before it sends."""
        closer = close.function
        tested = self._tested(send)
        for access in closer.accesses if tested else ():
            before = access.writes and closer.order.dominates(access.point, close.event.point)
            if before and access.location in tested and not (access.path.is_element and not access.held.may):
                return access  # nobody looks into a map beside others with no lock: those are on one goroutine
        return None

    def _tested(self, send: ChannelUse) -> set[Location]:
        """What decides whether the sender sends, by its own look or by that of a function that it asks."""
        sender = send.function
        tests = {condition.point.block for condition in sender.conditions(send.event.point)}
        read = [access for access in sender.accesses if access.point.block in tests]
        for call in sender.calls:
            if call.point.block in tests and (asked := self._package.function(call.callee)) is not None:
                read += [access for access in asked.accesses if not access.writes]
        return {access.location for access in read if access.location is not None}

    # --- other closes

    def _closes_twice(self, close: ChannelUse) -> bool:
        """Whether it is closed when a receive says that it isn't yet, and several callers may ask at once."""
        function, event = close.function, close.event
        if function.protection(event) or function.maybe_protected(event) or function.constructor:
            return False
        if callers_of(self._package).runs_once(function):
            return False
        block = function.ir.blocks[event.point.block]
        target = channel_location(event.targets)
        for before in function.order.predecessors[block.index]:
            select = function.ir.blocks[before].instructions[-1]
            if isinstance(select, ir.Select) and select.default == block.index:
                polled = [
                    other
                    for other in function.channels
                    if other.action is ChannelAction.RECEIVE
                    and other.in_select
                    and any(case.block == other.point.block for case in select.cases)
                ]
                return any(channel_location(other.targets) == target for other in polled) and self._by_several(
                    function, before
                )
        return False

    def _by_several(self, function: FunctionFacts, select: int) -> bool:
        """Whether several goroutines run it, or it is there for callers to close, whoever comes first.

        A method whose first deed is to look whether it was called before expects to be called by several.
        """
        threads = self._package.threads_of(function)
        if any(thread.many for thread in threads):
            return True
        first = select == 0 and not any(isinstance(one, ir.Call) for one in function.ir.blocks[0].instructions)
        return first and any(not thread.started for thread in threads)

    # --- telling

    def _at_send(self, gap: _Gap, location: Location) -> Finding:
        closer = gap.close.function.name
        sides = _sides(gap).turned()
        return Finding(
            span=gap.send.event.span,
            values={
                "channel": name_of(location, self._package),
                "what": f"is sent to here while `{closer}` may close it: a send on a closed channel panics",
            },
            because=(
                f"`{closer}` closes it with `{gap.checked}` held, which `{gap.send.function.name}` doesn't hold here",
            ),
            related=(Related(gap.close.event.span, "it is closed here", sides.theirs),),
            help=f"hold `{gap.checked}` over the look and the send",
            location=str(location),
            symbol=gap.send.function.name,
            goroutine=sides.mine,
        )

    def _at_close(self, gaps: list[_Gap], location: Location) -> Finding:
        gap = gaps[0]
        sender = gap.send.function.name
        return Finding(
            span=gap.close.event.span,
            values={
                "channel": name_of(location, self._package),
                "what": f"is closed here while `{sender}` may still send to it: a send on a closed channel panics",
            },
            because=(f"`{sender}` looks at `{gap.checked}` first, but it may be set between the look and the send",),
            related=tuple(
                Related(each.send.event.span, f"`{each.send.function.name}` sends here", _sides(each).theirs)
                for each in gaps
            ),
            location=str(location),
            symbol=gap.close.function.name,
            goroutine=_sides(gap).mine,
        )

    def _check_then_close(self, close: ChannelUse, location: Location) -> Finding:
        return Finding(
            span=close.event.span,
            values={
                "channel": name_of(location, self._package),
                "what": "may be closed by two goroutines at once: closing a closed channel panics",
            },
            because=(f"both may be in `{close.function.name}` and find it open before either has closed it",),
            fixes=once_closed(self._package, location, close.event.span),
            help="close it in a sync.Once, or hold a lock over the look and the close",
            # That a method is there to be called by several is no evidence that two of them come at once.
            confidence=None
            if any(thread.many for thread in self._package.threads_of(close.function))
            else Confidence.LOW,
            location=str(location),
            symbol=close.function.name,
        )


def _sides(gap: _Gap) -> Sides:
    """The closer first."""
    return calls_of(gap.close.function.name, gap.send.function.name)


def _is_counted(function: FunctionFacts, at: Point) -> bool:
    """Whether ``function`` changes a count that it finds, and comes to ``at`` only as the count then says."""
    counts = {location for point, location in _counts(function) if function.order.dominates(point, at)}
    return any(decision.read.location in counts for decision in Decisions(function).of(at))


def _is_under_way(send: ChannelUse, close: ChannelUse) -> bool:
    """Whether the closer comes to the close only as a count says that the sender changes before and after the send."""
    sender, at = send.function, send.event.point
    asked = {decision.read.location for decision in Decisions(close.function).of(close.event.point)}
    counts = [(point, location) for point, location in _counts(sender) if location in asked] if asked else []
    return any(
        sender.order.dominates(point, at)
        and any(sender.order.dominates(at, later) for later, other in counts if other == location)
        for point, location in counts
    )


def _counts(function: FunctionFacts) -> Iterator[tuple[Point, Location | None]]:
    """Where ``function`` stores what it has computed from what was there."""
    decisions = Decisions(function)
    reads = {access.point: access.location for access in function.accesses if not access.writes}
    for access in function.accesses:
        store = function.ir.blocks[access.point.block].instructions[access.point.index] if access.writes else None
        if isinstance(store, ir.Store) and access.location in {reads.get(at) for at in decisions.loads(store.value)}:
            yield access.point, access.location


def _is_waited_out(send: ChannelUse, close: ChannelUse) -> bool:
    """Whether the closer waits on a condition, before it closes, until what the sender has set allows it."""
    sender, closer = send.function, close.function
    heads = {
        loop.header
        for event in closer.blocking
        if event.kind is BlockKind.COND
        for loop in closer.order.loops
        if event.point.block in loop.blocks and closer.order.dominates(Point(loop.header, 0), close.event.point)
    }
    awaited = {access.location for access in closer.accesses if access.point.block in heads} - {None}
    return any(
        access.writes and access.location in awaited and sender.order.dominates(access.point, send.event.point)
        for access in sender.accesses
    )


def _released_before(function: FunctionFacts, lock: Location, at: Point) -> bool:
    """Whether the function has had the lock, itself or in a call, on every way to ``at``."""
    return any(
        event.action is LockAction.ACQUIRE
        and event.lock.location == lock
        and not event.deferred
        and function.order.dominates(event.point, at)
        for event in (*function.locks, *function.inner_locks)
    )

"""A goroutine waits at a channel whose other end has gone, or never came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.goroutines import Names
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence, Edit, Fix, Related
from pubcheck.facts import ChannelAction, Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.answers import requests
from pubcheck.rules.support.cancelled_last import is_cancelled_last
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.channel_life import ChannelLife
from pubcheck.rules.support.channel_uses import (
    Lifted,
    Started,
    as_often,
    comes_before,
    distinct,
    ends_itself,
    most,
    ranges,
    repeats,
)
from pubcheck.rules.support.channels import ChannelFlow, channel_flows
from pubcheck.rules.support.last_words import last_words
from pubcheck.rules.support.programs import is_over_soon, is_program
from pubcheck.rules.support.shortfall import MANY, Leaving, WayOut
from pubcheck.rules.support.test_code import serves_tests
from pubcheck.rules.support.wording import source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.rules.support.channel_ends import Channel, Use

_OTHER = {
    ChannelAction.SEND: (ChannelAction.RECEIVE,),
    ChannelAction.RECEIVE: (ChannelAction.SEND, ChannelAction.CLOSE),
}
_WITHOUT = {ChannelAction.SEND: "receiving", ChannelAction.RECEIVE: "sending on it or closing it"}


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find sends and receives on a function's own channels that nobody may be left to answer.

    A goroutine is stuck once, wherever that is: what it does with further channels is told with the first.
    """
    for flow in channel_flows(package, portion):
        stuck: dict[str, list[Finding]] = {}
        for channel in flow.channels:
            if (not channel.escapes or channel.offered) and channel.uses:
                for thread, found in _Search(package, flow, channel).findings():
                    stuck.setdefault(thread.name, []).append(found)
        for first, *others in stuck.values():
            yield _with(first, others)


def _with(first: Finding, others: list[Finding]) -> Finding:
    """``first``, which tells of the places of ``others`` too."""
    related = tuple(Related(one.span, f"so may {one.values['operation']}") for one in others)
    return msgspec.structs.replace(first, related=(*first.related, *related))


class _Search:
    """One channel and those who use it."""

    def __init__(self, package: PackageFacts, flow: ChannelFlow, channel: Channel) -> None:
        self._package = package
        self._flow = flow
        self._channel = channel
        self._life = ChannelLife(flow, channel)
        self._uses = self._life.uses

    def findings(self) -> Iterator[tuple[FunctionFacts, Finding]]:
        """At most one, with the goroutine that is stuck: whoever mends it looks at the channel as a whole."""
        if not self._life.known or any(body.ir.partial for body in self._flow.bodies.values()):
            return
        for action in (ChannelAction.SEND, ChannelAction.RECEIVE):
            if action is ChannelAction.RECEIVE and self._channel.offered:
                return
            if action is ChannelAction.SEND and self._channel.capacity is None and self._has_room_for_all():
                continue
            for stuck in self._stuck(action):
                yield stuck
                return

    def _has_room_for_all(self) -> bool:
        """Whether the channel may be made as large as something is long: a setting, or an argument, isn't."""
        function, size = self._channel.body, self._channel.made.capacity
        given = size in function.ir.params or (size is not None and isinstance(Names(function).origin(size), ir.Load))
        return not (isinstance(size, int) and given)

    def _stuck(self, action: ChannelAction) -> Iterator[tuple[FunctionFacts, Finding]]:
        waiting = [one for one in self._uses if one.use.action is action and one.use.alone and not ends_itself(one.use)]
        for thread in distinct(one.thread for one in waiting):
            here = [one for one in waiting if one.thread is thread]
            other = [one for one in self._uses if one.use.action in self._answers(here[0])]
            if any(one.thread is thread for one in other):
                found = self._itself(here, other)
            else:
                found = self._alone(here) if not other else self._left(here, other)
            if found is not None:
                yield thread, found

    def _answers(self, waiting: Lifted) -> tuple[ChannelAction, ...]:
        if ranges(waiting.use):
            return (ChannelAction.CLOSE,)
        return _OTHER[waiting.use.action]

    # --- nobody at the other end

    def _alone(self, here: list[Lifted]) -> Finding | None:
        """Nobody does what the operations wait for; one who blocks himself for ever means it."""
        use = here[0].use
        started = self._life.start_of(here[0].thread)
        send = use.action is ChannelAction.SEND
        if (send and self._channel.capacity) or (started is not None and not _returns(started.body)):
            return None
        name = self._name()
        if ranges(use):
            senders = [one.thread for one in self._uses if one.use.action is ChannelAction.SEND]
            if senders and not any(_returns(sender) for sender in senders):
                return None  # what never ends closes nothing, and there is always more to come
            doubt = Confidence.LOW if is_for_tests(self._package) else None
            return self._finding(use, f"nobody closes `{name}`", (), doubt) if senders or started is not None else None
        if not send and started is None:
            return None
        nobody = "nobody receives from" if send else "nobody sends on or closes"
        return self._finding(use, f"{nobody} `{name}`", ())

    def _itself(self, here: list[Lifted], other: list[Lifted]) -> Finding | None:
        """Only the one who waits could do what it waits for, which it comes to later."""
        thread = here[0].thread
        if self._channel.capacity != 0 or any(one.thread is not thread for one in self._uses):
            return None
        started = self._life.start_of(thread)
        root = self._flow.root
        if thread is not root and (started is None or started.looped or started.body is not root):
            return None  # another run of it may be at the other end
        closes = [one for one in other if one.use.action is ChannelAction.CLOSE]
        for one in here:
            first = [each for each in other if comes_before(each, one)]
            if not first and all(comes_before(one, each) for each in closes):
                verb = "receives from" if one.use.action is ChannelAction.SEND else "sends on"
                return self._finding(one.use, f"nobody but `{thread.name}` itself {verb} `{self._name()}`", ())
        return None

    # --- the other end may leave

    def _left(self, here: list[Lifted], other: list[Lifted]) -> Finding | None:
        threads = distinct(one.thread for one in other)
        if len(threads) != 1 or is_program(self._package, threads[0]):
            return None
        leaver, waiter = threads[0], here[0].thread
        sends = here[0].use.action is ChannelAction.SEND
        started = self._life.start_of(leaver)
        if sends and started is not None and started.looped:
            return self._crew_leaves(here, other, started)
        if sends and self._channel.capacity is None:
            return None
        started = self._life.start_of(waiter)
        if started is not None and started.on is leaver:
            return self._starter_leaves(here, other, started)
        started = self._life.start_of(leaver)
        if started is not None and not started.looped:
            return self._helper_leaves(here, other, leaver)
        return None

    def _starter_leaves(self, here: list[Lifted], other: list[Lifted], started: Started) -> Finding | None:
        """The goroutine waits for the one that started it."""
        body = self._life.common(other, started)
        if body is None or body.name == "main":
            return None
        begin = self._life.point_in(body, started)
        points = [point for one in other if (point := one.in_(body)) is not None]
        if begin is None or any(self._at_the_end(one, body, begin) for one in other):
            return None
        if started.body is not body and self._is_taken_first(here, other, started):
            return None
        many = self._life.many(here, body, begin, points)
        asked = requests(self._flow, here, body) if many else []
        if asked:
            return self._unanswered(here, body, asked, points)
        many = many or self._channel.offered  # others may be served first
        demand = MANY if many else self._life.sends_before(here, body, begin, points)
        if here[0].use.action is ChannelAction.RECEIVE:
            demand = 1
            given = (one.use for one in other if one.use.body is started.body)
            first = any(body.order.reaches(point, begin) for point in points)
            if self._channel.capacity != 0 and (
                first or any(started.body.order.dominates(use.at, started.at) for use in given)
            ):
                return None
        elif self._channel.capacity:
            demand -= self._channel.capacity
            if many or demand <= 0:
                return None
        out = self._leaving(body, points, here).way_out(begin, demand, self._life.made_in(body))
        return None if out is None else self._told(here[0].use, body, out)

    def _is_taken_first(self, here: list[Lifted], other: list[Lifted], started: Started) -> bool:
        """Whether the function that starts the goroutine, for the one with the channel, receives before it returns."""
        if here[0].use.action is not ChannelAction.SEND or started.looped:
            return False
        points = [point for one in other if (point := one.in_(started.body)) is not None]
        many = self._life.many(here, started.body, started.at, points)
        leaving = self._leaving(started.body, points, here)
        return bool(points) and not many and leaving.way_out(started.at, most(here)) is None

    def _unanswered(
        self, here: list[Lifted], body: FunctionFacts, asked: list[Point], points: list[Point]
    ) -> Finding | None:
        """The goroutine waits to give an answer, for which it was asked."""
        if self._channel.capacity:
            return None
        leaving = self._leaving(body, points, here)
        outs = (leaving.way_out(at, most(here), self._life.made_in(body)) for at in asked)
        out = next((each for each in outs if each is not None), None)
        return None if out is None else self._told(here[0].use, body, out)

    def _helper_leaves(self, here: list[Lifted], other: list[Lifted], leaver: FunctionFacts) -> Finding | None:
        """The operation waits for a goroutine that may end before."""
        points = [point for one in other if (point := one.in_(leaver)) is not None]
        use = here[0].use
        if use.action is ChannelAction.SEND and self._channel.capacity:
            return None
        demand = most(here) if use.action is ChannelAction.SEND else 1
        if use.action is ChannelAction.SEND and any(repeats(one.use.body, one.use.at) for one in here):
            demand = MANY
        leaving = self._leaving(leaver, points, here)
        leaving.ends_at(last_words(self._flow, leaver, points, here))
        out = leaving.way_out(None, demand)
        return None if out is None else self._told(use, leaver, out)

    def _crew_leaves(self, here: list[Lifted], other: list[Lifted], crew: Started) -> Finding | None:
        """Each of several goroutines may leave before all is sent, and so all of them, for the same reason.

        They are there before anything is sent, not started for each item.
        """
        body, leaver = crew.body, other[0].thread
        sends = [one.in_(body) for one in here]
        if not any(repeats(one.use.body, one.use.at) for one in here):
            return None
        if any(at is None or body.order.reaches(at, crew.at) for at in sends):
            return None
        points = [point for one in other if (point := one.in_(leaver)) is not None]
        leaving = self._leaving(leaver, points, here)
        if leaving.way_out(None, 1) is None and as_often(self._package, body, crew.at, sends):
            return None  # each has one before it leaves
        out = leaving.way_out(None, MANY)
        return None if out is None else self._told(here[0].use, leaver, out)

    def _leaving(self, body: FunctionFacts, points: list[Point], here: list[Lifted]) -> Leaving:
        return Leaving(
            self._package,
            body,
            points,
            settled=lambda case: self._settled(body, case, here),
            channel=lambda operand: self._flow.holds(body, operand, self._channel),
        )

    def _settled(self, body: FunctionFacts, case: ir.SelectCase, here: list[Lifted]) -> bool:
        """Whether another channel tells, by a case of a select, that what waits here isn't stuck.

        So it is with a channel that only goroutines of this function use, unless the one that waits may use it before,
        and with a context that is called off when the one that waits has done so.
        """
        if is_cancelled_last(self._flow, body, case.channel, {one.use.body.name for one in here}):
            return True
        other = self._flow.channel_of(body, case.channel)
        if other is None or other.escapes or other.made is self._channel.made:
            return False
        signals = [use for use in other.uses if use.action is not ChannelAction.RECEIVE]
        if not signals:
            return False
        return not any(
            signal.body is one.use.body and not signal.deferred and signal.body.order.reaches(signal.at, one.use.at)
            for signal in signals
            for one in here
        )

    def _at_the_end(self, one: Lifted, body: FunctionFacts, begin: Point) -> bool:
        """Whether a deferred call does it, that was deferred before the goroutine was started."""
        at = one.in_(body)
        return at is not None and self._is_deferred(one, body) and body.order.dominates(at, begin)

    def _is_deferred(self, one: Lifted, body: FunctionFacts) -> bool:
        at = one.in_(body)
        return at is not None and isinstance(body.ir.blocks[at.block].instructions[at.index], ir.Defer)

    # --- telling

    def _name(self) -> str:
        return self._channel.variable or source_text(self._channel.span, self._package)

    def _told(self, use: Use, leaver: FunctionFacts, out: WayOut) -> Finding:
        without = "closing it" if ranges(use) else _WITHOUT[use.action]
        related = [Related(out.leave, f"`{leaver.name}` may leave here without {without}")]
        if out.decision is not None:
            text = source_text(out.decision, self._package)
            what = f"when `{text}` comes first" if out.alternative else f"depending on `{text}`"
            related.append(Related(out.decision, f"the way there is taken {what}"))
        # A test that leaves early has failed, and its process ends soon; so does a program's that has done its work.
        soon = serves_tests(self._package, leaver) or is_over_soon(self._package, leaver)
        doubt = Confidence.LOW if soon else None
        found = self._finding(use, f"`{leaver.name}` may end without {without}", tuple(related), doubt)
        closes = (one.use for one in self._uses if one.use.action is ChannelAction.CLOSE and one.thread is leaver)
        if not any(one.deferred for one in closes) or use.action is not ChannelAction.SEND:
            return found
        what = f"{found.values['operation']} panics where `{leaver.name}` has closed it and not received before"
        return msgspec.structs.replace(found, message=what, fixes=())

    def _finding(
        self, use: Use, why: str, related: tuple[Related, ...], confidence: Confidence | None = None
    ) -> Finding:
        name = self._name()
        size = self._channel.capacity
        kind = "unbuffered" if not size else f"made for {size}"
        because = (f"`{name}` is {kind} and doesn't leave `{self._flow.root.name}`",) if size is not None else ()
        if ranges(use):
            operation = f"the range over `{name}`"
        else:
            operation = f"the {use.action} {'on' if use.action is ChannelAction.SEND else 'from'} `{name}`"
        return Finding(
            span=use.span,
            values={"operation": operation, "why": why},
            because=because,
            related=(*related, Related(self._channel.span, f"`{name}` is made here")),
            fixes=self._fixes(use),
            location=name,
            symbol=use.body.name,
            confidence=confidence,
        )

    def _fixes(self, use: Use) -> tuple[Fix, ...]:
        sends = [one for one in self._uses if one.use.action is ChannelAction.SEND]
        if use.action is not ChannelAction.SEND or self._channel.made.capacity is not None:
            return ()
        if len(distinct(one.thread for one in sends)) > 1 or any(repeats(one.use.body, one.use.at) for one in sends):
            return ()
        started = self._life.start_of(sends[0].thread)
        if started is None or started.looped or most(sends) > 1:
            return ()
        end = self._channel.made.end
        if source_text(Span(use.span.path, end - 1, end), self._package) != ")":
            return ()
        edit = Edit(Span(self._channel.body.ir.path, end - 1, end - 1), ", 1")
        return (Fix("Leave room for one value, so that the send never waits", (edit,), safe=False),)


def _returns(function: FunctionFacts) -> bool:
    return any(isinstance(block.instructions[-1], ir.Return) for block in function.ir.blocks)

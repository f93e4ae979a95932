"""One channel of a function, from where it is made: who uses it, in which goroutine, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import ChannelAction
from pubcheck.rules.support.channel_ends import How
from pubcheck.rules.support.channel_uses import Lifted, Started, called_in_loop, distinct, most, repeats

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import Point
    from pubcheck.rules.support.channel_ends import Channel
    from pubcheck.rules.support.channels import ChannelFlow


class ChannelLife:
    """The uses of a channel, each with the calls that lead to it from the function that the channel belongs to.

    Attributes:
        uses: all of them.
        home: the calls that lead to where the channel is made; None where that isn't known.
    """

    def __init__(self, flow: ChannelFlow, channel: Channel) -> None:
        """Look for all that is done to ``channel``."""
        self._flow = flow
        chains = [(use, flow.chain(use.body, use.at)) for use in channel.uses]
        self.uses = [Lifted(use, chain) for use, chain in chains if chain is not None]
        self.home = flow.chain(channel.body, channel.at)
        self._clear = len(self.uses) == len(chains)

    @property
    def known(self) -> bool:
        """Whether one way leads to each use, and to where the channel is made."""
        return self._clear and self.home is not None

    def start_of(self, thread: FunctionFacts) -> Started | None:
        """Where a goroutine is started; None for the first one, and if there are several places."""
        entries = self._flow.entries.get(thread.name, [])
        if thread is self._flow.root or len(entries) != 1 or entries[0].how is not How.GO:
            return None
        chain = self._flow.chain(entries[0].body, entries[0].at)
        return None if chain is None else Started(entries[0].body, entries[0].at, chain[-1][0], entries[0].looped)

    def common(self, other: Iterable[Lifted], started: Started) -> FunctionFacts | None:
        """The innermost function that makes the channel, starts the goroutine and answers it."""
        chain = self._flow.chain(started.body, started.at)
        if chain is None or self.home is None:
            return None
        chains = [chain, *(one.chain for one in other)]
        for body, _ in self.home:
            if all(any(body is each for each, _ in one) for one in chains):
                return body
        return None

    def point_in(self, body: FunctionFacts, started: Started) -> Point | None:
        """Where ``body`` leads to the start."""
        chain = self._flow.chain(started.body, started.at) or ()
        return next((at for one, at in chain if one is body), None)

    def made_in(self, body: FunctionFacts) -> Point | None:
        """Where ``body`` makes the channel, or leads to that."""
        return next((at for one, at in self.home or () if one is body), None)

    def many(self, here: list[Lifted], body: FunctionFacts, begin: Point, points: list[Point]) -> bool:
        """Whether the goroutines that wait may do so more often than can be counted."""
        if here[0].use.action is not ChannelAction.SEND:
            return False
        if any(repeats(one.use.body, one.use.at) or called_in_loop(one) for one in here):
            return True
        made = self.made_in(body)
        again = [made] if made is not None else []
        return body.order.reaches(begin, begin) and not body.order.passes_one(begin, begin, [*again, *points])

    def sends_before(self, here: list[Lifted], body: FunctionFacts, begin: Point, points: list[Point]) -> int:
        """How many sends there may be by the time that the goroutine was started, its own included."""
        count = most(here)
        for thread in distinct(one.thread for one in self.uses if one.use.action is ChannelAction.SEND):
            started = self.start_of(thread)
            if thread is here[0].thread or started is None:
                continue
            at = self.point_in(body, started)
            sends = [one for one in self.uses if one.thread is thread and one.use.action is ChannelAction.SEND]
            if at is None or not all(one.use.alone for one in sends):
                continue
            order = body.order
            if order.dominates(at, begin) and not any(order.reaches(at, p) and order.reaches(p, begin) for p in points):
                count += most(sends)
        return count

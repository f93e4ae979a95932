"""A goroutine that leaves tells the one that waits for it first: it closes what that looks at before it waits again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import ChannelAction, Point
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis import FunctionFacts
    from pubcheck.rules.support.channel_ends import Channel, Use
    from pubcheck.rules.support.channel_uses import Lifted
    from pubcheck.rules.support.channels import ChannelFlow

ENTRY = Point(0, -1)


def last_words(
    flow: ChannelFlow, leaver: FunctionFacts, answers: Sequence[Point], waiting: Sequence[Lifted]
) -> Iterator[Point]:
    """Where ``leaver`` closes a channel that keeps all who are ``waiting`` for its ``answers`` from waiting once more.

    The two take turns: since its last answer ``leaver`` has sent nothing on that channel, so that the other one, which
    has to receive from it first, finds it closed and goes.
    """
    waiters = {one.use.body.name: one.use.body for one in waiting}
    waiter = next(iter(waiters.values())) if len(waiters) == 1 else None
    for channel in flow.channels if waiter is not None and answers else ():
        if waiter is not None and _is_looked_at(channel, waiter, [one.use.at for one in waiting]):
            tells = [use for use in channel.uses if use.action is not ChannelAction.RECEIVE]
            if all(use.body is leaver and not use.deferred for use in tells):
                yield from _closes(leaver, answers, tells)


def _closes(leaver: FunctionFacts, answers: Sequence[Point], tells: Sequence[Use]) -> Iterator[Point]:
    sends = [use.at for use in tells if use.action is ChannelAction.SEND]
    for use in tells:
        if use.action is ChannelAction.CLOSE:
            since = (ENTRY, *sends)
            if all(leaver.order.passes_one(at, use.at, answers) for at in since):
                yield use.at


def _is_looked_at(channel: Channel, waiter: FunctionFacts, waits: Sequence[Point]) -> bool:
    """Whether ``waiter`` gets from one of ``waits`` to the next only when it has found ``channel`` open."""
    if channel.escapes or channel.capacity != 0:
        return False
    order = waiter.order
    open_ = [
        use.at
        for use in channel.uses
        if use.action is ChannelAction.RECEIVE and use.body is waiter and use.alone and _leaves(use, waits)
    ]
    return bool(open_) and all(order.all_pass_one(at, waits, open_) for at in waits)


def _leaves(receive: Use, waits: Sequence[Point]) -> bool:
    """Whether nothing leads to ``waits`` from where the receive finds the channel closed."""
    instruction, order = receive.instruction, receive.body.order
    last = receive.body.ir.blocks[receive.at.block].instructions[-1]
    if not isinstance(instruction, ir.Receive) or not isinstance(last, ir.Branch) or instruction.ok is None:
        return False
    end = Point(last.orelse, -1)
    return last.condition == instruction.ok and not any(order.reaches(end, at) for at in waits)

"""Goroutines that answer: they send as often as they are asked, by another channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import ChannelAction, Point
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import FunctionFacts
    from pubcheck.rules.support.channel_ends import Channel, Use
    from pubcheck.rules.support.channel_uses import Lifted
    from pubcheck.rules.support.channels import ChannelFlow


def requests(flow: ChannelFlow, sends: Iterable[Lifted], body: FunctionFacts) -> list[Point]:
    """Where ``body`` asks for ``sends``; nothing where one of them is made without being asked for by it alone."""
    found: list[Point] = []
    for one in sends:
        asking = [use for channel in _taken_before(flow, one.use) for use in channel.uses]
        points = [_in(flow, use, body) for use in asking if use.action is ChannelAction.SEND]
        known = [point for point in points if point is not None]
        if not points or len(known) < len(points):
            return []
        found += known
    return found


def _taken_before(flow: ChannelFlow, send: Use) -> Iterator[Channel]:
    """The first channel from which each turn of the loop around ``send`` takes something before that."""
    body, at = send.body, send.at
    around = [loop.blocks for loop in body.order.loops if at.block in loop.blocks]
    for block in sorted(min(around, key=len, default=())):
        for index, each in enumerate(body.ir.blocks[block].instructions):
            if not isinstance(each, ir.Receive) or each.in_select is not None:
                continue
            channel = flow.channel_of(body, each.channel)
            if channel is not None and not channel.escapes and body.order.dominates(Point(block, index), at):
                yield channel
                return


def _in(flow: ChannelFlow, use: Use, body: FunctionFacts) -> Point | None:
    """Where ``body`` does it, itself or by a call, on its own goroutine."""
    return next((at for one, at in flow.chain(use.body, use.at) or () if one is body), None)

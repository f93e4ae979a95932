"""Channels of one function that are closed while its goroutines send to them, or by several of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import helper_of
from pubcheck.analysis.portions import by_portion
from pubcheck.facts import DEREF, ChannelAction, Point, RootKind, Start
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.support.closings import after_close
from pubcheck.rules.support.decisions import is_told_by_a_flag
from pubcheck.rules.support.outliving import gets_to, heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import Goroutines, Thread
    from pubcheck.analysis.goroutines.edges import Edge
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import AccessPath
    from pubcheck.source import Span


class Clash(NamedTuple):
    """The channel ``name`` is closed at ``close`` by ``closer``, and ``what`` panics: ``other``, or the same again.

    ``start`` is where the goroutine on one of the sides begins; None where both are on one.
    """

    name: str
    closer: FunctionFacts
    close: Span
    other: Span | None
    start: Span | None


@by_portion
def clashes(package: PackageFacts, portion: Portion) -> Iterator[Clash]:
    """The channels of each function of ``package`` that it, or what it starts, closes too early or too often."""
    for function in portion.functions:
        if not function.test:
            yield from _on_one_path(function)
    goroutines = package.goroutines(portion)
    for family in goroutines.families:
        for starter in family.threads:
            if starter.facts is None or starter.facts.test:
                continue
            for child in starter.children:
                if child.facts is not None and child.spawn is not None and child.spawn.start is not Start.HANDLER:
                    yield from _by_several(starter.facts, child)
                    if not _is_awaited(goroutines, child):
                        yield from _while_sending(starter, child)


def _on_one_path(function: FunctionFacts) -> Iterator[Clash]:
    """A send that every way to it leads to from the close."""
    closes = [event for event in function.channels if event.action is ChannelAction.CLOSE]
    for send in function.channels if closes else ():
        if send.action is ChannelAction.SEND:
            for close in closes:
                if function.order.dominates(close.point, send.point) and after_close(function, close, send):
                    yield Clash(send.targets[0].root.name, function, close.span, send.span, None)
                    break


def _by_several(starter: FunctionFacts, child: Thread) -> Iterator[Clash]:
    """A close that each of the goroutines of a loop comes to, of a channel from before the loop."""
    facts, point = child.facts, child.point
    if facts is None or child.spawn is None or point is None or not starter.order.reaches(point, point):
        return
    for close in child.edges:
        sure = close.closes and close.sure and not facts.conditions(close.point)
        # Of what exchanges, as a Once does, one alone gets there.
        alone = any(edge.point == close.point and edge.acquires and edge.releases for edge in child.edges)
        if sure and not alone and _is_one(starter, close.object, point):
            yield Clash(close.object.root.name, facts, close.span, None, child.spawn.span)


def _is_one(starter: FunctionFacts, channel: AccessPath, start: Point) -> bool:
    """Whether it is a variable of the starter's own, to which the next turn gives no other channel."""
    root = channel.root
    if root.kind is not RootKind.CELL or any(step != DEREF for step in channel.steps):
        return False
    declared = any(isinstance(param, Var) and param.pos == root.index for param in starter.ir.params)
    for block in starter.ir.blocks:
        for index, each in enumerate(block.instructions):
            begins = type(each) is ir.Declare and each.var.pos == root.index
            declared |= begins
            stored = type(each) is ir.Store and getattr(each.place.root, "pos", None) == root.index
            if (begins or stored) and starter.order.reaches(start, Point(block.index, index)):
                return False
    return declared


def _is_awaited(goroutines: Goroutines, child: Thread) -> bool:
    """Whether the helper that starts the goroutine for its caller returns when that is over."""
    helper = helper_of(goroutines, child)
    return helper is not None and helper.waits and not helper.may_leave


def _while_sending(starter: Thread, child: Thread) -> Iterator[Clash]:
    """A close by the starter, that hasn't heard of the goroutine which sends."""
    facts = starter.facts
    if facts is None or child.spawn is None:
        return
    # What is closed by a literal that somebody else is given to start is another goroutine's doing.
    started = {spawn.point for spawn in facts.spawns if spawn.start is not Start.DEFER}
    closes = [edge for edge in starter.edges if edge.closes and edge.point not in started]
    sends = {edge.object: edge for edge in child.edges if edge.handshake and edge.releases} if closes else {}
    for close in closes:
        send = sends.get(close.object)
        if send is None or child.point is None or not _is_one(facts, close.object, child.point):
            continue
        # A loop that receives has as many turns as there is something to receive.
        told = [edge for each in (child, *_takers(starter, close.object)) for edge in heard(starter, each)]
        drains = [edge.point for edge in told if facts.in_loop(edge.point)]
        ends = _returns(facts) if close.deferred else (close.point,)
        drained = any(close.deferred or facts.order.reaches(point, close.point) for point in drains)
        if (
            drained
            or _is_on_another_way(facts, close, child.point)
            or is_told_by_a_flag(facts, child.point, close.point)
        ):
            continue
        if any(gets_to(starter, child, end) for end in ends):
            yield Clash(close.object.root.name, facts, close.span, send.span, child.spawn.span)


def _is_on_another_way(facts: FunctionFacts, close: Edge, start: Point) -> bool:
    """Whether the close is deferred where the goroutine isn't started, and the goroutine started where it isn't."""
    reaches = facts.order.reaches
    return close.deferred and not (reaches(close.point, start) or reaches(start, close.point))


def _takers(starter: Thread, channel: AccessPath) -> Iterator[Thread]:
    """The other goroutines that receive what is sent to ``channel``: they answer what they have got."""
    for each in starter.children:
        if any(edge.object == channel and edge.acquires for edge in each.edges):
            yield each


def _returns(facts: FunctionFacts) -> tuple[Point, ...]:
    return tuple(
        Point(block.index, len(block.instructions) - 1)
        for block in facts.ir.blocks
        if type(block.instructions[-1]) is ir.Return
    )

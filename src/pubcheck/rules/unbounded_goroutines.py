"""A goroutine for each item of a source that nobody knows the end of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import BlockKind, ChannelAction, Point, Start
from pubcheck.flow import ir
from pubcheck.knowledge import LAUNCHERS
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.limits import limit_group
from pubcheck.rules.support.wording import source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Spawn
    from pubcheck.flow.cfg import Loop

_ACQUIRES = re.compile(r"(?i)acquire|limit|throttle|reserve|take|(?:^|\.)wait$")
_LIMIT = b"SetLimit("
_READS = re.compile(r"\.(?:Read\w*|Scan\w*|Recv\w*|Receive\w*|Next|Decode)$")


class _Source(NamedTuple):
    """What gives an item a turn: a channel, or a reader."""

    point: Point
    span: Span


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find loops over channels and streams that start a goroutine a turn, with nothing that keeps their number down."""
    for function in portion.functions:
        if function.test:
            continue
        told: set[int] = set()
        for spawn in function.spawns:
            if spawn.start in (Start.GO, Start.STARTER) and spawn.looped and spawn.by in LAUNCHERS:
                loop = _around(function, spawn.point)
                source = _source(function, loop, spawn) if loop is not None else None
                if loop is None or source is None or loop.header in told:
                    continue
                told.add(loop.header)
                if not _limited(package, function, loop, spawn, source):
                    yield _finding(package, function, spawn, source)


def _around(function: FunctionFacts, point: Point) -> Loop | None:
    """The innermost loop around ``point``."""
    loops = [loop for loop in function.order.loops if point.block in loop.blocks]
    return min(loops, key=lambda loop: len(loop.blocks), default=None)


def _source(function: FunctionFacts, loop: Loop, spawn: Spawn) -> _Source | None:
    """Where each turn that starts a goroutine gets its item."""
    order = function.order
    header = function.ir.blocks[loop.header].instructions[-1]
    if type(header) is ir.Range and isinstance(header.subject, ir.Const):
        return None
    for block in sorted(loop.blocks):
        for index, each in enumerate(function.ir.blocks[block].instructions):
            at = Point(block, index)
            if type(each) is ir.Receive and each.target is not None and order.dominates(at, spawn.point):
                return _Source(at, Span(function.path, each.pos, each.end))
    if type(header) is ir.Range:
        return None
    for call in function.calls:
        read = call.point.block in loop.blocks and _READS.search(call.callee)
        if read and order.dominates(call.point, spawn.point):
            return _Source(call.point, call.span)
    return None


def _limited(package: PackageFacts, function: FunctionFacts, loop: Loop, spawn: Spawn, source: _Source) -> bool:
    """Whether a turn, or the goroutine at its beginning, waits for its place."""
    if spawn.by and _has_limit(package, function):
        return True
    turn = function.order
    for event in function.channels:
        before = event.point.block in loop.blocks and turn.dominates(event.point, spawn.point)
        if before and (event.point != source.point or _gives_back(package, function, event.point, spawn)):
            return True
    names = [call.callee for call in function.calls if call.point.block in loop.blocks]
    waits = [each for each in function.blocking if each.point.block in loop.blocks and each.kind is BlockKind.WAIT]
    if waits or any(_ACQUIRES.search(name) for name in names):
        return True
    body = package.function(spawn.callee)
    return body is not None and any(
        event.point.block == 0 and event.action is not ChannelAction.CLOSE for event in body.channels
    )


def _gives_back(package: PackageFacts, function: FunctionFacts, at: Point, spawn: Spawn) -> bool:
    """Whether the goroutine itself sends where the turn receives: what comes from there is a token, and no item."""
    taken = function.ir.blocks[at.block].instructions[at.index]
    body = package.function(spawn.callee)
    if body is None or not isinstance(taken, ir.Receive) or not isinstance(taken.channel, int):
        return False
    mine, theirs = Names(function).pointer(taken.channel), Names(body)
    return mine is not None and any(
        type(each) is ir.Send and isinstance(each.channel, int) and theirs.pointer(each.channel) == mine
        for block in body.ir.blocks
        for each in block.instructions
    )


def _has_limit(package: PackageFacts, function: FunctionFacts) -> bool:
    for file in package.package.files:
        if file.source.path == function.path:
            return file.source.holds(_LIMIT, function.pos, function.end)
    return False


def _finding(package: PackageFacts, function: FunctionFacts, spawn: Spawn, source: _Source) -> Finding:
    text = source_text(source.span, package).removeprefix("<-")
    return Finding(
        span=spawn.span,
        values={"source": text if len(text) <= _SHORT else "the source"},
        related=(Related(source.span, "each turn of the loop gets one here"),),
        fixes=limit_group(package, spawn),
        symbol=function.name,
    )


_SHORT = 40
"""Characters of a source's text that a message shows."""

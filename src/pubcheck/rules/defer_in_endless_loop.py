"""A deferred call in a loop that doesn't end, or only when a channel is closed: it never runs, or very late."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from pubcheck.analysis.order import Order
from pubcheck.analysis.relevance import body_of, functions_with
from pubcheck.diagnostic import Related
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.locking import close_over_defer
from pubcheck.rules.support.reading import within
from pubcheck.rules.support.wording import call_text, source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.flow.cfg import Loop
    from pubcheck.model.symbols import Func

_LOOP = re.compile(rb"\bfor(?:\s*\{|\b[^\n]*\brange\b)")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find deferred calls that pile up turn by turn, while the function's end is nowhere in sight."""
    for func in functions_with(package.package, b"defer "):
        yield from package.answer((check, func), partial(_inside, package, func))


def _inside(package: PackageFacts, func: Func) -> tuple[Finding, ...]:
    """What is found in a function and its literals."""
    body = body_of(package.package, func)
    loop = _LOOP.search(body)
    whole = package.lowered(func) if loop is not None and body.find(b"defer ", loop.end()) > 0 else None
    functions = within(whole) if whole is not None else ()
    return tuple(finding for function in functions for finding in _in_function(package, function))


def _in_function(package: PackageFacts, function: ir.Function) -> Iterator[Finding]:
    order = Order(function)
    for block in function.blocks:
        for instruction in block.instructions:
            if type(instruction) is ir.Defer and order.in_loop(block.index):
                finding = _finding(package, order, block.index, instruction)
                if finding is not None:
                    yield finding


def _finding(package: PackageFacts, order: Order, block: int, defer: ir.Defer) -> Finding | None:
    loop = _around(order, block)
    if loop is None:
        return None
    path = order.function.path
    span = Span(path, defer.pos, defer.end)
    literal = source_text(span, package).startswith("defer func(")
    call = "the function" if literal else f"`{call_text(span, package).removeprefix('defer ')}`"
    source = _source(order, loop)
    if not _ends(order, block):
        what = f"{call} never runs: the loop around it doesn't end"
        because = "no way leads from the loop to a return"
    elif source is not None and _leaves_by_head_alone(order, loop):
        what = f"{call} doesn't run before the channel that is ranged over is closed"
        because = "each turn defers another call, and all of them run when the function returns"
    else:
        return None
    head = Span(path, source.pos, source.end) if source is not None else None
    return Finding(
        span=span,
        values={"what": what},
        because=(because,),
        related=(Related(head, "the loop waits for more here"),) if head is not None else (),
        fixes=close_over_defer(package, span),
        symbol=order.function.name,
    )


def _around(order: Order, block: int) -> Loop | None:
    """The innermost loop that comes back to ``block``."""
    loops = [loop for loop in order.loops if block in loop.blocks]
    return min(loops, key=lambda loop: len(loop.blocks), default=None)


def _ends(order: Order, block: int) -> bool:
    """Whether a way leads from ``block`` to where deferred calls run; a panic that is written there is one."""
    return any(
        type(order.function.blocks[each].instructions[-1]) in (ir.Return, ir.Panic)
        for each in order.reachable(block)
        if not order.successors[each]
    )


def _source(order: Order, loop: Loop) -> ir.Receive | None:
    """The receive at the head of a range over a channel."""
    head = order.function.blocks[loop.header].instructions
    first, last = head[0], head[-1]
    if type(first) is not ir.Receive or first.in_select is not None or first.ok is None:
        return None
    return first if type(last) is ir.Branch and last.condition == first.ok else None


def _leaves_by_head_alone(order: Order, loop: Loop) -> bool:
    return all(
        after in loop.blocks for block in loop.blocks if block != loop.header for after in order.successors[block]
    )

"""A loop without an end never looks at the context, or the channel, that would tell it to stop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import type_name
from pubcheck.facts import BlockKind
from pubcheck.model.structure import deref, underlying
from pubcheck.model.symbols import Var
from pubcheck.model.types import Chan, Struct
from pubcheck.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Blocking
    from pubcheck.flow.cfg import Loop
    from pubcheck.model.types import Type

_STOPPING = re.compile(r"(?i)^(?:done|stop|stopped|stopping|quit|exit|closed?|closing|shutdown|cancel)(?:c|ch|chan)?$")
_COMMENT = re.compile(rb"//[^\n]*")
_PACE = frozenset((BlockKind.SLEEP, BlockKind.CHANNEL, BlockKind.NETWORK))


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find endless loops that wait, in functions that could have known when to stop."""
    around = {each.name: each for each in package.functions}
    for function in package.functions:
        if function.test or function.ir.partial:
            continue
        for loop in function.order.loops if function.blocking else ():
            wait = _paced(function, loop) if _is_endless(function, loop) else None
            teller = _teller(function, around) if wait is not None else None
            if wait is not None and teller is not None and not _looks(package, function, loop, teller):
                yield _finding(function, wait, teller)
                break


def _is_endless(function: FunctionFacts, loop: Loop) -> bool:
    """Whether nothing leaves it: no return, no break, not the end of a channel."""
    order = function.order
    return all(after in loop.blocks for block in loop.blocks for after in order.successors[block])


def _paced(function: FunctionFacts, loop: Loop) -> Blocking | None:
    """What the loop waits for in each turn."""
    waits = [each for each in function.blocking if each.point.block in loop.blocks and each.kind in _PACE]
    return min(waits, key=lambda each: each.point, default=None)


def _teller(function: FunctionFacts, around: dict[str, FunctionFacts]) -> str | None:
    """What tells when to stop, by the name that the function or one around it has for it."""
    at: FunctionFacts | None = function
    while at is not None:
        params = zip(at.ir.params, at.ir.param_types, strict=True)
        for index, (param, type_) in enumerate(params):
            var = param if isinstance(param, Var) else at.ir.register_vars.get(param)
            if var is None or var.name == "_":
                continue
            if _tells(var.name, type_):
                return var.name
            if index == 0 and at.ir.func is not None and at.ir.func.receiver is not None:
                struct = underlying(deref(type_))
                fields = struct.fields if type(struct) is Struct else ()
                field = next((each for each in fields if _tells(each.name, each.type)), None)
                if field is not None:
                    return f"{var.name}.{field.name}"
        at = around.get(at.enclosing)
    return None


def _tells(name: str, type_: Type) -> bool:
    if type_name(type_) == "context.Context":
        return True
    under = underlying(type_)
    return type(under) is Chan and under.direction != "send" and _STOPPING.match(name) is not None


def _looks(package: PackageFacts, function: FunctionFacts, loop: Loop, teller: str) -> bool:
    """Whether the text of the loop, or of a method that it calls on the same object, mentions it."""
    name = teller.rpartition(".")[2].encode()
    for file in package.package.files:
        if file.source.path == function.ir.path:
            spans = [
                (each.pos, each.end)
                for block in loop.blocks
                for each in function.ir.blocks[block].instructions
                if each.end > each.pos
            ]
            start, end = min(pos for pos, _ in spans), max(end for _, end in spans)
            text = _COMMENT.sub(b"", file.source.data[start:end])
            return re.search(rb"\b(?:" + re.escape(name) + rb"|[cC]tx)\b", text) is not None
    return False


def _finding(function: FunctionFacts, wait: Blocking, teller: str) -> Finding:
    return Finding(
        span=wait.span,
        values={"teller": teller},
        because=("nothing leads out of the loop", f"`{teller}` is in scope, and the loop doesn't mention it"),
        location=teller,
        symbol=function.name,
    )

"""A loop without an end never looks at the context, or the channel, that would tell it to stop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import type_name
from pubcheck.analysis.portions import by_portion
from pubcheck.facts import BlockKind
from pubcheck.model.structure import deref, underlying
from pubcheck.model.symbols import Var
from pubcheck.model.types import Chan, Struct
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.loops import look_when_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Blocking
    from pubcheck.flow.cfg import Loop
    from pubcheck.model.types import Type

_STOPPING = re.compile(r"(?i)^(?:done|stop|stopped|stopping|quit|exit|closed?|closing|shutdown|cancel)(?:c|ch|chan)?$")
_COMMENT = re.compile(rb"//[^\n]*")
_PACE = frozenset((BlockKind.SLEEP, BlockKind.CHANNEL, BlockKind.NETWORK))


class _Teller(NamedTuple):
    """What tells when to stop, by the name that the function has for it: a channel, or a context."""

    name: str
    context: bool

    @property
    def channel(self) -> str:
        return f"{self.name}.Done()" if self.context else self.name


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find endless loops that wait, in functions that could have known when to stop."""
    around = {each.name: each for each in portion.functions}
    for function in portion.functions:
        if function.test or function.ir.partial:
            continue
        for loop in function.order.loops if function.blocking else ():
            wait = _paced(function, loop) if _is_endless(function, loop) else None
            teller = _teller(function, around) if wait is not None else None
            if wait is not None and teller is not None and not _looks(package, function, loop, teller):
                yield _finding(package, function, wait, teller)
                break


def _is_endless(function: FunctionFacts, loop: Loop) -> bool:
    """Whether nothing leaves it: no return, no break, not the end of a channel."""
    order = function.order
    return all(after in loop.blocks for block in loop.blocks for after in order.successors[block])


def _paced(function: FunctionFacts, loop: Loop) -> Blocking | None:
    """What the loop waits for in each turn."""
    waits = [each for each in function.blocking if each.point.block in loop.blocks and each.kind in _PACE]
    return min(waits, key=lambda each: each.point, default=None)


def _teller(function: FunctionFacts, around: dict[str, FunctionFacts]) -> _Teller | None:
    """What tells when to stop, by the name that the function or one around it has for it."""
    at: FunctionFacts | None = function
    while at is not None:
        params = zip(at.ir.params, at.ir.param_types, strict=True)
        for index, (param, type_) in enumerate(params):
            var = param if isinstance(param, Var) else at.ir.register_vars.get(param)
            if var is None or var.name == "_":
                continue
            if _tells(var.name, type_):
                return _Teller(var.name, _is_context(type_))
            if index == 0 and at.ir.func is not None and at.ir.func.receiver is not None:
                struct = underlying(deref(type_))
                fields = struct.fields if type(struct) is Struct else ()
                field = next((each for each in fields if _tells(each.name, each.type)), None)
                if field is not None:
                    return _Teller(f"{var.name}.{field.name}", _is_context(field.type))
        at = around.get(at.enclosing)
    return None


def _tells(name: str, type_: Type) -> bool:
    if _is_context(type_):
        return True
    under = underlying(type_)
    return type(under) is Chan and under.direction != "send" and _STOPPING.match(name) is not None


def _is_context(type_: Type) -> bool:
    return type_name(type_) == "context.Context"


def _looks(package: PackageFacts, function: FunctionFacts, loop: Loop, teller: _Teller) -> bool:
    """Whether the text of the loop, or of a method that it calls on the same object, mentions it."""
    name = teller.name.rpartition(".")[2].encode()
    for file in package.package.files:
        if file.source.path == function.path:
            spans = [
                (each.pos, each.end)
                for block in loop.blocks
                for each in function.ir.blocks[block].instructions
                if each.end > each.pos
            ]
            start, end = min(pos for pos, _ in spans), max(end for _, end in spans)
            text = _COMMENT.sub(b"", file.source.piece(start, end))
            return re.search(rb"\b(?:" + re.escape(name) + rb"|[cC]tx)\b", text) is not None
    return False


def _finding(package: PackageFacts, function: FunctionFacts, wait: Blocking, teller: _Teller) -> Finding:
    return Finding(
        span=wait.span,
        values={"teller": teller.name},
        because=("nothing leads out of the loop", f"`{teller.name}` is in scope, and the loop doesn't mention it"),
        fixes=look_when_told(package, wait.span, teller.channel) if not wait.trace else (),
        location=teller.name,
        symbol=function.name,
    )

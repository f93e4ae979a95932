"""The error of what a goroutine does goes nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import Start
from pubcheck.flow import ir
from pubcheck.model.types import Named, Signature
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.reading import span_in
from pubcheck.rules.support.wording import call_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Spawn
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func

_HARMLESS = frozenset(("Close", "CloseWithError", "Remove", "RemoveAll", "SetDeadline", "SetReadDeadline", "Kill"))
"""Calls whose error says that there is nothing more to be done."""
_COPYING = frozenset(("io.Copy", "io.CopyBuffer", "io.CopyN"))
"""What ends with an error whenever one of two connections is closed."""
_QUIET_PACKAGES = frozenset(("fmt", "bytes", "strings", "hash", "math/rand", "crypto/rand", "bufio"))
_OF_GROUP = "errgroup.Group)"


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find goroutines that drop the error of the last thing that they do, or that they are."""
    for function in portion.functions:
        if function.test:
            continue
        for spawn in function.spawns:
            if spawn.start is Start.DEFER or spawn.start is Start.HANDLER or _OF_GROUP in spawn.by:
                continue
            start = function.ir.blocks[spawn.point.block].instructions[spawn.point.index]
            if type(start) is ir.Go and _fails(start.call):
                yield _finding(package, function, start, None)
            else:
                body = package.function(spawn.callee)
                if body is not None and body.enclosing:
                    yield from _dropped(package, body, spawn)


def _dropped(package: PackageFacts, body: FunctionFacts, spawn: Spawn) -> Iterator[Finding]:
    """The first call of the literal itself whose error nobody takes."""
    for block in body.ir.blocks:
        for each in block.instructions:
            if type(each) is ir.Call and not each.targets and _fails(each.call):
                yield _finding(package, body, each, spawn)
                return


def _fails(call: ir.CallInfo) -> bool:
    """Whether the callee's last result is an error that matters."""
    match call.callee:
        case ir.StaticCallee(func=func):
            return _gives_error(func) and not _is_harmless(func)
        case ir.InterfaceCallee(func=func, interface=interface):
            by = (
                interface.symbol.package if type(interface) is Named else None
            )  # where the promise stands that it can't
            return _gives_error(func) and not _is_harmless(func) and not _is_quiet(by)
    return False


def _gives_error(func: Func) -> bool:
    results = func.type.results if type(func.type) is Signature else ()
    last = results[-1] if results else None
    return type(last) is Named and last.symbol.name == "error" and last.symbol.package is None


def _is_harmless(func: Func) -> bool:
    return func.name in _HARMLESS or func.full_name in _COPYING or _is_quiet(func.package)


def _is_quiet(package: Package | None) -> bool:
    return package is not None and package.path in _QUIET_PACKAGES


def _finding(package: PackageFacts, function: FunctionFacts, call: ir.Instruction, spawn: Spawn | None) -> Finding:
    span = span_in(function, call)
    text = call_text(span, package).removeprefix("go ")
    return Finding(
        span=span,
        values={"call": text},
        because=() if spawn is not None else (f"`go` has no place for what `{text}` returns",),
        related=(Related(spawn.span, "the goroutine is started here"),) if spawn is not None else (),
        symbol=function.name,
    )

"""A channel without a buffer is registered for signals, which aren't sent to one that nobody waits at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names
from pubcheck.diagnostic import Edit, Fix, Related
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.reading import called, functions_with, mentions, span_in
from pubcheck.rules.support.wording import source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis import FunctionFacts, PackageFacts

_NOTIFY = "os/signal.Notify"
_WORD = b"signal.Notify"


class _Made(NamedTuple):
    """A channel is made by ``alloc`` in ``function``."""

    function: FunctionFacts
    alloc: ir.Alloc

    @property
    def span(self) -> Span:
        return span_in(self.function, self.alloc)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find registrations of channels that are certainly made without a buffer."""
    if not mentions(package, _WORD, tests=True):
        return
    yield from _registered(package, tuple(functions_with(package, _WORD)), package.functions)
    tests = package.test_functions_where(lambda body: _WORD in body)
    yield from _registered(package, tests, tests)


def _registered(
    package: PackageFacts, where: Sequence[FunctionFacts], around: Sequence[FunctionFacts]
) -> Iterator[Finding]:
    for function in where:
        for block in function.ir.blocks:
            for instruction in block.instructions:
                if type(instruction) is ir.Call and called(instruction) == _NOTIFY:
                    made = _made(function, instruction.call.args[0], around)
                    if made is not None and not _has_room(made.alloc):
                        yield _finding(package, function, instruction, made)


def _has_room(alloc: ir.Alloc) -> bool:
    return alloc.capacity is not None and not (type(alloc.capacity) is ir.Const and alloc.capacity.value == 0)


def _made(function: FunctionFacts, channel: ir.Operand, around: Sequence[FunctionFacts]) -> _Made | None:
    """Where ``channel`` is made, if there is one place that it can come from."""
    origin = Names(function).origin(channel)
    if type(origin) is ir.Alloc:
        return _Made(function, origin)
    if type(origin) is not ir.Load:
        return None
    kept = _kept_in(origin.place)
    found = [
        (other, store.value)
        for other in (around if kept is not None else ())
        for block in other.ir.blocks
        for store in block.instructions
        if type(store) is ir.Store and _kept_in(store.place) == kept
    ]
    if len(found) != 1:
        return None
    other, value = found[0]
    origin = Names(other).origin(value)
    return _Made(other, origin) if type(origin) is ir.Alloc else None


def _kept_in(place: ir.Place) -> object:
    """What tells a variable, or a field of a declared type, from others; None for any other memory."""
    if not place.steps:
        return place.root if isinstance(place.root, Var) else None
    last = place.steps[-1]
    return (last.owner, last.name) if type(last) is ir.Field and last.owner is not None else None


def _finding(package: PackageFacts, function: FunctionFacts, call: ir.Call, made: _Made) -> Finding:
    span = span_in(function, call)
    name = source_text(span, package).partition("(")[2].partition(",")[0].rstrip(")")
    return Finding(
        span=span,
        values={"channel": name},
        related=(Related(made.span, "it is made here, without a buffer"),) if "make(" not in name else (),
        fixes=_fix(package, made),
        location=name,
        symbol=function.name,
    )


def _fix(package: PackageFacts, made: _Made) -> tuple[Fix, ...]:
    text = source_text(made.span, package)
    if made.alloc.capacity is not None or not text.startswith("make(") or not text.endswith(")"):
        return ()
    end = made.alloc.end
    edit = Edit(Span(made.function.path, end - 1, end - 1), ", 1")
    return (Fix("Make room for one signal", (edit,), safe=True),)

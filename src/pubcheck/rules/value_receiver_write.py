"""A method writes a field of its value receiver, and the write is lost when it returns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.order import Order
from pubcheck.analysis.relevance import bodies
from pubcheck.diagnostic import Related
from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.model.types import Unknown
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.pointers import pointer_receiver
from pubcheck.rules.support.reading import within
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.model.symbols import Func, Var

_BY_VALUE = re.compile(rb"func\s*\(\s*(\w+)\s+(?!\*)")
_WRITES = rb"\b%s\.[\w.\[\]]+\s*(?:(?:[-+*/%%&|^]|<<|>>|&\^)?=(?!=)|\+\+|--|,)"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find writes to a copy of the receiver that nobody reads afterwards."""
    for func, body in bodies(package.package):
        if func.receiver is None or func.pointer_receiver:
            continue
        receiver = _BY_VALUE.match(body)
        if receiver is not None and re.search(_WRITES % receiver[1], body):
            function = package.lowered(func)
            if function is not None:
                yield from _lost(package, func, function, receiver[1].decode(errors="replace"))


def _lost(package: PackageFacts, func: Func, function: ir.Function, receiver: str) -> Iterator[Finding]:
    """The first write of the method itself, or of a literal in it, behind which the copy isn't looked at."""
    param = function.params[0] if function.params else None
    if param is None or any(param in each.captures for each in within(function) if each is not function):
        return
    order = Order(function)
    for block in function.blocks:
        for index, each in enumerate(block.instructions):
            if type(each) is ir.Store and _is_own_field(each.place, param):
                at = Point(block.index, index)
                if not any(order.reaches(at, use) for use in _uses(function, param, each.place)):
                    yield _finding(package, func, function, each, receiver)
                    return


def _is_own_field(place: ir.Place, param: int | Var) -> bool:
    """Whether it is a part of the copy itself, behind no pointer, slice or map."""
    return place.root == param and bool(place.steps) and type(place.steps[-1]) is ir.Field


def _uses(function: ir.Function, param: int | Var, written: ir.Place) -> Iterator[Point]:
    """Where the copy is read, returned, or handed on, with what is ``written`` in it."""
    for block in function.blocks:
        for index, each in enumerate(block.instructions):
            match each:
                case ir.Load(place=place) | ir.Address(place=place):
                    used = place.root == param and not _is_beside(place, written)
                case ir.Call(call=call) | ir.Go(call=call) | ir.Defer(call=call):
                    used = param in call.args
                case ir.Return(values=values):
                    used = param in values
                case ir.Compute(operands=operands):
                    used = param in operands
                case ir.Send(value=value) | ir.Store(value=value):
                    used = value == param
                case _:
                    used = False
            if used:
                yield Point(block.index, index)


def _is_beside(place: ir.Place, written: ir.Place) -> bool:
    """Whether two places of one struct have nothing in common: they lead to different fields.

    A field that isn't found may be one of what is embedded.
    """
    for one, other in zip(place.steps, written.steps, strict=False):
        if one != other:
            if not (isinstance(one, ir.Field) and isinstance(other, ir.Field)):
                return False
            return not (isinstance(one.type, Unknown) or isinstance(other.type, Unknown))
    return False


def _finding(package: PackageFacts, func: Func, function: ir.Function, store: ir.Store, receiver: str) -> Finding:
    place = store.place
    name = ".".join((receiver, *(step.name for step in place.steps if type(step) is ir.Field)))
    decl = func.decl
    head = Span(function.path, decl.pos, decl.type.end) if decl is not None else None
    return Finding(
        span=Span(function.path, store.pos, store.end),
        values={"field": name, "receiver": receiver, "function": function.name},
        related=(Related(head, f"`{receiver}` is a value here: each call has a copy of its own"),) if head else (),
        fixes=pointer_receiver(package, head) if head is not None else (),
        location=name,
        symbol=function.name,
    )

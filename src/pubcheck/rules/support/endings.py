"""Calls that nothing follows: they end the program, the goroutine or the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.knowledge import ASSERTING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts

_FAILING = frozenset(("Fail", "Failf", "FailNow", "FailNowf"))
"""What ``ASSERTING`` packages call the functions that end the test whatever is the case."""

MAX_CALLERS = 32
"""Functions on the way to a program's beginning that are looked at."""


def endings(package: PackageFacts, function: FunctionFacts) -> Iterator[Point]:
    """The calls of ``function`` that never return, those of ``panic`` and its like apart, which end their block."""
    for call in function.calls:
        callee = package.function(call.callee)
        if callee is not None and callee.summary.no_return and not call.deferred:
            yield call.point
    for block in function.ir.blocks:
        for index, each in enumerate(block.instructions):
            if type(each) is ir.Call and _fails(package, function, each.call.callee):
                yield Point(block.index, index)


def _fails(package: PackageFacts, function: FunctionFacts, callee: ir.Callee) -> bool:
    match callee:
        case ir.StaticCallee(func=func):
            return func.name in _FAILING and func.package is not None and func.package.path in ASSERTING
        case ir.UnknownCallee(source=source):
            qualifier, _, name = source.partition(".")
            return name in _FAILING and imported_as(package, function.path, qualifier) in ASSERTING
        case _:
            return False


def imported_as(package: PackageFacts, path: str, qualifier: str) -> str:
    """The import path that the file at ``path`` knows by the name ``qualifier``; empty if it knows none."""
    file = next(file for file in package.package.files if file.source.path == path)
    for spec in file.tree.file.imports:
        if qualifier == (spec.name or spec.path.rpartition("/")[2]):
            return spec.path
    return ""


def is_program(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether the program ends with the function: it is ``main``, or what that alone calls to do its work.

    A literal in ``main`` that isn't started is one of its commands.
    """
    outer = package.function(function.name.partition(".func")[0]) or function
    if outer.name == "main":
        return package.package.name == "main"
    callers = [edge.caller for edge in package.calls.get(outer.name, ())]
    in_main = all(caller.name.partition(".func")[0] == "main" and not caller.starts for caller in callers)
    return package.package.name == "main" and bool(callers) and in_main


def is_over_soon(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether a program runs the function once, on its way to its end: nothing that stays calls it or begins with it.

    What stays is a goroutine, a handler, a loop.
    """
    if package.package.name != "main":
        return False
    seen: set[str] = set()
    work = [function]
    while work:
        one = work.pop()
        if one.name in seen:
            continue
        seen.add(one.name)
        if len(seen) > MAX_CALLERS or any(thread.started for thread in package.threads_of(one)):
            return False
        edges = package.calls.get(one.name, ())
        if any(edge.caller.in_loop(edge.point) for edge in edges):
            return False
        work += [edge.caller for edge in edges]
    return True

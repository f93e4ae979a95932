"""Calls that nothing follows: they end the program, the goroutine or the test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.knowledge import ASSERTING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts

_MAJOR = re.compile(r"/v\d+$")
_FAILING = frozenset(("Fail", "Failf", "FailNow", "FailNowf"))
"""What ``ASSERTING`` packages call the functions that end the test whatever is the case."""


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
        if qualifier == (spec.name or _MAJOR.sub("", spec.path).rpartition("/")[2]):
            return spec.path
    return ""

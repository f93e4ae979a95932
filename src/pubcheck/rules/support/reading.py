"""The functions whose own text mentions something: rules that are about few of them needn't look at the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts


def mentions(package: PackageFacts, word: bytes, *, tests: bool = False) -> bool:
    """Whether a file of the package mentions ``word``; its tests are asked only where ``tests`` says so."""
    return any(
        file.source.holds(word) for file in package.package.files if tests or not file.source.path.endswith("_test.go")
    )


def functions_with(package: PackageFacts, *words: bytes) -> Iterator[FunctionFacts]:
    """The functions and literals of the package, its tests apart, in whose text all of ``words`` stand."""
    if not all(mentions(package, word) for word in words):
        return
    sources = {file.source.path: file.source for file in package.package.files}
    for function in package.functions:
        source = sources.get(function.path)
        if source is None or function.test:
            continue
        if all(source.holds(word, function.pos, function.end) for word in words):
            yield function


def span_in(function: FunctionFacts, instruction: ir.Instruction) -> Span:
    """The source of an instruction of ``function``."""
    return Span(function.path, instruction.pos, instruction.end)


def called(instruction: ir.Instruction) -> str:
    """The full name of the declared function that ``instruction`` calls, starts or defers; empty for anything else."""
    if isinstance(instruction, ir.Call | ir.Go | ir.Defer) and type(instruction.call.callee) is ir.StaticCallee:
        return instruction.call.callee.func.full_name
    return ""


def within(function: ir.Function) -> Iterator[ir.Function]:
    """``function`` and the literals in it."""
    yield function
    for block in function.blocks:
        for instruction in block.instructions:
            if type(instruction) is ir.Closure:
                yield from within(instruction.function)

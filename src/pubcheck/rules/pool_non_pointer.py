"""What is put into a pool is boxed: an allocation for each `Put`, where the pool was to save one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.printing import type_string
from pubcheck.model.structure import underlying
from pubcheck.model.types import Array, Basic, Slice, Struct
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.reading import called, functions_with, mentions, span_in
from pubcheck.rules.support.wording import source_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.flow import ir
    from pubcheck.model.types import Type

_PUT = "(*sync.Pool).Put"
_BOXED = (Array, Basic, Slice, Struct)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find values in pools that don't fit into an interface as they are."""
    if not mentions(package, b"sync.Pool"):
        return
    for function in functions_with(package, b".Put("):
        for block in function.ir.blocks:
            for each in block.instructions:
                if called(each) == _PUT:
                    type_ = _type(function, each.call.args[-1])  # type: ignore[attr-defined]
                    if type_ is not None and isinstance(underlying(type_), _BOXED) and _has_size(type_):
                        yield _finding(package, function, each, type_)


def _type(function: FunctionFacts, operand: ir.Operand) -> Type | None:
    return function.ir.register_types.get(operand) if isinstance(operand, int) else None


def _has_size(type_: Type) -> bool:
    """Whether it is anything at all: nil and what has no size need no memory."""
    under = underlying(type_)
    if isinstance(under, Struct):
        return bool(under.fields)
    return not isinstance(under, Basic) or under.name not in ("untyped nil", "unsafe.Pointer", "Pointer")


def _finding(package: PackageFacts, function: FunctionFacts, put: ir.Instruction, type_: Type) -> Finding:
    span = span_in(function, put)
    text = source_text(span, package)
    what = type_string(type_).rpartition("/")[2].replace("[]uint8", "[]byte")
    return Finding(
        span=span,
        values={"call": text.partition("(")[0], "type": what},
        because=(f"a `{what}` doesn't fit into an interface: its header or its fields are copied to the heap",),
        symbol=function.name,
    )

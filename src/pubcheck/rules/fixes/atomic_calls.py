"""Calls of sync/atomic as they are written, and others on the same memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.model.callee import FuncTarget
from pubcheck.rules.fixes.body import is_steady, stripped
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.rules.fixes.body import Body

_METHOD = re.compile(r"\(\*sync/atomic\.(\w+)(?:\[.*\])?\)\.(\w+)")
_FUNCTION = re.compile(
    r"sync/atomic\.(Load|Store|Add|Swap|CompareAndSwap|And|Or)(Int32|Int64|Uint32|Uint64|Uintptr|Pointer)"
)


class AtomicCall(NamedTuple):
    """A call of sync/atomic.

    ``type`` is what it works on (``Int64``, ``Bool``, ``Pointer``, ``Value``), ``memory`` the variable, as an operand
    of ``&`` in the function form, where ``pointer`` tells that a pointer is handed on as it is. ``prefix`` is the name
    of the package with a dot, empty for a method.
    """

    call: ast.Call
    type: str
    operation: str
    memory: str
    args: tuple[ast.Expr, ...]
    prefix: str
    pointer: bool

    def other(self, operation: str, *args: str) -> str:
        """The text of another operation on the same memory."""
        if not self.prefix:
            return f"{self.memory}.{operation}({', '.join(args)})"
        address = self.memory if self.pointer else f"&{self.memory}"
        return f"{self.prefix}{operation}{self.type}({', '.join((address, *args))})"

    def is_alike(self, other: AtomicCall) -> bool:
        """Whether both are written for the same memory, in one style."""
        return (self.memory, self.prefix, self.pointer) == (other.memory, other.prefix, other.pointer)


def atomic_call(body: Body, call: ast.Call | None) -> AtomicCall | None:
    """``call`` as an atomic operation on memory that a variable and its fields lead to; None if it is none."""
    if call is None or not isinstance(call.fun, ast.Selector) or call.spread:
        return None
    target = body.info.callee(call)
    if not isinstance(target, FuncTarget):
        return None
    if method := _METHOD.fullmatch(target.func.full_name):
        memory = call.fun.x
        pieces = ("", False)
        args, kind, operation = call.args, method[1], method[2]
    elif function := _FUNCTION.fullmatch(target.func.full_name):
        address = stripped(call.args[0]) if call.args else None
        if address is None:
            return None
        taken = isinstance(address, ast.Unary) and address.op == "&"
        memory = address.x if isinstance(address, ast.Unary) else address
        pieces = (f"{body.text(call.fun.x)}.", not taken)
        args, kind, operation = call.args[1:], function[2], function[1]
    else:
        return None
    if not is_settled(memory):
        return None
    return AtomicCall(call, kind, operation, body.text(memory), args, *pieces)


def is_settled(memory: ast.Expr) -> bool:
    """Whether it leads to the same memory each time: variables, fields, and items by a variable or a constant."""
    memory = stripped(memory)
    if isinstance(memory, ast.Index):
        index = memory.indices[0]
        return len(memory.indices) == 1 and is_settled(memory.x) and isinstance(index, ast.Ident | ast.BasicLit)
    if isinstance(memory, ast.Selector | ast.Star):
        return is_settled(memory.x)
    return is_steady(memory)

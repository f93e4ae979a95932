"""The result of an atomic operation is assigned to what it has changed: a second write, and a plain one."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from pubcheck.analysis.remembering import while_same
from pubcheck.model.callee import FuncTarget
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.body import body_of
from pubcheck.rules.fixes.draft import Draft
from pubcheck.rules.support.meaning import path_of
from pubcheck.source import Span
from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.model.info import Info
    from pubcheck.model.package import GoSource

_PACKAGE = b"sync/atomic"
_ADDING = re.compile(r"sync/atomic\.Add(?:Int32|Int64|Uint32|Uint64|Uintptr)$")
_SWAPPING = re.compile(r"sync/atomic\.Swap(?:Int32|Int64|Uint32|Uint64|Uintptr|Pointer)$")
_ASSIGNS = re.compile(rb"=[^=;\n]*\.(?:Add|Swap)[IUP]")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find assignments that write again what their own right side has written atomically."""
    for file in package.package.files:
        if file.source.holds(_PACKAGE):
            for decl in file.tree.file.functions:
                span = decl.body_span
                text = file.source.piece(*span) if span is not None else b""
                if _ASSIGNS.search(text):
                    key = ("atomic-result-assigned", file.source.path, decl.pos)
                    yield from while_same(package, key, (text,), partial(_in_function, package, file, decl))


def _in_function(package: PackageFacts, file: GoSource, decl: ast.FuncDecl) -> list[Finding]:
    info = package.package.info(decl, file)
    found = []
    for node in walk(info.body) if info.body is not None else ():
        if type(node) is ast.Assign and node.op in ("=", ":=") and len(node.left) == len(node.right):
            for target, value in zip(node.left, node.right, strict=True):
                call = _bare(value)
                name = _callee(call, info)
                if (
                    type(call) is ast.Call
                    and call.args
                    and (_ADDING.match(name) or _SWAPPING.match(name))
                    and _is_operand(target, call.args[0], info)
                ):
                    adds = _ADDING.match(name) is not None
                    found.append(_finding(package, file, node, target, call if adds else None))
    return found


def _bare(expr: ast.Expr) -> ast.Expr:
    while type(expr) is ast.Paren:
        expr = expr.x
    return expr


def _callee(call: ast.Expr, info: Info) -> str:
    target = info.callee(call) if type(call) is ast.Call else None
    return target.func.full_name if isinstance(target, FuncTarget) else ""


def _is_operand(target: ast.Expr, operand: ast.Expr, info: Info) -> bool:
    """Whether ``operand`` points to ``target``: ``&x`` to ``x``, and ``p`` to ``*p``."""
    pointer, pointed = _bare(operand), _bare(target)
    if type(pointer) is ast.Unary and pointer.op == "&":
        one, other = path_of(pointed, info), path_of(pointer.x, info)
    elif type(pointed) is ast.Star:
        one, other = path_of(pointed.x, info), path_of(pointer, info)
    else:
        return False
    return one is not None and one == other


def _finding(
    package: PackageFacts, file: GoSource, assign: ast.Assign, target: ast.Expr, add: ast.Call | None
) -> Finding:
    span = Span(file.source.path, assign.pos, assign.end)
    name = " ".join(file.source.text(target.pos, target.end).split())
    return Finding(
        span=span,
        values={"target": name},
        location=name,
        fixes=_dropped(package, span, assign, add) if add is not None and len(assign.left) == 1 else (),
    )


def _dropped(package: PackageFacts, span: Span, assign: ast.Assign, call: ast.Call) -> tuple[Fix, ...]:
    """The operation alone."""
    body = body_of(package, span)
    if body is None:
        return ()
    draft = Draft(body)
    draft.replace(assign, body.text(call))
    return draft.fix("Drop the assignment", safe=True)

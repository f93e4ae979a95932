"""Which declaration a place lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.model.project import PackageSource
    from pubcheck.source import Span
    from pubcheck.syntax import SyntaxTree


def enclosing_symbol(package: PackageSource, span: Span) -> str:
    """The function (``Open``), method (``(*Cache).Get``), type or value that holds ``span``; empty where none does."""
    for file in package.files:
        if file.source.path == span.path:
            return _in_file(file.tree, span.start)
    return ""


def _in_file(tree: SyntaxTree, offset: int) -> str:
    function = tree.function_at(offset)
    if function is not None:
        return _function_name(function)
    for spec in tree.file.types:
        if spec.pos <= offset < spec.end:
            return spec.name.name
    for value in tree.file.values:
        if value.pos <= offset < value.end and value.names:
            return value.names[0].name
    return ""


def _function_name(function: ast.FuncDecl) -> str:
    if function.receiver is None:
        return function.name.name
    receiver = function.receiver.type
    pointer = isinstance(receiver, ast.Star)
    if isinstance(receiver, ast.Star):
        receiver = receiver.x
    while isinstance(receiver, (ast.Index, ast.Paren)):
        receiver = receiver.x
    name = receiver.name if isinstance(receiver, ast.Ident) else "?"
    return f"(*{name}).{function.name.name}" if pointer else f"{name}.{function.name.name}"

"""Going over syntax without naming its kinds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator


def walk(root: ast.Node) -> Iterator[ast.Node]:
    """``root`` and all that it holds, parents before children, in source order."""
    pending: list[Any] = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, ast.Node):
            yield value
            pending += [getattr(value, name) for name in _backwards(type(value))]
        elif isinstance(value, tuple):
            pending += reversed(value)


@cache
def _backwards(kind: type[ast.Node]) -> tuple[str, ...]:
    """The fields of a node but its place, the last one first."""
    return kind.__struct_fields__[:1:-1]


def dump(root: ast.Node) -> str:
    """A node as one line of text, for people: names and literals bare, the rest ``(Kind part ...)``.

    An absent part is ``-``, a list is in brackets, text is as it is, a flag shows under its name if it is set.
    """
    out: list[str] = []
    pending: list[Any] = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, str | int):
            out.append(str(value))
        elif value is None:
            out.append("-")
        elif isinstance(value, tuple):
            out.append("[")
            pending += ["]", *reversed(value)]
        elif isinstance(value, ast.Ident):
            out.append(value.name or '""')
        elif isinstance(value, ast.BasicLit):
            out.append(value.value)
        else:
            out.append(f"({type(value).__name__}")
            pending += [")", *reversed(list(_parts(value)))]
    return " ".join(out).replace("[ ", "[").replace(" ]", "]").replace(" )", ")")


def _parts(node: ast.Node) -> Iterator[object]:
    for name in node.__struct_fields__[2:]:
        value = getattr(node, name)
        if isinstance(value, bool):
            if value:
                yield name
        elif value != "":
            yield value

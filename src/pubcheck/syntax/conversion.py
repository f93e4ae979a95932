"""What the converters share: the dispatch tables, the context, the limit on depth.

A converter takes a node of the grammar, the context and its depth, and gives a value of ``syntax.ast``. The tables map
kind ids to converters; modules fill them for the kinds that they own, so that expressions hold function bodies without
an import cycle. Productions give their children in a fixed order, so converters unpack them by position once comments
and errors (the grammar's "extras") are left out: looking children up by field costs more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pubcheck.syntax import ast
from pubcheck.syntax.grammar import EXTRAS, kinds

if TYPE_CHECKING:
    from tree_sitter import Node

DEPTH_LIMIT: Final = 200
"""Deepest nesting that is converted; below it lie Bad nodes and a problem. Every later layer recurses over the AST."""

Converter = Callable[["Node", "Context", int], Any]
C = TypeVar("C", bound=Converter)

MISSHAPEN: Final = (ValueError, LookupError, AttributeError, RecursionError)
"""What a converter raises when a node around an error lacks children that its production gives."""

EXPRESSIONS: Final[dict[int, Converter]] = {}
"""Kind id to converter of expressions and types: the same kind means the same in both places."""

STATEMENTS: Final[dict[int, Converter]] = {}
"""Kind id to converter of statements."""


class Context:
    """What converters need to know about the file, and where they leave word."""

    __slots__ = ("data", "too_deep")

    def __init__(self, data: bytes) -> None:
        """Convert nodes of a parse of ``data``, or of ``data`` repaired in place."""
        self.data = data
        self.too_deep: list[tuple[int, int]] = []

    def text(self, node: Node) -> str:
        """The source of ``node`` as it was written, whatever a repair has put there."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def bad_expression(self, node: Node) -> ast.BadExpr:
        """Give up on a node that lies too deep."""
        self.too_deep.append((node.start_byte, node.end_byte))
        return ast.BadExpr(node.start_byte, node.end_byte)

    def bad_statement(self, node: Node) -> ast.BadStmt:
        """Give up on a node that lies too deep."""
        self.too_deep.append((node.start_byte, node.end_byte))
        return ast.BadStmt(node.start_byte, node.end_byte)


class _Names(dict[bytes, str]):
    """Decodes each name once."""

    def __missing__(self, key: bytes) -> str:
        name = self[key] = key.decode("utf-8", "replace")
        return name


NAMES: Final = _Names()
"""All names that were met: most stand in many files, which have them in common."""


def converts(table: dict[int, Converter], *names: str) -> Callable[[C], C]:
    """Enter a converter into ``table`` for the named kinds."""

    def enter(converter: C) -> C:
        for kind_id in kinds(*names):
            table[kind_id] = converter
        return converter

    return enter


def afresh(node: Node) -> Node:
    """``node`` anew: a node keeps the children that were asked for, and those theirs, for as long as it lives."""
    return cast("Node", node.walk().node)


def solid(nodes: list[Node]) -> list[Node]:
    """The children that a production asks for: without comments and skipped source. Not to be changed in place."""
    for node in nodes:
        if node.kind_id in EXTRAS:
            return [node for node in nodes if node.kind_id not in EXTRAS]
    return nodes

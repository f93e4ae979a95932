"""A parsed file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import tree_sitter

from pubcheck.source import SourceFile, Span
from pubcheck.syntax import ast
from pubcheck.syntax.conversion import Context
from pubcheck.syntax.declarations import Declarations
from pubcheck.syntax.grammar import LANGUAGE
from pubcheck.syntax.statements import block

if TYPE_CHECKING:
    from tree_sitter import Node

_PARSER = tree_sitter.Parser(LANGUAGE)


class SyntaxProblem(msgspec.Struct, frozen=True, gc=False):
    """Source that is not Go, or not Go that is understood."""

    span: Span
    message: str


class SyntaxTree:
    """A file's declarations at once, its function bodies when asked for."""

    __slots__ = ("_bodies", "_context", "errors", "file", "source")

    def __init__(self, source: SourceFile) -> None:
        """Parse ``source``."""
        self.source = source
        self._context = Context(source.data)
        tree = _PARSER.parse(source.data)
        declarations = Declarations(self._context, {})
        for node in tree.root_node.named_children:
            declarations.add(node)
        self.file = declarations.file(len(source.data))
        self.errors: tuple[SyntaxProblem, ...] = ()
        self._bodies: dict[int, Node] = declarations.bodies

    def body(self, decl: ast.FuncDecl) -> ast.Block | None:
        """The body of a function of this file, converted anew each time; None where it has none."""
        if decl.body_span is None:
            return None
        return block(self._bodies[decl.body_span[0]], self._context, 0)


def parse(source: SourceFile) -> SyntaxTree:
    """Parse a file. Never raises: what isn't Go is told by ``SyntaxTree.errors``."""
    return SyntaxTree(source)

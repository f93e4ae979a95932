"""A parsed file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tree_sitter

from pubcheck.syntax import ast
from pubcheck.syntax.conversion import MISSHAPEN, Context
from pubcheck.syntax.declarations import Declarations, method_type_params
from pubcheck.syntax.grammar import LANGUAGE
from pubcheck.syntax.problems import SyntaxProblem, problems
from pubcheck.syntax.recovery import pieces
from pubcheck.syntax.repair import repaired
from pubcheck.syntax.statements import block

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from pubcheck.source import SourceFile

_PARSE: Final = tree_sitter.Parser(LANGUAGE).parse


class SyntaxTree:
    """A file's declarations at once; its function bodies when asked for."""

    __slots__ = ("_bodies", "_context", "_problems", "_roots", "file", "source")

    def __init__(self, source: SourceFile) -> None:
        """Parse ``source``."""
        self.source = source
        self._parse()

    def _parse(self) -> None:
        source = self.source
        self._context = context = Context(source.data)
        self._roots, method_params = _roots(source.data, context)
        declarations = Declarations(context, method_params)
        self._problems: list[SyntaxProblem] = []
        for root in self._roots:
            for node in root.named_children:
                declarations.add(node)
            self._problems += problems(root, source)
        self.file: ast.File = declarations.file(len(source.data))
        self._bodies: dict[int, Node] = declarations.bodies

    @property
    def errors(self) -> tuple[SyntaxProblem, ...]:
        """What is wrong with the file, in source order; nesting too deep in a body is known once it was asked for."""
        deep = [
            SyntaxProblem(self.source.span(start, end), "nested too deeply")
            for start, end in dict.fromkeys(self._context.too_deep)
        ]
        return tuple(sorted([*self._problems, *deep], key=lambda problem: problem.span))

    def body(self, decl: ast.FuncDecl) -> ast.Block | None:
        """The body of a function of this file, converted anew each time; None where it has none.

        The nodes of two conversions are different keys: whoever keeps tables about nodes keeps the body.
        """
        if decl.body_span is None:
            return None
        if not self._roots:
            self._parse()
        start, end = decl.body_span
        try:
            return block(self._bodies[start], self._context, 0)
        except MISSHAPEN:
            self._problems.append(SyntaxProblem(self.source.span(start, end), "not understood"))
            return ast.Block(start, end, (ast.BadStmt(start, end),))

    def release(self) -> None:
        """Drop the parser's tree, which takes many times the file's size. ``body`` parses the file again."""
        self._roots = []
        self._bodies = {}


def parse(source: SourceFile) -> SyntaxTree:
    """Parse a file. Never raises: what isn't Go is told by ``SyntaxTree.errors``."""
    return SyntaxTree(source)


def _roots(data: bytes, context: Context) -> tuple[list[Node], Mapping[int, tuple[ast.Field, ...]]]:
    """The trees of a file, one unless the file had to be cut, and what a repair took from its methods."""
    root = _PARSE(data).root_node
    if not root.has_error:
        return [root], {}
    method_params: Mapping[int, tuple[ast.Field, ...]] = {}
    repair = repaired(data, _PARSE)
    if repair is not None:
        data = repair.data
        root = _PARSE(data).root_node
        if repair.generic is not None:
            method_params = method_type_params(_PARSE(repair.generic).root_node, repair.methods, context)
    return (pieces(root, data) or [root] if root.has_error else [root]), method_params

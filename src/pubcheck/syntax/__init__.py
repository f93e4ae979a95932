"""Parsing: the only layer that knows tree-sitter."""

from pubcheck.syntax.problems import SyntaxProblem
from pubcheck.syntax.tree import SyntaxTree, parse

__all__ = ["SyntaxProblem", "SyntaxTree", "parse"]

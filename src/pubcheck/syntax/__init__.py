"""Parsing: the only layer that knows tree-sitter."""

from pubcheck.syntax.tree import SyntaxProblem, SyntaxTree, parse

__all__ = ["SyntaxProblem", "SyntaxTree", "parse"]

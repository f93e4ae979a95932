"""Parsing: the only layer that knows tree-sitter."""

from pubcheck.syntax.comments import Comments, remark
from pubcheck.syntax.contents import Contents
from pubcheck.syntax.predicates import Predicate, QueryError
from pubcheck.syntax.problems import SyntaxProblem
from pubcheck.syntax.query import Captured, CompiledQuery, Match, PredicateHandler, compile_query
from pubcheck.syntax.tree import SyntaxTree, parse
from pubcheck.syntax.walk import dump, walk

__all__ = [
    "Captured",
    "Comments",
    "CompiledQuery",
    "Contents",
    "Match",
    "Predicate",
    "PredicateHandler",
    "QueryError",
    "SyntaxProblem",
    "SyntaxTree",
    "compile_query",
    "dump",
    "parse",
    "remark",
    "walk",
]

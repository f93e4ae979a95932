"""What is wrong with a file's syntax."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

import msgspec

from pubcheck.source import Span
from pubcheck.syntax.grammar import ERROR, KIND_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from pubcheck.source import SourceFile
    from pubcheck.syntax import ast
    from pubcheck.syntax.recovery import Piece

_MOST: Final = 100
_SHOWN: Final = 30


class SyntaxProblem(msgspec.Struct, frozen=True, gc=False):
    """Source that is not Go, or not Go that is understood."""

    span: Span
    message: str


def problems(piece: Piece, source: SourceFile) -> list[SyntaxProblem]:
    """The places that the parser skipped or made up, in source order, the first hundred."""
    root = piece.root
    found: list[SyntaxProblem] = []
    pending = [root] if root.has_error else []
    while pending and len(found) < _MOST:
        node = pending.pop()
        if node.kind_id == ERROR:
            found.append(SyntaxProblem(_span(node, source), f"unexpected {_quoted(node, source)}"))
        elif node.is_missing:
            found.append(SyntaxProblem(_span(node, source), f"missing {_described(node)}"))
        else:
            pending += [child for child in reversed(node.children) if child.has_error]
    if piece.closed:
        end = len(source.data[: root.end_byte - piece.closed].rstrip())
        found.append(SyntaxProblem(source.span(end, end), "missing `}`"))
    return found


def misplaced(file: ast.File, known: Sequence[SyntaxProblem], source: SourceFile) -> list[SyntaxProblem]:
    """What the parser lets stand at top level and Go doesn't, beyond the problems ``known`` in source order."""
    found = []
    if not file.package.name:
        found.append(SyntaxProblem(source.span(0, 0), "missing package clause"))
    starts = [problem.span.start for problem in known]
    return found + [
        SyntaxProblem(source.span(bad.pos, bad.end), "not a declaration")
        for bad in file.bad
        if bisect_left(starts, bad.pos) == bisect_right(starts, bad.end)
    ]


def misencoded(source: SourceFile) -> list[SyntaxProblem]:
    """The first bytes that aren't UTF-8, which Go source is."""
    try:
        source.data.decode()
    except UnicodeDecodeError as error:
        return [SyntaxProblem(source.span(error.start, error.end), "not UTF-8")]
    return []


def _span(node: Node, source: SourceFile) -> Span:
    size = len(source.data)
    return source.span(min(node.start_byte, size), min(node.end_byte, size))


def _quoted(node: Node, source: SourceFile) -> str:
    line = source.text(node.start_byte, min(node.end_byte, node.start_byte + 4 * _SHOWN)).split("\n", 1)[0].strip()
    if not line:
        return "source"
    return f"`{line}`" if len(line) <= _SHOWN else f"`{line[:_SHOWN]}...`"


def _described(node: Node) -> str:
    name = KIND_NAMES[node.kind_id]
    if not node.is_named:
        return f"`{name}`" if name.strip() else "end of line"
    return "name" if name.endswith(("identifier", "_name")) else name.replace("_", " ")

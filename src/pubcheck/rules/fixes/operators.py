"""Blanks around binary operators as gofmt has them: an expression that becomes an argument among others loses some.

The rules are those of ``go/printer``'s ``binaryExpr`` and ``cutoff``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.fixes.draft import FileDraft

ALONE, AMONG_OTHERS = 1, 2
"""How deep an expression stands: as a statement's or a call's only one, or as one of several arguments."""

_PRECEDENCE = {
    **dict.fromkeys(("*", "/", "%", "<<", ">>", "&", "&^"), 5),
    **dict.fromkeys(("+", "-", "|", "^"), 4),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 3),
    "&&": 2,
    "||": 1,
}


def spliced(body: Body, expr: ast.Expr, depth: int, replaced: Mapping[ast.Node, str]) -> str:
    """The text of ``expr`` at ``depth``, with others in the places of the nodes ``replaced``."""
    edits = [*_gaps(body, expr, depth), *((node.pos, node.end, text) for node, text in replaced.items())]
    source = body.file.source
    parts, at = [], expr.pos
    for start, end, text in sorted(edits):
        if start >= at:
            parts += [source.text(at, start), text]
            at = end
    return "".join((*parts, source.text(at, expr.end)))


def respace(body: Body, draft: FileDraft, expr: ast.Expr, depth: int) -> None:
    """Edit the blanks of ``expr``, which stays where it is but comes to stand at ``depth``."""
    for start, end, text in _gaps(body, expr, depth):
        draft.put(start, end, text)


def _gaps(body: Body, expr: ast.Expr, depth: int) -> Iterator[tuple[int, int, str]]:
    """The places around operators where the blanks are to be others."""
    match expr:
        case ast.Binary() if expr.op in _PRECEDENCE:
            precedence = _PRECEDENCE[expr.op]
            wanted = f" {expr.op} " if precedence < _cutoff(expr, depth) else expr.op
            written = body.file.source.text(expr.x.end, expr.y.pos)
            if written != wanted and written.strip(" ") == expr.op:
                yield expr.x.end, expr.y.pos, wanted
            same = isinstance(expr.x, ast.Binary) and _PRECEDENCE.get(expr.x.op) == precedence
            yield from _gaps(body, expr.x, depth if same else depth + 1)
            yield from _gaps(body, expr.y, depth + 1)
        case ast.Paren():
            yield from _gaps(body, expr.x, max(depth - 1, 1))
        case ast.Call():
            for argument in expr.args:
                yield from _gaps(body, argument, depth + (len(expr.args) > 1))


def _cutoff(expr: ast.Binary, depth: int) -> int:
    """The precedence from which on operators have no blanks."""
    found = {_PRECEDENCE.get(one.op, 0) for one in _chain(expr)}
    if any(isinstance(one.y, ast.Unary | ast.Star) and one.op in "/&" for one in _chain(expr)):
        return 6
    if {4, 5} <= found:
        return 5 if depth == 1 else 4
    return 6 if depth == 1 else 4


def _chain(expr: ast.Binary) -> Iterator[ast.Binary]:
    """The operations that are part of one another without parentheses."""
    yield expr
    for side in (expr.x, expr.y):
        if isinstance(side, ast.Binary):
            yield from _chain(side)

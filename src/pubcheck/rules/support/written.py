"""What the programmer wrote for the memory that is written: ``cfg.Debug``, ``(*m)["x"]``, the ``own`` of a sort."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.rules.support.wording import named_place
from pubcheck.source import Span
from pubcheck.syntax import ast, remark, walk

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access
    from pubcheck.model.package import GoSource

MAX_TEXT = 60
"""Characters of source that a message shows."""


def written_text(package: PackageFacts, function: FunctionFacts, write: Access) -> str:
    """The operand that ``write`` changes, as the source has it: an assignment's left side, or a call's argument."""
    own = function.span
    origin = write.origin
    if origin is not None and origin.path == own.path and own.start <= origin.start and origin.end <= own.end:
        # A literal writes what it captured: its own words are those of the function around it.
        place = origin
    else:
        place = write.span
    expr = None
    file = _file(package, place)
    if file is not None:
        node = _node(file, place)
        if isinstance(node, ast.IncDec):
            expr = node.x
        elif isinstance(node, ast.Assign):
            expr = _left(node, write)
        elif isinstance(node, ast.Call):
            expr = _argument(node, function, write)
    if file is None or expr is None:
        return named_place(write.path, package) or "the value"
    while isinstance(expr, ast.SliceExpr | ast.Paren):
        expr = expr.x
    text = " ".join(file.source.text(expr.pos, expr.end).split())
    return text if len(text) <= MAX_TEXT else named_place(write.path, package) or text[:MAX_TEXT]


def comment_above(package: PackageFacts, span: Span) -> str:
    """The text of the comment that stands right above ``span``; empty where there is none."""
    file = _file(package, span)
    if file is None:
        return ""
    return file.source.told(
        ("above", span),
        lambda: " ".join(remark(one) for one in file.tree.comments_by_place.doc(span.start)),
        span.start,
        span.end,
    )


def comments_beside(package: PackageFacts, span: Span, since: int = 0) -> str:
    """The text of the comments on the line of ``span`` and above it, down from the line of the offset ``since``.

    A blank line ends what they are about, and so does the end of another statement's block.
    """
    file = _file(package, span)
    if file is None:
        return ""
    start = min(since or span.start, span.start)
    return file.source.told(("beside", span, since), lambda: _beside(file, span, since), start, span.end)


def _beside(file: GoSource, span: Span, since: int) -> str:
    source, found = file.source, []
    line = source.lines.line(span.start)
    while line >= 1:
        start, end = source.lines.line_range(line)
        text = source.piece(start, end).strip()
        if not text or (text.startswith(b"}") and end <= span.start) or end <= since:
            break
        found += [remark(one) for one in file.tree.comments_by_place.on_line(line)]
        line -= 1
    return " ".join(found)


def is_silenced_for_vet(package: PackageFacts, span: Span) -> bool:
    """Whether a comment on the line keeps go vet from speaking of it: its author has seen what vet says."""
    return _SILENCED.search(comments_beside(package, span, span.start)) is not None


_SILENCED = re.compile(r"\bnolint:.*\b(?:govet|copylocks|lostcancel)\b")


def comments_before(package: PackageFacts, function: FunctionFacts, span: Span) -> str:
    """The text of the comments in ``function`` down to the line of ``span``."""
    return comments_between(package, Span(span.path, span.start, span.start), function.span.start)


def comments_between(package: PackageFacts, span: Span, since: int) -> str:
    """The text of the comments on the lines from offset ``since`` to those of ``span``."""
    file = _file(package, span)
    if file is None:
        return ""
    return file.source.told(("between", span, since), lambda: _between(file, span, since), since, span.end)


def _between(file: GoSource, span: Span, since: int) -> str:
    lines, places = file.source.lines, file.tree.comments_by_place
    return " ".join(
        remark(one) for line in range(lines.line(since), lines.line(span.end) + 1) for one in places.on_line(line)
    )


def jump_behind(package: PackageFacts, span: Span, keyword: str) -> Span | None:
    """The first ``continue``, or ``break``, behind ``span`` in the function that it lies in."""
    file = _file(package, span)
    decl = file.tree.function_at(span.start) if file is not None else None
    body = file.tree.body(decl) if file is not None and decl is not None else None
    found = [
        node
        for node in (walk(body) if body is not None else ())
        if isinstance(node, ast.Branch) and node.keyword == keyword and node.pos >= span.end
    ]
    first = min(found, key=lambda node: node.pos, default=None)
    return None if first is None else Span(span.path, first.pos, first.end)


def _file(package: PackageFacts, span: Span) -> GoSource | None:
    source = package.package.source
    return next((one for one in source.files if one.source.path == span.path), None) if source else None


def _node(file: GoSource, span: Span) -> ast.Node | None:
    """The assignment or call that lies at ``span``."""
    decl = file.tree.function_at(span.start)
    body = file.tree.body(decl) if decl is not None else None
    if body is None:
        return None
    here = (span.start, span.end)
    kinds = (ast.IncDec, ast.Assign, ast.Call)
    return next((node for node in walk(body) if (node.pos, node.end) == here and isinstance(node, kinds)), None)


def _left(assign: ast.Assign, write: Access) -> ast.Expr:
    """The side of an assignment that ends as the written path does."""
    last = write.path.steps[-1] if write.path.steps else ""
    for expr in assign.left:
        if isinstance(expr, ast.Selector) and last.rpartition(".")[2] == expr.name.name:
            return expr
        if isinstance(expr, ast.Index) and last.startswith("["):
            return expr
    return assign.left[0]


def _argument(call: ast.Call, function: FunctionFacts, write: Access) -> ast.Expr | None:
    """The receiver or argument through which a call writes."""
    if not write.trace and write.via.isalpha():
        return call.args[0] if call.args else None
    for known in function.calls:
        if known.point != write.point or known.span != write.span:
            continue
        operands: list[ast.Expr | None] = list(call.args)
        if len(known.args) == len(call.args) + 1:
            operands.insert(0, call.fun.x if isinstance(call.fun, ast.Selector) else None)
        for operand, expr in zip(known.args, operands, strict=False):
            if any(write.path.starts_with(target) for target in operand.targets):
                return expr
    return None

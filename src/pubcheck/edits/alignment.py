"""Columns as gofmt lays them out: fields of structs, groups of variables, functions of one line, comments behind lines.

Only what stands around changed lines is laid out again: the rest of a file is its author's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.diagnostic import Edit
from pubcheck.source import Span
from pubcheck.syntax import ast, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from pubcheck.source import SourceFile
    from pubcheck.syntax import SyntaxTree

_OWN_SECTION = re.compile(r"case\b|default\b|}")


class _Row(NamedTuple):
    """One line in cells; an empty cell holds its column open. What comes after the last one needs no column."""

    line: int
    cells: tuple[str, ...]


def aligned(tree: SyntaxTree, changed: AbstractSet[int]) -> list[Edit]:
    """Edits that lay out again what the ``changed`` lines stand in."""
    if not changed:
        return []
    sections = [*_structs(tree), *_variables(tree), *_functions(tree), *_comments(tree)]
    edits = {}
    for section in sections:
        if any(row.line in changed for row in section):
            for row, text in zip(section, _laid_out(section), strict=True):
                edits[row.line] = _line_edit(tree.source, row.line, text)
    return [edit for edit in edits.values() if edit is not None]


def _line_edit(source: SourceFile, line: int, text: str) -> Edit | None:
    start, end = source.lines.line_range(line)
    old = source.text(start, end)
    indent = old[: len(old) - len(old.lstrip("\t "))]
    return (
        None
        if old == indent + text or "\N{REPLACEMENT CHARACTER}" in old
        else Edit(Span(source.path, start, end), indent + text)
    )


def _laid_out(rows: Sequence[_Row]) -> list[str]:
    """The rows' texts. A column is as wide as the widest of the consecutive rows that have a cell after it."""
    depth = max(len(row.cells) for row in rows)
    texts = [""] * len(rows)
    for column in range(depth):
        wide = [len(row.cells) > column + 1 for row in rows]
        at = 0
        while at < len(rows):
            if not wide[at]:
                texts[at] += rows[at].cells[column] if column < len(rows[at].cells) else ""
                at += 1
                continue
            end = at
            while end < len(rows) and wide[end]:
                end += 1
            widest = max(len(row.cells[column]) for row in rows[at:end])
            for index in range(at, end):
                texts[index] += rows[index].cells[column].ljust(widest + 1 if widest else 0)
            at = end
    return [text.rstrip() for text in texts]


def _structs(tree: SyntaxTree) -> Iterator[list[_Row]]:
    """The consecutive fields of each struct that fit on a line each."""
    for root in _roots(tree):
        for node in walk(root):
            if isinstance(node, ast.StructType) and node.fields:
                yield from _sections(_fields(node, tree))


def _roots(tree: SyntaxTree) -> Iterator[ast.Node]:
    yield from tree.file.types
    yield from tree.file.values
    for decl in tree.file.functions:
        body = tree.body(decl) if b"struct" in tree.source.data[slice(*(decl.body_span or (0, 0)))] else None
        if body is not None:
            yield body


def _variables(tree: SyntaxTree) -> Iterator[list[_Row]]:
    """The consecutive package variables of a group that have a type and no value."""
    specs = [spec for spec in tree.file.values if not spec.constant]
    valued = {tree.source.lines.line(spec.pos) for spec in specs if spec.type is None or spec.values}
    rows = (_row(spec, spec.type, "", tree.source) for spec in specs if spec.type is not None and not spec.values)
    for section in _sections(row for row in rows if row is not None):
        # Beside a value the columns are others.
        if valued.isdisjoint((section[0].line - 1, section[-1].line + 1)):
            yield section


def _functions(tree: SyntaxTree) -> Iterator[list[_Row]]:
    """The consecutive functions that stand on a line each: what they are called with, their body, a comment."""
    rows = (_one_line(decl.pos, decl.body_span, tree.source) for decl in tree.file.functions)
    yield from _sections(row for row in rows if row is not None)


def _one_line(pos: int, body: tuple[int, int] | None, source: SourceFile) -> _Row | None:
    line = source.lines.line(pos)
    if body is None or source.lines.line(body[1]) != line:
        return None
    start, end = source.lines.line_range(line)
    comment = source.text(body[1], end).strip()
    if pos != start or (comment and not comment.startswith(("//", "/*"))):
        return None
    cells = (source.text(pos, body[0]).strip(), source.text(*body).strip())
    return _Row(line, (*cells, comment) if comment else cells)


def _fields(struct: ast.StructType, tree: SyntaxTree) -> Iterator[_Row]:
    for field in struct.fields:
        tag = tree.source.text(field.type.end, field.end).strip() if field.tag else ""
        row = _row(field, field.type, tag, tree.source)
        if row is not None:
            yield row


def _row(node: ast.Node, type_: ast.Expr, tag: str, source: SourceFile) -> _Row | None:
    """What stands on a line of its own: names, their type, a tag, a comment."""
    line = source.lines.line(node.pos)
    if source.lines.line(node.end) != line:
        return None
    start, end = source.lines.line_range(line)
    comment = source.text(node.end, end).strip()
    names = source.text(node.pos, type_.pos).strip()
    if source.text(start, node.pos).strip() or (comment and not comment.startswith(("//", "/*"))):
        return None
    cells = [*([names] if names else []), source.text(type_.pos, type_.end)]
    if tag:
        cells += ["", tag] if names else [tag]
    if comment:
        cells += [""] * (0 if tag else 1 if names else 2)
        cells.append(comment)
    return _Row(line, tuple(cells))


def _comments(tree: SyntaxTree) -> Iterator[list[_Row]]:
    """The consecutive lines of function bodies that end in a comment."""
    source = tree.source
    rows: list[tuple[str, _Row]] = []
    for comment in tree.comments:
        decl = tree.function_at(comment.pos)
        line = source.lines.line(comment.pos)
        start = source.lines.line_range(line)[0]
        code = source.text(start, comment.pos)
        if decl is None or decl.body_span is None or not code.strip() or not comment.text.startswith("//"):
            continue
        stripped = code.strip()
        indent = code[: len(code) - len(code.lstrip())]
        rows.append((indent, _Row(line, (stripped, comment.text))))
    section: list[_Row] = []
    last = ""
    for indent, row in rows:
        follows = section and row.line == section[-1].line + 1 and indent == last
        if not follows or _OWN_SECTION.match(row.cells[0]):
            if section:
                yield section
            section = []
        section.append(row)
        last = indent
    if section:
        yield section


def _sections(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    section: list[_Row] = []
    for row in rows:
        if section and row.line != section[-1].line + 1:
            yield section
            section = []
        section.append(row)
    if section:
        yield section

"""Columns as gofmt lays them out: fields of structs, and comments at the ends of consecutive lines.

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
    sections = [*_structs(tree), *_comments(tree)]
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
            if isinstance(node, ast.StructType) and len(node.fields) > 1:
                yield from _sections(_fields(node, tree))


def _roots(tree: SyntaxTree) -> Iterator[ast.Node]:
    yield from tree.file.types
    yield from tree.file.values
    for decl in tree.file.functions:
        body = tree.body(decl) if b"struct" in tree.source.data[slice(*(decl.body_span or (0, 0)))] else None
        if body is not None:
            yield body


def _fields(struct: ast.StructType, tree: SyntaxTree) -> Iterator[_Row]:
    source = tree.source
    for field in struct.fields:
        line = source.lines.line(field.pos)
        if source.lines.line(field.end) != line:
            continue
        start, end = source.lines.line_range(line)
        tag = source.text(field.type.end, field.end).strip() if field.tag else ""
        comment = source.text(field.end, end).strip()
        names = source.text(field.pos, field.type.pos).strip()
        if source.text(start, field.pos).strip() or (comment and not comment.startswith(("//", "/*"))):
            continue
        cells = [*([names] if names else []), source.text(field.type.pos, field.type.end)]
        if tag:
            cells += ["", tag] if names else [tag]
        if comment:
            cells += [""] * (0 if tag else 1 if names else 2)
            cells.append(comment)
        yield _Row(line, tuple(cells))


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

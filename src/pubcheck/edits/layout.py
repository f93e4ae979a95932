"""Statements on their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Edit
from pubcheck.source import Span

if TYPE_CHECKING:
    from pubcheck.source import SourceFile


def without(source: SourceFile, start: int, end: int) -> Edit:
    """An edit that takes away what lies between two offsets: whole statements, or a comment.

    Their lines go with them where they have them to themselves, and a blank line with those where it would have a
    brace or another blank line beside it. A comment behind them stays.
    """
    lines = source.lines
    first, last = lines.line(start), lines.line(end)
    line_start, line_end = lines.line_range(first)[0], lines.line_range(last)[1]
    rest = source.data[end:line_end]
    if source.data[line_start:start].strip():
        before = source.data[line_start:start].rstrip()
        semicolon = len(rest) - len(rest.lstrip(b"; ")) if rest.lstrip().startswith(b";") else 0
        begin = line_start + len(before) if not rest.strip() or rest.lstrip().startswith(b"//") else start
        return Edit(Span(source.path, begin, end + semicolon), "")
    if rest.strip():
        skipped = len(rest) - len(rest.lstrip(b"; \t"))
        return Edit(Span(source.path, start, end + skipped), "")
    if last >= lines.line_count:
        return Edit(Span(source.path, start, end), "")
    above = lines.line_text(first - 1).strip() if first > 1 else ""
    below = lines.line_text(last + 1).strip()
    if not below and (not above or above.endswith(("{", "(", ":"))):
        last += 1
    elif not above and first > 1 and below.startswith(("}", ")")):
        line_start = lines.line_range(first - 1)[0]
    return Edit(Span(source.path, line_start, lines.line_range(last + 1)[0]), "")

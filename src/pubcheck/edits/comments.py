"""Comments put above lines, or behind them, as gofmt would have them stand.

But for one thing: a comment parts a group of variables or constants in two, and the columns of their ``=`` stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Edit
from pubcheck.edits.application import applied
from pubcheck.source import SourceFile
from pubcheck.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIRECTIVE = re.compile(r"//(?:[a-z0-9]+:[a-z0-9]|line |extern |export )")
"""What gofmt keeps apart from the prose of a documentation comment, below it and a blank line."""


def commented(source: SourceFile, comments: Mapping[int, str]) -> dict[int, Edit]:
    """Edits that put directive comments to lines, which are counted from 1.

    A comment stands on a line of its own above, or at the line's end where the line begins inside a string. Where
    neither is possible, the line is missing from the result.
    """
    placed: dict[int, Edit] = {}
    left = dict(comments)
    for maker in (_above, _behind):
        edits = {line: maker(source, line, text) for line, text in left.items()}
        real = _real(source, edits, left)
        placed |= {line: edits[line] for line in real}
        left = {line: text for line, text in left.items() if line not in real}
    return placed


def _above(source: SourceFile, line: int, text: str) -> Edit:
    code = source.lines.line_text(line)
    indent = code[: len(code) - len(code.lstrip())]
    if code.lstrip().startswith(("}", ")", "]")):
        indent += "\t"  # it belongs to what ends there
    above = source.lines.line_text(line - 1).strip() if line > 1 else ""
    apart = not indent and above.startswith("//") and not _DIRECTIVE.match(above)
    start = source.lines.line_range(line)[0]
    separator = "//\n" if apart else ""
    return Edit(source.span(start, start), f"{separator}{indent}{text}\n")


def _behind(source: SourceFile, line: int, text: str) -> Edit:
    start, end = source.lines.line_range(line)
    kept = start + len(source.data[start:end].rstrip())
    return Edit(source.span(kept, kept), f" {text}")


def _real(source: SourceFile, edits: Mapping[int, Edit], texts: Mapping[int, str]) -> set[int]:
    """The lines of those ``edits`` whose text is a comment of its own when all are made."""
    tree = parse(SourceFile(source.path, applied(source.data, edits.values())))
    found = {tree.source.lines.line(comment.pos): comment.text.rstrip() for comment in tree.comments}
    real = set()
    shift = 0
    for line, edit in sorted(edits.items()):
        shift += edit.text.count("\n")
        at = line + shift - edit.text.endswith("\n")
        if found.get(at) == texts[line]:
            real.add(line)
    return real

"""Go code as HTML: frames with highlighted words and the span that they are about, examples, and what a fix changes."""

from __future__ import annotations

from bisect import bisect_left
from html import escape
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING

from pygments.lexers.go import GoLexer
from pygments.token import Comment, Keyword, Name, Number, String, Token
from rich.cells import cell_len

from pubcheck.edits import applied, complete, unified_diff
from pubcheck.report.frame import frame
from pubcheck.report.markup import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.diagnostic import Edit, Fix
    from pubcheck.engine import Sources
    from pubcheck.report.frame import Line
    from pubcheck.source import SourceFile, Span

_WIDTH = 160
_CONTEXT = 3
_CLASSES = (
    (Comment, "c"),
    (Keyword.Type, "t"),
    (Name.Builtin, "t"),
    (Keyword, "k"),
    (String, "s"),
    (Number, "n"),
    (Name.Function, "f"),
)
_Kind = tuple[str, ...]
"""A kind of token, as pygments has it: what it is in general first."""
_lexer = GoLexer(stripnl=False, ensurenl=False)


def code_frame(source: SourceFile, span: Span) -> str:
    """The lines around the beginning of ``span``, numbered, with the span marked."""
    lines = list(frame(source, span, _WIDTH, _CONTEXT))
    rows = zip(lines, _highlighted(lines), strict=True)
    return f'<pre class="code">{"".join(_row(line, text) for line, text in rows)}</pre>'


def example(text: str) -> str:
    """A piece of Go."""
    return "".join(_piece(kind, part, marked=False) for _, kind, part in _lexer.get_tokens_unprocessed(text))


def difference(fix: Fix, sources: Sources) -> str:
    """What ``fix`` changes, file by file; empty where a file can't be read."""
    by_file: dict[str, list[Edit]] = {}
    for edit in complete(fix, sources.__getitem__):
        by_file.setdefault(edit.span.path, []).append(edit)
    rows: list[str] = []
    for path, edits in by_file.items():
        source = sources[path]
        if source is None:
            return ""
        rows += _changed(source, edits)
    return f'<pre class="code diff">{"".join(rows)}</pre>' if rows else ""


def _changed(source: SourceFile, edits: list[Edit]) -> Iterator[str]:
    text = unified_diff("", source.data, applied(source.data, edits))
    for line in text.split("\n")[2:-1]:
        kind = {"+": "added", "-": "gone"}.get(line[:1], "hunk" if line.startswith("@@") else "same")
        yield f'<span class="{kind}">{escape(visible([line]))}</span>'


def _row(line: Line, text: str) -> str:
    kind = ' class="here"' if line.last else ""
    return f"<span{kind}><i>{line.number}</i>{text}\n</span>"


def _highlighted(lines: list[Line]) -> Iterator[str]:
    """The lines as HTML. They are looked at together: a comment or a string may go on in the next line."""
    pieces = _pieces("\n".join(line.text for line in lines), lines)
    for _, parts in groupby(pieces, key=lambda piece: piece[0]):
        yield "".join(_piece(kind, text, marked=marked) for _, kind, text, marked in parts)


def _pieces(text: str, lines: list[Line]) -> Iterator[tuple[int, _Kind, str, bool]]:
    """Parts of tokens that lie in one line and are wholly marked or not: line, kind, text, marked."""
    marks = [_characters(line) for line in lines]
    number = column = 0
    yield 0, Token, "", False
    for _, kind, value in _lexer.get_tokens_unprocessed(text):
        for part, rest in enumerate(value.split("\n")):
            if part:
                number, column = number + 1, 0
                yield number, Token, "", False
            first, last = marks[number]
            cuts = sorted({0, len(rest), *(min(max(cut - column, 0), len(rest)) for cut in (first, last))})
            for start, end in pairwise(cuts):
                yield number, kind, rest[start:end], first <= column + start < last
            column += len(rest)


def _characters(line: Line) -> tuple[int, int]:
    """Where the marked cells of a line begin and end, counted in characters."""
    starts = [0, *accumulate(cell_len(char) for char in line.text)]
    return bisect_left(starts, line.first), bisect_left(starts, line.last)


def _piece(kind: _Kind, text: str, *, marked: bool) -> str:
    name = next((name for known, name in _CLASSES if kind in known), "")
    html = escape(text)
    if name and text.strip():
        html = f'<b class="{name}">{html}</b>'
    return f"<mark>{html}</mark>" if marked and text else html


def joined(parts: Iterable[str]) -> str:
    """HTML of parts, a line each."""
    return "\n".join(part for part in parts if part)

"""Comments that silence findings.

``//pubcheck:ignore rule[,rule] reason`` works on its own line for the line below it, at the end of a line for that
line, above or on the first line of a declaration for all of it, and above the package clause for the file. What
golangci-lint (``//nolint``, ``//nolint:pubcheck``) and staticcheck (``//lint:ignore pubcheck/rule reason``,
``//lint:file-ignore pubcheck/rule reason``) understand works in the same places.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.source import SourceFile, Span
    from pubcheck.syntax import SyntaxTree, ast

ALL = "all"

_QUICK_LOOK = re.compile(rb"pubcheck:ignore|nolint|lint:(?:file-)?ignore")
_OWN = re.compile(r"\s?pubcheck:ignore(?![\w-])\s*(.*)", re.DOTALL)
_NOLINT = re.compile(r"\s?nolint(?::([\w,\s-]*?))?\s*(?://.*)?$", re.DOTALL)
_LINT = re.compile(r"\s?lint:(file-)?ignore\s+(\S+)\s*(.*)", re.DOTALL)


class Dialect(Enum):
    """Whose comment it is. Only ``OWN`` and ``STATICCHECK`` ones are held to name a rule, give a reason and be used."""

    OWN = "pubcheck"
    STATICCHECK = "lint"
    GOLANGCI = "nolint"


class Suppression:
    """One comment and the lines (first and last, counted from 1) that it silences."""

    __slots__ = ("dialect", "first", "last", "names", "reason", "span", "used")

    def __init__(self, span: Span, dialect: Dialect, names: tuple[str, ...], reason: str) -> None:
        """A comment at ``span``; the lines are the caller's to set."""
        self.span = span
        self.dialect = dialect
        self.names = names
        self.reason = reason
        self.first = self.last = 0
        self.used: set[str] = set()

    @property
    def accountable(self) -> bool:
        """Whether the comment is pubcheck's own business."""
        return self.dialect is not Dialect.GOLANGCI

    def silences(self, rule: str, first: int, last: int) -> bool:
        """Mark and tell whether a finding of ``rule`` on lines ``first`` to ``last`` is silenced."""
        if not (self.first <= first <= self.last or self.first <= last <= self.last):
            return False
        for name in (rule, ALL):
            if name in self.names:
                self.used.add(name)
                return True
        return False


class FileSuppressions:
    """The suppressions of one file."""

    __slots__ = ("_source", "suppressions")

    def __init__(self, source: SourceFile, suppressions: tuple[Suppression, ...]) -> None:
        """Hold ``suppressions`` of ``source``."""
        self._source = source
        self.suppressions = suppressions

    def silences(self, diagnostic: Diagnostic) -> bool:
        """Mark what silences ``diagnostic``, and tell whether anything does."""
        lines = self._source.lines
        first = lines.line(diagnostic.span.start)
        last = lines.line(max(diagnostic.span.end - 1, diagnostic.span.start))
        return any(item.silences(diagnostic.rule, first, last) for item in self.suppressions)


def find_suppressions(tree: SyntaxTree) -> FileSuppressions | None:
    """The suppressions in a file's comments; None, without looking at a comment, where the bytes hold none."""
    source = tree.source
    if not _QUICK_LOOK.search(source.data):
        return None
    found: list[Suppression] = []
    for comment in tree.comments:
        suppression = _read(source, comment)
        if suppression is not None:
            _place(suppression, source, tree.file)
            found.append(suppression)
    return FileSuppressions(source, tuple(found)) if found else None


def _read(source: SourceFile, comment: ast.Comment) -> Suppression | None:
    text = comment.text[2:-2] if comment.text.startswith("/*") else comment.text[2:].rstrip("\r\n")
    span = source.span(comment.pos, comment.end)
    if own := _OWN.match(text):
        names, reason = _names_and_reason(own[1])
        return Suppression(span, Dialect.OWN, names, reason)
    if lint := _LINT.match(text):
        names = tuple(name.removeprefix("pubcheck/") for name in lint[2].split(",") if name.startswith("pubcheck/"))
        return Suppression(span, Dialect.STATICCHECK, names, lint[3].strip()) if names else None
    if nolint := _NOLINT.match(text):
        linters = {name.strip().lower() for name in (nolint[1] or "").split(",")}
        return Suppression(span, Dialect.GOLANGCI, (ALL,), "") if linters & {"", ALL, "pubcheck"} else None
    return None


def _names_and_reason(text: str) -> tuple[tuple[str, ...], str]:
    """Split ``a, b why`` into the names and the rest; a comma may have blanks after it."""
    head = re.match(r"[^\s,]+(?:,\s*[^\s,]+)*,?", text)
    if head is None:
        return (), text.strip()
    names = tuple(name for name in re.split(r"[,\s]+", head[0]) if name)
    return names, text[head.end() :].strip()


def _place(suppression: Suppression, source: SourceFile, file: ast.File) -> None:
    lines = source.lines
    start = suppression.span.start
    line = lines.line(start)
    whole_file = suppression.span.end <= file.package.pos and lines.line(file.package.pos) > line
    if whole_file or _says_file(source, suppression):
        suppression.first, suppression.last = 1, lines.line_count
        return
    trailing = bool(source.data[lines.line_range(line)[0] : start].strip())
    target = line if trailing else _next_code_line(source, line)
    suppression.first = suppression.last = target
    for first, last in _declarations(source, file):
        if first == target:
            suppression.last = max(last, target)


def _says_file(source: SourceFile, suppression: Suppression) -> bool:
    return (
        suppression.dialect is Dialect.STATICCHECK
        and b"file-ignore" in source.data[suppression.span.start : suppression.span.start + 20]
    )


def _next_code_line(source: SourceFile, line: int) -> int:
    """The first line after ``line`` that is more than a line comment; a blank line ends the search."""
    lines = source.lines
    below = line + 1
    while below <= lines.line_count and lines.line_text(below).lstrip().startswith("//"):
        below += 1
    return below


def _declarations(source: SourceFile, file: ast.File) -> Iterator[tuple[int, int]]:
    line = source.lines.line
    for decl in (*file.functions, *file.types, *file.values):
        yield line(decl.pos), line(max(decl.end - 1, decl.pos))

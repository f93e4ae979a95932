"""Comments that silence findings.

``//pubcheck:ignore rule[,rule] reason`` works on its own line for the line below it, at the end of a line for that
line, above or on the first line of a declaration for all of it, and above the package clause for the file. What
golangci-lint (``//nolint``, ``//nolint:pubcheck``) and staticcheck (``//lint:ignore pubcheck/rule reason``,
``//lint:file-ignore pubcheck/rule reason``) understand works in the same places. Where they name another linter, or a
check of its, they silence the rules that tell of the same (``RuleSpec.peers``).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.source import SourceFile
    from pubcheck.syntax import SyntaxTree, ast

ALL = "all"

_WORDS = (b"pubcheck:ignore", b"nolint", b"lint:ignore", b"lint:file-ignore")
_OWN = re.compile(r"\s?pubcheck:ignore(?![\w-])\s*(.*)", re.DOTALL)
_NOLINT = re.compile(r"\s?nolint(?::([\w,\s-]*?))?\s*(?://.*)?$", re.DOTALL)
_LINT = re.compile(r"\s?lint:(file-)?ignore\s+(\S+)\s*(.*)", re.DOTALL)


class Dialect(Enum):
    """Whose comment it is. Only ``OWN`` and ``STATICCHECK`` ones are held to name a rule, give a reason and be used."""

    OWN = "pubcheck"
    STATICCHECK = "lint"
    GOLANGCI = "nolint"
    FOREIGN = "peer"  # as staticcheck's, of its own checks


class Suppression(msgspec.Struct, frozen=True, gc=False):
    """One comment and the lines (first and last, counted from 1) that it silences."""

    span: Span
    dialect: Dialect
    names: tuple[str, ...]
    reason: str
    first: int = 0
    last: int = 0

    @property
    def accountable(self) -> bool:
        """Whether the comment is pubcheck's own business."""
        return self.dialect in (Dialect.OWN, Dialect.STATICCHECK)


class FileSuppressions:
    """The suppressions of one file, and what they have silenced so far."""

    __slots__ = ("_by_name", "_source", "_used", "suppressions")

    def __init__(self, source: SourceFile, suppressions: Iterable[Suppression]) -> None:
        """Hold ``suppressions`` of ``source``."""
        self._source = source
        self.suppressions = tuple(suppressions)
        self._used: set[tuple[Suppression, str]] = set()
        self._by_name: dict[str, dict[tuple[int, int], Suppression]] = {}
        for one in self.suppressions:
            for name in one.names:
                self._by_name.setdefault(name, {}).setdefault((one.first, one.last), one)

    def silencing(self, diagnostic: Diagnostic, peers: tuple[str, ...] = ()) -> Suppression | None:
        """What silences ``diagnostic``, which counts as used from now on; None where nothing does.

        ``peers`` are names of others that tell of the same.
        """
        lines = self._source.lines
        first = lines.line(diagnostic.span.start)
        last = lines.line(max(diagnostic.span.end - 1, diagnostic.span.start))
        for name in (diagnostic.rule, ALL, *peers):
            for (start, end), one in self._by_name.get(name, {}).items():
                here = start <= first <= end or start <= last <= end
                if here and not (one.accountable and name in peers):
                    self._used.add((one, name))
                    return one
        return None

    def is_used(self, suppression: Suppression, name: str) -> bool:
        """Whether ``suppression`` silenced anything by ``name``."""
        return (suppression, name) in self._used


def find_suppressions(tree: SyntaxTree) -> tuple[Suppression, ...]:
    """The suppressions in a file's comments, at which nobody looks where the bytes hold none."""
    source = tree.source
    if not any(word in source.data for word in _WORDS):
        return ()
    places = _Places(source, tree.file)
    found = (_read(source, comment) for comment in tree.comments)
    return tuple([places.placed(suppression) for suppression in found if suppression is not None])


def _read(source: SourceFile, comment: ast.Comment) -> Suppression | None:
    text = comment.text[2:-2] if comment.text.startswith("/*") else comment.text[2:].rstrip("\r\n")
    span = source.span(comment.pos, comment.end)
    if own := _OWN.match(text):
        names, reason = _names_and_reason(own[1])
        return Suppression(span, Dialect.OWN, names, reason)
    if lint := _LINT.match(text):
        names = tuple(name.removeprefix("pubcheck/") for name in lint[2].split(",") if name.startswith("pubcheck/"))
        if names:
            return Suppression(span, Dialect.STATICCHECK, names, lint[3].strip())
        return Suppression(span, Dialect.FOREIGN, tuple(lint[2].lower().split(",")), lint[3].strip())
    if nolint := _NOLINT.match(text):
        linters = {name.strip().lower() for name in (nolint[1] or "").split(",")}
        names = (ALL,) if linters & {"", ALL, "pubcheck"} else tuple(sorted(linters))
        return Suppression(span, Dialect.GOLANGCI, names, "")
    return None


def _names_and_reason(text: str) -> tuple[tuple[str, ...], str]:
    """Split ``a, b why`` into the names and the rest; a comma may have blanks after it."""
    head = re.match(r"[^\s,]+(?:,\s*[^\s,]+)*,?", text)
    if head is None:
        return (), text.strip()
    names = tuple(name for name in re.split(r"[,\s]+", head[0]) if name)
    return names, text[head.end() :].strip()


class _Places:
    """Which lines comments silence, in one file."""

    def __init__(self, source: SourceFile, file: ast.File) -> None:
        self._source = source
        self._package = file.package.pos
        line = source.lines.line
        self._ends: dict[int, int] = {}
        """The last line of the declarations that begin on a line."""
        for decl in (*file.functions, *file.types, *file.values):
            first, last = line(decl.pos), line(max(decl.end - 1, decl.pos))
            self._ends[first] = max(last, self._ends.get(first, last))
        self._code = 0
        """The code below the last line that was asked for."""

    def placed(self, suppression: Suppression) -> Suppression:
        """A comment with the lines that it silences; comments come in order."""
        source = self._source
        lines = source.lines
        start = suppression.span.start
        line = lines.line(start)
        whole_file = suppression.span.end <= self._package and lines.line(self._package) > line
        if whole_file or _says_file(source, suppression):
            return msgspec.structs.replace(suppression, first=1, last=lines.line_count)
        trailing = bool(source.data[lines.line_range(line)[0] : start].strip())
        target = line if trailing else self._next_code_line(line)
        return msgspec.structs.replace(suppression, first=target, last=self._ends.get(target, target))

    def _next_code_line(self, line: int) -> int:
        """The first line after ``line`` that is more than a line comment; a blank line ends the search."""
        lines = self._source.lines
        if line >= self._code:
            self._code = line + 1
            while self._code <= lines.line_count and lines.line_text(self._code).lstrip().startswith("//"):
                self._code += 1
        return self._code


def _says_file(source: SourceFile, suppression: Suppression) -> bool:
    return (
        suppression.dialect in (Dialect.STATICCHECK, Dialect.FOREIGN)
        and b"file-ignore" in source.data[suppression.span.start : suppression.span.start + 20]
    )

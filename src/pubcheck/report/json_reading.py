"""Reads back what ``json_format`` has written.

A saved report may come from another machine, so it is looked at as data: its shape is checked, its places hold
without the files, and of the disk it can make nobody show more than Go files. What a later minor version adds to the
shape is passed over.
"""

from __future__ import annotations

import codecs
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from pubcheck.diagnostic import Confidence, Diagnostic, Edit, Fix, Related, Severity, Trace
from pubcheck.engine import Problem, Report, Shard, Sources, Stats, Suppressed
from pubcheck.report.json_format import VERSION
from pubcheck.source import Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

_Count = Annotated[int, msgspec.Meta(ge=0)]
_Ordinal = Annotated[int, msgspec.Meta(ge=1)]


class SavedReportError(ValueError):
    """A text is no report that can be read; the words say why."""


def read(data: bytes, cwd: Path) -> Report:
    """The report that was saved as ``data``.

    Its fixes have all their edits, those of imports and columns among them, and name no imports that they need.

    Args:
        data: the file's content.
        cwd: an absolute path: the folder that stands for the one where the report was made.

    Raises:
        SavedReportError: it is no JSON, no report, or a report of another version.
    """
    try:
        version = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=_Head).version
        if version != VERSION:
            raise SavedReportError(f"this is version {version} of the report's shape; {VERSION} can be read")
        document = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=_Document)
    except msgspec.ValidationError as error:
        raise SavedReportError(f"isn't a report of pubcheck as JSON: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SavedReportError(f"isn't JSON: {error}") from None
    return _Reader(cwd).report(document)


class _Head(msgspec.Struct):
    version: int


class _Point(msgspec.Struct, frozen=True, gc=False):
    line: _Ordinal
    column: _Ordinal
    offset: _Count


class _Range(msgspec.Struct, frozen=True, gc=False):
    start: _Point
    end: _Point


class _Place(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    path: str
    range: _Range


class _Related(_Place, frozen=True, gc=False, kw_only=True):
    message: str
    goroutine: str = ""


class _Trace(msgspec.Struct, frozen=True, gc=False):
    goroutine: str
    steps: tuple[_Related, ...]


class _Edit(_Place, frozen=True, gc=False, kw_only=True):
    text: str


class _Fix(msgspec.Struct, frozen=True, gc=False):
    title: str
    safe: bool
    edits: tuple[_Edit, ...]


class _Diagnostic(_Place, frozen=True, gc=False, kw_only=True):
    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    package: str
    symbol: str
    location: str
    because: tuple[str, ...]
    related: tuple[_Related, ...]
    traces: tuple[_Trace, ...]
    fixes: tuple[_Fix, ...]
    help: str
    fingerprint: str
    goroutine: str = ""


class _Problem(msgspec.Struct, frozen=True, gc=False):
    path: str
    line: _Count
    message: str
    severity: Severity


class _Shard(msgspec.Struct, frozen=True, gc=False):
    index: _Ordinal
    count: _Ordinal


class _Stats(msgspec.Struct, frozen=True, gc=False):
    packages: _Count
    files: _Count
    lines: _Count


class _Suppressed(msgspec.Struct, frozen=True, gc=False):
    diagnostic: _Diagnostic
    reason: str | None


class _Document(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    diagnostics: tuple[_Diagnostic, ...]
    problems: tuple[_Problem, ...]
    stats: _Stats
    root: str = "."
    rules: tuple[str, ...] = ()
    shard: _Shard | None = None
    suppressed: tuple[_Suppressed, ...] = ()
    unchanged: _Count = 0


class _Reader:
    """Makes values of a document's parts, and notes where its places are."""

    def __init__(self, cwd: Path) -> None:
        self._cwd = cwd
        self._recorded: dict[str, dict[int, Position]] = defaultdict(dict)

    def report(self, document: _Document) -> Report:
        stats, shard = document.stats, document.shard
        return Report(
            diagnostics=tuple(self._diagnostic(one) for one in document.diagnostics),
            problems=tuple(
                Problem(self._path(one.path), one.line, one.message, one.severity) for one in document.problems
            ),
            stats=Stats(stats.packages, stats.files, stats.lines),
            sources=Sources({}, recorded=self._recorded),
            root=Path(self._path(document.root)),
            rules=document.rules,
            shard=None if shard is None else Shard(shard.index, shard.count),
            suppressed=tuple(Suppressed(self._diagnostic(one.diagnostic), one.reason) for one in document.suppressed),
            unchanged=document.unchanged,
        )

    def _diagnostic(self, one: _Diagnostic) -> Diagnostic:
        return Diagnostic(
            rule=one.rule,
            span=self._span(one),
            message=one.message,
            severity=one.severity,
            confidence=one.confidence,
            package=one.package,
            symbol=one.symbol,
            location=one.location,
            because=one.because,
            related=self._related(one.related),
            traces=tuple(Trace(trace.goroutine, self._related(trace.steps)) for trace in one.traces),
            fixes=tuple(self._fix(fix) for fix in one.fixes),
            help=one.help,
            fingerprint=one.fingerprint,
            goroutine=one.goroutine,
        )

    def _related(self, places: Iterable[_Related]) -> tuple[Related, ...]:
        return tuple(Related(self._span(place), place.message, place.goroutine) for place in places)

    def _fix(self, fix: _Fix) -> Fix:
        return Fix(fix.title, tuple(Edit(self._span(edit), edit.text) for edit in fix.edits), fix.safe)

    def _span(self, place: _Place) -> Span:
        path = self._path(place.path)
        for point in (place.range.start, place.range.end):
            self._recorded[path][point.offset] = Position(point.line, point.column)
        return Span(path, place.range.start.offset, place.range.end.offset)

    def _path(self, shown: str) -> str:
        return Path(os.path.normpath(self._cwd / shown)).as_posix()

"""Reviewdog's diagnostic format. Columns count bytes.

A suggestion is one replacement in the file of its finding, a click away from a commit: so only safe fixes become one,
and those that edit several files don't.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from pubcheck.diagnostic import Edit, Severity
from pubcheck.edits import applied, complete
from pubcheck.report import json_document
from pubcheck.report.wording import one_line, statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View
    from pubcheck.source import SourceFile, Span

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO", Severity.HINT: "INFO"}


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the report as one indented ``DiagnosticResult``."""
    shape = _Shape(report, view)
    document = {"source": {"name": "pubcheck"}, "diagnostics": [shape.diagnostic(one) for one in report.diagnostics]}
    out.write(json_document.indented(document))


class _Shape:
    """Values as reviewdog reads them."""

    def __init__(self, report: Report, view: View) -> None:
        self._sources = report.sources
        self._view = view

    def diagnostic(self, one: Diagnostic) -> dict[str, Any]:
        return {
            "message": one_line(statement(one)),
            "location": self._location(one.span),
            "severity": _SEVERITIES[one.severity],
            "code": {"value": one.rule},
            "suggestions": list(self._suggestions(one)),
            "relatedLocations": [
                {"message": one_line(related.message), "location": self._location(related.span)}
                for related in one.related
            ],
        }

    def _suggestions(self, one: Diagnostic) -> Iterator[dict[str, Any]]:
        source = self._sources[one.span.path]
        if source is None:
            return
        for fix in one.fixes:
            edits = complete(fix, self._sources.__getitem__)
            if not fix.safe or not edits or any(edit.span.path != source.path for edit in edits):
                continue
            start = min(edit.span.start for edit in edits)
            end = max(edit.span.end for edit in edits)
            text = _between(source, edits, start, end)
            if text is not None:
                yield {"range": self._range(source.span(start, end)), "text": text}

    def _location(self, span: Span) -> dict[str, Any]:
        return {"path": self._view.path(span.path), "range": self._range(span)}

    def _range(self, span: Span) -> dict[str, Any]:
        start, end = self._sources.ends(span)
        return {
            "start": {"line": start.line, "column": start.column},
            "end": {"line": end.line, "column": end.column},
        }


def _between(source: SourceFile, edits: Sequence[Edit], start: int, end: int) -> str | None:
    """What ``edits`` make of the bytes from ``start`` to ``end``; None if that isn't text."""
    own = [Edit(source.span(edit.span.start - start, edit.span.end - start), edit.text) for edit in edits]
    try:
        return applied(source.data[start:end], own).decode()
    except UnicodeDecodeError:
        return None

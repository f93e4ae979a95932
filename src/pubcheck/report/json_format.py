"""JSON for programs. ``schema/report.schema.json`` describes it; ``version`` changes when that breaks a reader."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pubcheck import __version__
from pubcheck.report import json_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.diagnostic import Diagnostic, Fix, Related
    from pubcheck.engine import Report
    from pubcheck.report.view import View
    from pubcheck.source import Position, Span

VERSION = 1


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the report as one indented object."""
    shape = Shape(report, view)
    document: dict[str, Any] = {
        "version": VERSION,
        "tool": {"name": "pubcheck", "version": __version__},
        "diagnostics": [shape.diagnostic(diagnostic) for diagnostic in report.diagnostics],
        "problems": [
            {
                "path": view.path(problem.path),
                "line": problem.line,
                "message": problem.message,
                "severity": problem.severity,
            }
            for problem in report.problems
        ],
        "stats": {"packages": report.stats.packages, "files": report.stats.files, "lines": report.stats.lines},
        "root": _way(report.root, view.cwd),
        "rules": report.rules,
        "suppressed": [
            {"reason": one.reason, "diagnostic": shape.diagnostic(one.diagnostic)} for one in report.suppressed
        ],
        "unchanged": report.unchanged,
    }
    if report.shard is not None:
        document["shard"] = {"index": report.shard.index, "count": report.shard.count}
    out.write(json_document.indented(document))


class Shape:
    """Values as the schema has them."""

    def __init__(self, report: Report, view: View) -> None:
        """Show what ``report`` has as ``view`` wants it."""
        self._sources = report.sources
        self._view = view

    def diagnostic(self, one: Diagnostic) -> dict[str, Any]:
        """One finding."""
        return {
            "rule": one.rule,
            "severity": one.severity,
            "confidence": one.confidence,
            "message": one.message,
            **self._place(one.span),
            "package": one.package,
            "symbol": one.symbol,
            "location": one.location,
            "because": one.because,
            "goroutine": one.goroutine,
            "related": self._related(one.related),
            "traces": [{"goroutine": trace.goroutine, "steps": self._related(trace.steps)} for trace in one.traces],
            "fixes": [self._fix(fix) for fix in one.fixes],
            "help": one.help,
            "fingerprint": one.fingerprint,
        }

    def _related(self, places: Iterable[Related]) -> list[dict[str, Any]]:
        return [{"message": place.message, **_whose(place), **self._place(place.span)} for place in places]

    def _fix(self, fix: Fix) -> dict[str, Any]:
        from pubcheck.edits import complete  # noqa: PLC0415 the parser comes with it, and few findings have fixes

        edits = [{**self._place(edit.span), "text": edit.text} for edit in complete(fix, self._sources.__getitem__)]
        return {"title": fix.title, "safe": fix.safe, "edits": edits}

    def _place(self, span: Span) -> dict[str, Any]:
        start, end = self._sources.ends(span)
        return {
            "path": self._view.path(span.path),
            "range": {"start": _point(start, span.start), "end": _point(end, span.end)},
        }


def _whose(place: Related) -> dict[str, str]:
    return {"goroutine": place.goroutine} if place.goroutine else {}


def _way(folder: Path, start: Path) -> str:
    """From ``start`` to ``folder``, so that it leads there on another machine, too."""
    try:
        return Path(os.path.relpath(folder, start)).as_posix()
    except ValueError:  # they lie on two drives
        return folder.as_posix()


def _point(position: Position, offset: int) -> dict[str, int]:
    return {"line": position.line, "column": position.column, "offset": offset}

"""A summary in Markdown, as a job on GitHub or a comment shows it: counts by rule, and the findings in a table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TextIO

from pubcheck.report.markup import code, prose
from pubcheck.report.wording import counted, place, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View

ROWS = 100
"""Findings in the table. A job's summary may have one mebibyte, and nobody reads that."""


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the summary."""
    out.writelines(f"{line}\n" for line in _lines(report, view))


def _lines(report: Report, view: View) -> Iterator[str]:
    yield "## pubcheck"
    yield ""
    yield f"{summary(report)}."
    if not report.diagnostics:
        return
    yield from ("", "| Rule | Severity | Findings |", "| :--- | :--- | ---: |")
    rules = Counter((one.rule, one.severity) for one in report.diagnostics)
    for (rule, severity), number in sorted(rules.items(), key=lambda item: (-item[1], item[0])):
        yield f"| {code(rule)} | {severity} | {number:,} |"
    yield from ("", "| Place | Rule | What |", "| :--- | :--- | :--- |")
    for one in report.diagnostics[:ROWS]:
        yield _row(one, report, view)
    if len(report.diagnostics) > ROWS:
        yield from ("", f"{counted(len(report.diagnostics) - ROWS, 'finding')} more.")


def _row(one: Diagnostic, report: Report, view: View) -> str:
    return f"| {code(place(one.span, report, view))} | {code(one.rule)} | {prose(one.message)} |"

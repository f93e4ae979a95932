"""Checkstyle's XML, which many collectors of reports read. Columns count bytes."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TextIO
from xml.etree.ElementTree import Element

from pubcheck.diagnostic import Severity
from pubcheck.report import xml_document
from pubcheck.report.wording import one_line, statement

if TYPE_CHECKING:
    from pubcheck.engine import Report
    from pubcheck.report.view import View

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info", Severity.HINT: "info"}


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the report as one document, findings by file."""
    root = Element("checkstyle", {"version": "4.3"})
    for path, findings in groupby(report.diagnostics, key=lambda one: one.span.path):
        file = xml_document.child(root, "file", {"name": view.path(path)})
        for one in findings:
            start, _ = report.sources.ends(one.span)
            attributes: dict[str, str | int] = {
                "line": start.line,
                "column": start.column,
                "severity": _SEVERITIES[one.severity],
                "message": one_line(statement(one)),
                "source": f"pubcheck.{one.rule}",
            }
            xml_document.child(file, "error", attributes)
    xml_document.write(root, out)

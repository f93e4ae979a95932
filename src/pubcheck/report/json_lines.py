"""A finding a line, each an object as ``json`` has them, for readers that don't wait for the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from pubcheck.report import json_document
from pubcheck.report.json_format import Shape

if TYPE_CHECKING:
    from pubcheck.engine import Report
    from pubcheck.report.view import View


def write(report: Report, view: View, out: TextIO) -> None:
    """Write each diagnostic as an object on a line of its own."""
    shape = Shape(report, view)
    out.writelines(f"{json_document.line(shape.diagnostic(one))}\n" for one in report.diagnostics)

"""One module a format. Each has ``write(report, view, out)``; nothing here decides what is shown, only how."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TextIO

from pubcheck.report.view import View, relative

if TYPE_CHECKING:
    from pubcheck.engine import Report

_MODULES = {
    "full": "full",
    "concise": "concise",
    "json": "json_format",
    "json-lines": "json_lines",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "rdjson": "rdjson",
    "checkstyle": "checkstyle",
    "junit": "junit",
    "markdown": "markdown",
    "html": "html",
}

FORMATS = tuple(_MODULES)
"""The names of the formats."""


def write(output_format: str, report: Report, view: View, out: TextIO) -> None:
    """Write ``report`` to ``out`` in one of ``FORMATS``."""
    import_module(f"pubcheck.report.{_MODULES[output_format]}").write(report, view, out)


__all__ = ["FORMATS", "View", "relative", "write"]

"""One line a finding, as compilers print it: ``path:line:column: message (rule)``. Columns count bytes, as Go's do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from pubcheck.report.view import View, ends

if TYPE_CHECKING:
    from pubcheck.engine import Report


def write(report: Report, view: View, out: TextIO) -> None:
    """Write each diagnostic on a line of its own."""
    for diagnostic in report.diagnostics:
        start, _ = ends(diagnostic.span, report.sources[diagnostic.span.path])
        place = f"{view.path(diagnostic.span.path)}:{start.line}:{start.column}"
        message = " ".join(diagnostic.message.split())
        out.write(f"{place}: {message} ({diagnostic.rule})\n")

"""One line a finding, as compilers print it: ``path:line:column: message (rule)``. Columns count bytes, as Go's do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from pubcheck.report.wording import place

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View


def write(report: Report, view: View, out: TextIO) -> None:
    """Write each diagnostic on a line of its own."""
    out.writelines(f"{line(diagnostic, report, view)}\n" for diagnostic in report.diagnostics)


def line(one: Diagnostic, report: Report, view: View) -> str:
    """A diagnostic's line, without its end."""
    message = " ".join(one.message.split())
    return f"{place(one.span, report, view)}: {message} ({one.rule})"

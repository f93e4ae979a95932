"""GitLab's Code Quality report: what the widget of a merge request compares by fingerprints."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TextIO

from pubcheck.diagnostic import Severity, fingerprint
from pubcheck.report import json_document
from pubcheck.report.wording import one_line, statement

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View

_SEVERITIES = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFO: "minor",
    Severity.HINT: "info",
}


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the report as one indented array."""
    seen: Counter[str] = Counter()
    issues = []
    for one in report.diagnostics:
        name = one.fingerprint or fingerprint(one.rule, one.package, view.path(one.span.path), one.message, 0)
        issues.append(_issue(one, report, view, fingerprint(name, "", "", "", seen[name]) if seen[name] else name))
        seen[name] += 1
    out.write(json_document.indented(issues))


def _issue(one: Diagnostic, report: Report, view: View, name: str) -> dict[str, Any]:
    """GitLab keeps one issue of those with the same ``name``."""
    start, end = report.sources.ends(one.span)
    return {
        "description": one_line(statement(one)),
        "check_name": one.rule,
        "fingerprint": name,
        "severity": _SEVERITIES[one.severity],
        "location": {"path": view.path(one.span.path), "lines": {"begin": start.line, "end": end.line}},
    }

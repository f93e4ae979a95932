"""JUnit's XML, for servers that show tests: a suite a file, a failed case a finding; one case that passed for none."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TextIO
from xml.etree.ElementTree import Element

from pubcheck.report import xml_document
from pubcheck.report.wording import account, one_line, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View

_BROKEN = "internal-error"
"""An error of the test as JUnit has it: it says nothing about the code."""


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the report as one document of test suites."""
    root = Element("testsuites", {"name": "pubcheck", **_totals(report.diagnostics)})
    for path, findings in groupby(report.diagnostics, key=lambda one: one.span.path):
        _suite(root, view.path(path), tuple(findings), report, view)
    if not report.diagnostics:
        suite = xml_document.child(root, "testsuite", {"name": "pubcheck", **_totals(())})
        xml_document.child(suite, "testcase", {"classname": "pubcheck", "name": "no findings"})
    xml_document.write(root, out)


def _suite(root: Element, name: str, findings: Sequence[Diagnostic], report: Report, view: View) -> None:
    suite = xml_document.child(root, "testsuite", {"name": name, **_totals(findings)})
    for one in findings:
        start, _ = report.sources.ends(one.span)
        attributes: dict[str, str | int] = {
            "classname": name,
            "name": f"{one.rule} at {start.line}:{start.column}",
            "file": name,
            "line": start.line,
        }
        case = xml_document.child(suite, "testcase", attributes)
        text = "\n".join((place(one.span, report, view), *account(one, report, view)))
        outcome = {"message": one_line(one.message), "type": one.severity.value}
        xml_document.child(case, "error" if one.rule == _BROKEN else "failure", outcome, text)


def _totals(findings: Sequence[Diagnostic]) -> dict[str, str]:
    errors = sum(one.rule == _BROKEN for one in findings)
    tests = len(findings) or 1
    return {"tests": str(tests), "failures": str(len(findings) - errors), "errors": str(errors)}

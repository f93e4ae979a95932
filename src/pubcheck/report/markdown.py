"""A summary in Markdown, as a job on GitHub or a comment shows it: counts by rule, and the findings in a table.

Texts come from code, so nothing in them may be markup: what could be is written as a character reference.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, TextIO

from pubcheck.report.wording import counted, one_line, place, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View

ROWS = 100
"""Findings in the table. A job's summary may have one mebibyte, and nobody reads that."""
_LENGTH = 500
"""Characters of a message."""
_CODE = re.compile(r"`([^`]+)`")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#!|~&@$:]")


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
        yield f"| {_code(rule)} | {severity} | {number:,} |"
    yield from ("", "| Place | Rule | What |", "| :--- | :--- | :--- |")
    for one in report.diagnostics[:ROWS]:
        yield _row(one, report, view)
    if len(report.diagnostics) > ROWS:
        yield from ("", f"{counted(len(report.diagnostics) - ROWS, 'finding')} more.")


def _row(one: Diagnostic, report: Report, view: View) -> str:
    message = one_line(one.message)
    if len(message) > _LENGTH:
        message = f"{message[: _LENGTH - 3]}..."
    return f"| {_code(place(one.span, report, view))} | {_code(one.rule)} | {_text(message)} |"


def _text(text: str) -> str:
    """``text`` with what stands between backticks as code, and no other markup."""
    parts = _CODE.split(text)
    return "".join(_code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _code(text: str) -> str:
    return f"<code>{_escaped(one_line(text))}</code>"


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", text)

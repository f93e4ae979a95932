"""What several formats say of a finding in the same words."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View
    from pubcheck.source import Span

_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn")


def one_line(text: str) -> str:
    """``text`` without line breaks, and with a replacement for each character that isn't to be seen."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in _UNPRINTABLE else char
        for char in " ".join(text.split())
    )


def statement(one: Diagnostic) -> str:
    """The message and the evidence, as sentences."""
    return " ".join(_sentence(text) for text in (one.message, *one.because))


def account(one: Diagnostic, report: Report, view: View) -> Iterator[str]:
    """All that there is to say, a line each: the statement, the other places, and what to do."""
    yield one_line(statement(one))
    for related in one.related:
        yield one_line(f"{place(related.span, report, view)}: {related.message}")
    if one.help:
        yield one_line(_sentence(one.help))


def place(span: Span, report: Report, view: View) -> str:
    """``path:line:column``; the column counts bytes, as Go's do."""
    start, _ = report.sources.ends(span)
    return f"{view.path(span.path)}:{start.line}:{start.column}"


def counted(number: int, noun: str) -> str:
    """``1 finding``, ``2 findings``."""
    plain = noun == "info"
    return f"{number:,} {noun}" if number == 1 or plain else f"{number:,} {noun}s"


def summary(report: Report) -> str:
    """How much was found, of which severity, in how much code."""
    stats = report.stats
    where = f"{counted(stats.packages, 'package')}, {counted(stats.files, 'file')}, {counted(stats.lines, 'line')}"
    found = len(report.diagnostics)
    if not found:
        return f"No findings in {where}"
    kinds = ", ".join(counted(number, severity.value) for severity in Severity if (number := report.count(severity)))
    return f"{counted(found, 'finding')} ({kinds}) in {where}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."

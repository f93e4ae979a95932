"""A finding at length, for people: what, where, why it is believed, the other places, and what to do.

Colours only underline what the layout already says, so the text reads the same without them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from pubcheck.diagnostic import Severity
from pubcheck.report.frame import frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.diagnostic import Diagnostic, Trace
    from pubcheck.engine import Report
    from pubcheck.report.view import View
    from pubcheck.source import Span

_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFO: "bold cyan",
    Severity.HINT: "bold green",
}
_GUTTER = "bold blue"
_SECOND = "bold cyan"
_CODE = re.compile(r"`[^`]+`")


def write(report: Report, view: View, out: TextIO) -> None:
    """Write each diagnostic as a block, with an empty line after it."""
    console = Console(
        file=out,
        width=view.width,
        color_system="standard" if view.color else None,
        force_terminal=view.color,
        no_color=not view.color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        soft_wrap=True,
    )
    page = _Page(report, view, console)
    for diagnostic in report.diagnostics:
        for line in page.block(diagnostic):
            console.print(line)
        console.print()


class _Page:
    """Lays out one diagnostic after the other."""

    def __init__(self, report: Report, view: View, console: Console) -> None:
        self._sources = report.sources
        self._view = view
        self._console = console
        self._margin = 0

    def block(self, one: Diagnostic) -> Iterator[Text]:
        """The lines of one diagnostic."""
        self._margin = self._digits(one)
        style = _STYLES[one.severity]
        yield from self._wrapped(Text.assemble((f"{one.severity}[{one.rule}]", style), ": "), one.message, bold=True)
        yield from self._place(one.span, style, context=1)
        for why in one.because:
            yield from self._note("because", why)
        for place in one.related:
            yield from self._note("note", place.message)
            yield from self._place(place.span, _SECOND)
        for trace in one.traces:
            yield from self._trace(trace)
        yield from self._advice(one)

    def _digits(self, one: Diagnostic) -> int:
        """Width of the largest line number of the block, so that its frames line up."""
        spans = [one.span, *(place.span for place in one.related)]
        last = (self._sources.ends(span)[0].line + 1 for span in spans)
        return len(str(max(last)))

    def _place(self, span: Span, style: str, context: int = 0) -> Iterator[Text]:
        source = self._sources[span.path]
        start, _ = self._sources.ends(span)
        blank = " " * self._margin
        yield Text.assemble((f"{blank}--> ", _GUTTER), f"{self._view.path(span.path)}:{start.line}:{start.column}")
        if source is None or not source.data:
            return
        yield Text(f"{blank} |", _GUTTER)
        for line in frame(source, span, max(self._view.width - self._margin - 3, 20), context):
            yield Text.assemble((f"{line.number:>{self._margin}} | ", _GUTTER), line.text)
            if line.last:
                marks = " " * line.first + "^" * (line.last - line.first)
                yield Text.assemble((f"{blank} | ", _GUTTER), (marks, style))

    def _note(self, word: str, text: str) -> Iterator[Text]:
        head = Text.assemble((f"{' ' * self._margin} = ", _GUTTER), (f"{word}: ", "bold"))
        return self._wrapped(head, text)

    def _trace(self, trace: Trace) -> Iterator[Text]:
        yield from self._note("trace", trace.goroutine or "how it comes to that")
        for number, step in enumerate(trace.steps, 1):
            start, _ = self._sources.ends(step.span)
            place = f"{self._view.path(step.span.path)}:{start.line}:{start.column}"
            head = Text(f"{' ' * self._margin}   {number}. ")
            yield from self._wrapped(head, f"{step.message} ({place})")

    def _advice(self, one: Diagnostic) -> Iterator[Text]:
        for fix in one.fixes:
            yield from self._note("fix" if fix.safe else "fix (needs a look)", fix.title)
        if one.help and not one.fixes:  # it says in general what the fix does here
            yield from self._note("help", one.help)

    def _wrapped(self, head: Text, text: str, *, bold: bool = False) -> Iterator[Text]:
        """``head`` and ``text``, wrapped to the width; what is carried over is indented."""
        indent = self._margin + 5
        whole = Text.assemble(head, _styled(" ".join(text.split()), bold=bold))
        for number, line in enumerate(whole.wrap(self._console, self._view.width - indent, overflow="fold")):
            line.rstrip()
            yield Text.assemble(" " * indent, line) if number else line


def _styled(text: str, *, bold: bool) -> Text:
    """``text`` with what stands between backticks made to stand out."""
    styled = Text(text, "bold" if bold else "")
    for code in _CODE.finditer(text):
        styled.stylize("cyan", *code.span())
    return styled

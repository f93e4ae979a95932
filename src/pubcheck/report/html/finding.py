"""One finding on the page."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from pubcheck.report.html.code import code_frame, difference, joined
from pubcheck.report.wording import one_line, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.diagnostic import Diagnostic, Fix, Related, Trace
    from pubcheck.engine import Report
    from pubcheck.report.view import View
    from pubcheck.source import Span

_CODE = re.compile(r"`([^`]+)`")


def prose(text: str) -> str:
    """``text`` with what stands between backticks as code."""
    parts = _CODE.split(one_line(text))
    return "".join(f"<code>{escape(part)}</code>" if number % 2 else escape(part) for number, part in enumerate(parts))


class Findings:
    """Shows findings of one report."""

    def __init__(self, report: Report, view: View) -> None:
        """Show findings of ``report`` as ``view`` has it."""
        self._report = report
        self._view = view
        self._names: set[str] = set()

    def article(self, one: Diagnostic, package: str) -> str:
        """All there is to say of a finding: what, why, the code on each side, and what to do."""
        return joined(
            (
                self._opened(one, package),
                f'<h4><span class="{one.severity}">{one.severity}</span> {prose(one.message)}</h4>',
                *(f'<p class="because">{prose(why)}</p>' for why in one.because),
                *self._sides(one),
                *(self._trace(trace) for trace in one.traces),
                *(self._fix(fix) for fix in one.fixes),
                f'<p class="help">{prose(one.help)}</p>' if one.help and not one.fixes else "",
                "</article>",
            )
        )

    def _sides(self, one: Diagnostic) -> Iterator[str]:
        """The code that it is about; where two goroutines have to do with it, each side's under a name of its own."""
        names = dict.fromkeys(place.goroutine for place in one.related if place.goroutine)
        both = bool(one.goroutine and names.keys() - {one.goroutine})
        here = self._side(one.span, self._symbol(one), "here")
        if both:
            yield '<div class="goroutines">'
            for name in dict.fromkeys((one.goroutine, *names)):
                own = here if name == one.goroutine else ""
                mine = (place for place in one.related if place.goroutine == name)
                yield joined((f"<section><h5>{prose(name)}</h5>", own, *map(self._there, mine), "</section>"))
            yield "</div>"
        shown = names if both else ()
        places = [place for place in one.related if place.goroutine not in shown]
        yield joined(('<div class="sides">', "" if both else here, *map(self._there, places), "</div>"))

    def _there(self, other: Related) -> str:
        return self._side(other.span, prose(other.message), "there")

    def _opened(self, one: Diagnostic, package: str) -> str:
        told = {"rule": one.rule, "severity": one.severity, "package": package}
        data = " ".join(f'data-{name}="{escape(value)}"' for name, value in told.items())
        return f'<article id="{self._name(one)}" {data}>'

    def _name(self, one: Diagnostic) -> str:
        """What a link names it by, of which there is one on the page."""
        name = f"finding-{one.fingerprint[:12] or 'none'}"
        while name in self._names:
            name += "-"
        self._names.add(name)
        return name

    @staticmethod
    def _symbol(one: Diagnostic) -> str:
        return f"in <code>{escape(one_line(one.symbol))}</code>" if one.symbol else ""

    def _side(self, span: Span, caption: str, kind: str) -> str:
        source = self._report.sources[span.path]
        frame = code_frame(source, span) if source is not None and source.data else ""
        return f'<figure class="{kind}"><figcaption><b>{self._place(span)}</b> {caption}</figcaption>{frame}</figure>'

    def _place(self, span: Span) -> str:
        return escape(one_line(place(span, self._report, self._view)))

    def _trace(self, trace: Trace) -> str:
        steps = "".join(self._steps(trace))
        return f"<details><summary>How {prose(trace.goroutine or 'it')} gets there</summary><ol>{steps}</ol></details>"

    def _steps(self, trace: Trace) -> Iterator[str]:
        for step in trace.steps:
            yield f"<li>{prose(step.message)} <b>{self._place(step.span)}</b></li>"

    def _fix(self, fix: Fix) -> str:
        word = "Fix" if fix.safe else "Fix that needs a look"
        changed = difference(fix, self._report.sources)
        return f'<details class="fix"><summary>{word}: {prose(fix.title)}</summary>{changed}</details>'

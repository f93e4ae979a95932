"""The body of the page."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Severity
from pubcheck.report.html.code import joined
from pubcheck.report.html.finding import Findings, prose
from pubcheck.report.html.rules import rule_text
from pubcheck.report.wording import counted, one_line, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View

_NO_PACKAGE = "(no package)"


def document(report: Report, view: View) -> tuple[str, str]:
    """The title, and the body's HTML."""
    name = escape(one_line(report.root.name or report.root.as_posix()))
    body = joined(
        (
            "<header>",
            f"<h1>pubcheck <span>{name}</span></h1>",
            f"<p>{escape(summary(report))}.{_left_out(report)}</p>",
            "</header>",
            *(_filter(report) if report.diagnostics else ()),
            "<main>",
            *_packages(report, view),
            *_problems(report, view),
            *_rules(report, view),
            "</main>",
        )
    )
    return f"pubcheck: {name}", body


def _left_out(report: Report) -> str:
    told = ((report.known, "in the baseline"), (report.unchanged, "outside of the change"))
    return "".join(f" Not reported: {counted(number, 'finding')} {where}." for number, where in told if number)


def _filter(report: Report) -> Iterator[str]:
    """What the script makes work; hidden without it."""
    yield '<nav hidden aria-label="Filter">'
    yield '<input type="search" placeholder="Filter by text" aria-label="Filter by text" autocomplete="off">'
    yield '<div class="severities">'
    for severity in Severity:
        if number := report.count(severity):
            yield (
                f'<label class="{severity}"><input type="checkbox" name="severity" value="{severity}" checked>'
                f"{severity} <small>{number:,}</small></label>"
            )
    yield "</div>"
    yield from _choices("rule", Counter(one.rule for one in report.diagnostics))
    yield from _choices("package", Counter(_package(one) for one in report.diagnostics))
    yield '<p class="count" role="status"></p>'
    yield "</nav>"


def _choices(name: str, counts: Counter[str]) -> Iterator[str]:
    yield f'<select name="{name}" aria-label="Filter by {name}">'
    yield f'<option value="">all {counted(len(counts), name)}</option>'
    for value, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f'<option value="{escape(value)}">{escape(one_line(value))} ({number:,})</option>'
    yield "</select>"


def _package(one: Diagnostic) -> str:
    return one.package or _NO_PACKAGE


def _packages(report: Report, view: View) -> Iterator[str]:
    findings = Findings(report, view)
    ordered = sorted(report.diagnostics, key=lambda one: (_package(one), one.severity.rank, one.rule))
    for package, found in groupby(ordered, key=_package):
        of_package = list(found)
        yield '<section class="package">'
        yield f"<h2>{escape(one_line(package))} <small>{counted(len(of_package), 'finding')}</small></h2>"
        for rule, of_rule in groupby(of_package, key=lambda one: one.rule):
            yield '<section class="rule">'
            yield _rule_heading(rule, view)
            yield from (findings.article(one, package) for one in of_rule)
            yield "</section>"
        yield "</section>"


def _rule_heading(rule: str, view: View) -> str:
    known = view.rules.get(rule)
    if known is None:
        return f"<h3>{escape(rule)}</h3>"
    return f'<h3><a href="#rule-{escape(rule)}">{escape(rule)}</a> {prose(known.title)}</h3>'


def _problems(report: Report, view: View) -> Iterator[str]:
    if report.problems:
        yield f"<details><summary>{counted(len(report.problems), 'problem')} met on the way</summary><ul>"
        for problem in report.problems:
            place = f"{view.path(problem.path)}:{problem.line}" if problem.line else view.path(problem.path)
            yield f"<li><code>{escape(one_line(place))}</code> {prose(problem.message)}</li>"
        yield "</ul></details>"


def _rules(report: Report, view: View) -> Iterator[str]:
    names: Iterable[str] = sorted({one.rule for one in report.diagnostics} & {*view.rules})
    if names:
        yield '<section class="about"><h2>About the rules</h2>'
        for name in names:
            rule = view.rules[name]
            yield f'<details id="rule-{escape(name)}"><summary><b>{escape(name)}</b> {prose(rule.title)}</summary>'
            yield rule_text(rule)
            yield "</details>"
        yield "</section>"

"""Workflow commands of GitHub Actions: an annotation a finding, as far as there are annotations.

A step gets ten of each kind, and what comes after those is dropped without a word. So only so many are asked for; the
other findings are lines of the log, in a group, and one annotation tells how many they are. Columns count UTF-16 units.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TextIO

from pubcheck.diagnostic import Severity
from pubcheck.report.concise import line
from pubcheck.report.wording import account, counted, one_line

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Report
    from pubcheck.report.view import View

ANNOTATIONS = 10
"""Of one kind, in one step."""
_LENGTH = 4096
"""Characters of a message that the runner hands on."""
_NOTICE = "notice"
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: _NOTICE, Severity.HINT: _NOTICE}


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the report as commands on stdout of a step."""
    shown, rest = _shared_out(report.diagnostics)
    out.writelines(f"{_annotation(one, report, view)}\n" for one in shown)
    if not rest:
        return
    title = f"{counted(len(rest), 'finding')} more"
    out.write(f"::group::pubcheck: {title}\n")
    out.writelines(f"- {_plain(line(one, report, view))}\n" for one in rest)
    out.write("::endgroup::\n")
    told = f"GitHub shows {ANNOTATIONS} annotations of a kind for each step; the log of this step lists all findings."
    out.write(f"::{_NOTICE} title={_property(f'pubcheck: {title}')}::{_data(told)}\n")


def _shared_out(diagnostics: tuple[Diagnostic, ...]) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Those that get an annotation, and the rest. Where there is a rest, one notice is kept for telling so."""
    wanted = Counter(_KINDS[one.severity] for one in diagnostics)
    limits = Counter(dict.fromkeys(_KINDS.values(), ANNOTATIONS))
    if any(number > ANNOTATIONS for number in wanted.values()):
        limits[_NOTICE] -= 1
    shown: list[Diagnostic] = []
    rest: list[Diagnostic] = []
    for one in diagnostics:
        kind = _KINDS[one.severity]
        (shown if limits[kind] else rest).append(one)
        limits[kind] = max(limits[kind] - 1, 0)
    return shown, rest


def _annotation(one: Diagnostic, report: Report, view: View) -> str:
    start, end = report.sources.ends(one.span, "utf-16")
    properties = {"file": view.path(one.span.path), "line": str(start.line), "endLine": str(end.line)}
    if start.line == end.line:  # the runner refuses columns across lines
        properties |= {"col": str(start.column), "endColumn": str(end.column)}
    properties["title"] = f"pubcheck: {one.rule}"
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = "\n".join(account(one, report, view))
    if len(text) > _LENGTH:
        text = f"{text[: _LENGTH - 3]}..."
    return f"::{_KINDS[one.severity]} {told}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """``text`` as a line of the log that holds no command; the older kind of them may stand anywhere in a line."""
    return one_line(text).replace("##[", "## [")

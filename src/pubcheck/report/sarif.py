"""SARIF 2.1.0, for code scanning and for whatever else reads it.

Columns count UTF-16 units, as the format has it unless told otherwise. Paths are relative to ``SRCROOT``: the current
folder where everything lies below it, else the module's. A race's two sides are two thread flows of one code flow.

GitHub takes a file with more of something than it likes and drops what it doesn't show, or doesn't take it at all. So
only so much is written, the worst first, and what is left out is told in a notification.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

from pubcheck import __version__
from pubcheck.diagnostic import Severity, flows
from pubcheck.edits import complete
from pubcheck.report import json_document
from pubcheck.report.ruletext import markdown
from pubcheck.report.view import View, relative
from pubcheck.report.wording import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pubcheck.diagnostic import Diagnostic, Fix, Related, Trace
    from pubcheck.engine import BuiltinRule, Problem, Report, Suppressed
    from pubcheck.source import Span
    from pubcheck.spec import RuleSpec

    _Suppressible = tuple[Diagnostic, Suppressed | None]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.HINT: "note"}
RESULTS = 5_000
"""Results of a run that GitHub shows; it takes no file with five times as many."""
PLACES = 100
"""Related locations of a result that GitHub shows."""
STEPS = 1_000
"""Locations of all thread flows of a result that GitHub shows."""
_TEXT = 1_024
"""Characters of a rule's descriptions that GitHub takes."""
_NOTIFIED = "internal-error"
"""What is a notification of the tool and not a result: it says nothing about the code."""


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the report as one SARIF log with one run."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_Run(report, view).document()]}
    out.write(json_document.indented(log))


class _Run:
    """One run; its parts refer to rules by index and to files by their path below the root."""

    def __init__(self, report: Report, view: View) -> None:
        self._report = report
        self._root = _root(report, view)
        suppressed = report.suppressed if view.suppressed else ()
        found = [one for one in report.diagnostics if one.rule != _NOTIFIED]
        self._results = _worst([*((one, None) for one in found), *((one.diagnostic, one) for one in suppressed)])
        self._all = len(found) + len(suppressed)
        names = sorted({*report.rules, *(one.rule for one, _ in self._results)} & {*view.rules})
        self._rules = [view.rules[name] for name in names]
        self._index = {name: index for index, name in enumerate(names)}

    def document(self) -> dict[str, Any]:
        return {
            "tool": {
                "driver": {
                    "name": "pubcheck",
                    "semanticVersion": __version__,
                    "rules": [_rule(rule) for rule in self._rules],
                }
            },
            "invocations": [self._invocation()],
            "originalUriBaseIds": {"SRCROOT": {"uri": _uri(f"{self._root.as_posix().rstrip('/')}/")}},
            "columnKind": "utf16CodeUnits",
            "results": [self._result(one, why) for one, why in self._results],
        }

    def _invocation(self) -> dict[str, Any]:
        crashes = [one for one in self._report.diagnostics if one.rule == _NOTIFIED]
        notes = [
            *(self._notification(one.message, one.severity, self._physical(one.span)) for one in crashes),
            *(self._problem(problem) for problem in self._report.problems),
            *self._left_out(),
        ]
        return {"executionSuccessful": not self._report.crashed, "toolExecutionNotifications": notes}

    def _left_out(self) -> Iterator[dict[str, Any]]:
        if self._all > RESULTS:
            text = f"Of {self._all:,} findings these are the {RESULTS:,} worst: GitHub shows no more of a run."
            yield {"level": "warning", "message": {"text": text}}
        for one, _ in self._results:
            related, steps = len(one.related), sum(len(trace.steps) for trace in flows(one))
            if related > PLACES or steps > STEPS:
                text = f"A finding of {one.rule} has {related:,} other places and {steps:,} steps: the first are shown."
                yield self._notification(text, Severity.INFO, self._physical(one.span))

    def _problem(self, problem: Problem) -> dict[str, Any]:
        place: dict[str, Any] = {"artifactLocation": self._artifact(problem.path)}
        if problem.line:
            place["region"] = {"startLine": problem.line}
        return self._notification(problem.message, problem.severity, place)

    @staticmethod
    def _notification(message: str, severity: Severity, place: dict[str, Any]) -> dict[str, Any]:
        return {
            "level": _LEVELS[severity],
            "message": {"text": message},
            "locations": [{"physicalLocation": place}],
        }

    def _result(self, one: Diagnostic, suppressed: Suppressed | None) -> dict[str, Any]:
        location: dict[str, Any] = {"physicalLocation": self._physical(one.span)}
        if one.symbol:
            name = f"{one.package}.{one.symbol}" if one.package else one.symbol
            location["logicalLocations"] = [{"fullyQualifiedName": name}]
        result: dict[str, Any] = {
            "ruleId": one.rule,
            **({"ruleIndex": self._index[one.rule]} if one.rule in self._index else {}),
            "level": _LEVELS[one.severity],
            "message": {"text": statement(one)},
            "locations": [location],
            "partialFingerprints": {"primaryLocationLineHash": one.fingerprint},
            "properties": {"confidence": one.confidence},
        }
        if one.related:
            result["relatedLocations"] = [
                {"id": number, **self._place(place)} for number, place in enumerate(one.related[:PLACES])
            ]
        if traces := flows(one):
            result["codeFlows"] = [{"threadFlows": [*self._threads(traces)]}]
        if one.fixes:
            result["fixes"] = [self._fix(fix) for fix in one.fixes]
        if suppressed is not None:
            result["suppressions"] = [_suppression(suppressed)]
        return result

    def _threads(self, traces: Iterable[Trace]) -> Iterator[dict[str, Any]]:
        """A thread flow for each goroutine that has steps, as many steps as there is room for."""
        room = STEPS
        for trace in traces:
            steps = trace.steps[:room]
            room -= len(steps)
            if steps:
                who = {"id": trace.goroutine, "message": {"text": trace.goroutine}} if trace.goroutine else {}
                yield {**who, "locations": [{"location": self._place(step)} for step in steps]}

    def _place(self, place: Related) -> dict[str, Any]:
        return {"physicalLocation": self._physical(place.span), "message": {"text": place.message}}

    def _fix(self, fix: Fix) -> dict[str, Any]:
        by_file: dict[str, list[dict[str, Any]]] = {}
        for edit in complete(fix, self._report.sources.__getitem__):
            replacement = {"deletedRegion": self._region(edit.span), "insertedContent": {"text": edit.text}}
            by_file.setdefault(edit.span.path, []).append(replacement)
        title = fix.title if fix.safe else f"{fix.title} (needs a look)"
        changes = [{"artifactLocation": self._artifact(path), "replacements": all_} for path, all_ in by_file.items()]
        return {"description": {"text": title}, "artifactChanges": changes}

    def _physical(self, span: Span) -> dict[str, Any]:
        return {"artifactLocation": self._artifact(span.path), "region": self._region(span)}

    def _region(self, span: Span) -> dict[str, int]:
        start, end = self._report.sources.ends(span, "utf-16")
        return {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }

    def _artifact(self, path: str) -> dict[str, str]:
        below = relative(path, self._root)
        return {"uri": _uri(path)} if below is None else {"uri": quote(below, errors="replace"), "uriBaseId": "SRCROOT"}


def _worst(results: list[_Suppressible]) -> list[_Suppressible]:
    """As many as GitHub shows, in their order: those that count before suppressed ones, the worst, the surest."""
    if len(results) <= RESULTS:
        return results

    def rank(index: int) -> tuple[bool, int, int, int]:
        one, suppressed = results[index]
        return suppressed is not None, one.severity.rank, one.confidence.rank, index

    return [results[index] for index in sorted(sorted(range(len(results)), key=rank)[:RESULTS])]


def _suppression(one: Suppressed) -> dict[str, Any]:
    if one.reason is None:
        return {"kind": "external", "status": "accepted", "justification": "It is in the baseline."}
    return {"kind": "inSource", "status": "accepted", **({"justification": one.reason} if one.reason else {})}


def _root(report: Report, view: View) -> Path:
    paths = {one.span.path for one in report.diagnostics} | {problem.path for problem in report.problems}
    return view.cwd if all(relative(path, view.cwd) is not None for path in paths) else report.root


def _uri(path: str) -> str:
    return "file://" + quote(path if path.startswith("/") else f"/{path}", safe="/:", errors="replace")


def _rule(rule: RuleSpec | BuiltinRule) -> dict[str, Any]:
    text = markdown(rule)
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.prose.strip().partition("\n\n")[0][:_TEXT]},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
        "properties": {"precision": rule.confidence, "tags": ["concurrency", rule.category]},
    }

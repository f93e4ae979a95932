"""Formats that other programs read, judged as those read them: by their parsers and by the fields they document."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pubcheck.cli.options import OUTPUT_FORMATS
from pubcheck.diagnostic import Diagnostic, Edit, Fix, Severity
from pubcheck.edits import applied
from pubcheck.report import FORMATS, write
from pubcheck.report.github import ANNOTATIONS
from pubcheck.report.markdown import ROWS

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from pubcheck.engine import Report
    from pubcheck.report import View
    from tests.report.conftest import Code

NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from("\r\n\0\x1b\x85\u2028:,%|`<>&\"'#[]@*_\ufffe")), min_size=1, max_size=60
) | st.sampled_from(["::error::x", "\n::error::x", "##[error]x", "a\n::set-output name=a::b", "</failure>", "]]>", "|"])

POINT = {
    "type": "object",
    "required": ["line", "column"],
    "additionalProperties": False,
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
}
RANGE = {
    "type": "object",
    "required": ["start", "end"],
    "additionalProperties": False,
    "properties": {"start": POINT, "end": POINT},
}
LOCATION = {
    "type": "object",
    "required": ["path", "range"],
    "additionalProperties": False,
    "properties": {"path": {"type": "string"}, "range": RANGE},
}
RDJSON = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "additionalProperties": False,
    "properties": {
        "source": {"type": "object", "required": ["name"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location", "severity", "code"],
                "additionalProperties": False,
                "properties": {
                    "message": {"type": "string"},
                    "location": LOCATION,
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {"type": "object", "required": ["value"]},
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "additionalProperties": False,
                            "properties": {"range": RANGE, "text": {"type": "string"}},
                        },
                    },
                    "relatedLocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["location"],
                            "additionalProperties": False,
                            "properties": {"message": {"type": "string"}, "location": LOCATION},
                        },
                    },
                },
            },
        },
    },
}
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "fingerprint": {"type": "string", "minLength": 1},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer"}}},
                },
            },
        },
    },
}


def written(output_format: str, report: Report, view: View) -> str:
    out = StringIO()
    write(output_format, report, view, out)
    return out.getvalue()


@pytest.fixture
def everything(code: Code, reset: Diagnostic, race: Diagnostic, crash: Diagnostic) -> Report:
    return code.report(reset, race, crash)


def test_the_command_line_knows_all_formats() -> None:
    assert OUTPUT_FORMATS == FORMATS


@pytest.mark.parametrize(
    "output_format", ["json-lines", "github", "gitlab", "rdjson", "checkstyle", "junit", "markdown"]
)
def test_rendering(everything: Report, view: View, output_format: str, snapshot: SnapshotAssertion) -> None:
    assert written(output_format, everything, view) == snapshot


@pytest.mark.parametrize("output_format", ["json-lines", "github"])
def test_a_stream_of_nothing_is_empty(code: Code, view: View, output_format: str) -> None:
    assert written(output_format, code.report(), view) == ""


def test_a_line_of_json_is_what_json_has(everything: Report, view: View) -> None:
    lines = [json.loads(line) for line in written("json-lines", everything, view).splitlines()]
    assert lines == json.loads(written("json", everything, view))["diagnostics"]


def test_gitlab_has_the_documented_fields(everything: Report, view: View) -> None:
    issues = json.loads(written("gitlab", everything, view))
    jsonschema.validate(issues, GITLAB)
    assert len(issues) == 3


def test_gitlab_fingerprints_differ(code: Code, crash: Diagnostic, reset: Diagnostic, view: View) -> None:
    issues = json.loads(written("gitlab", code.report(crash, crash, reset, reset), view))
    assert len({issue["fingerprint"] for issue in issues}) == 4
    assert issues[2]["fingerprint"] == reset.fingerprint
    assert json.loads(written("gitlab", code.report(), view)) == []


def test_rdjson_has_the_documented_fields(everything: Report, view: View) -> None:
    jsonschema.validate(json.loads(written("rdjson", everything, view)), RDJSON)


def test_an_rdjson_suggestion_is_the_safe_fix_as_one_replacement(code: Code, reset: Diagnostic, view: View) -> None:
    document = json.loads(written("rdjson", code.report(reset), view))
    (suggestion,) = document["diagnostics"][0]["suggestions"]
    source = code.files[reset.span.path]
    start, end = (
        source.lines.line_range(suggestion["range"][side]["line"])[0] + suggestion["range"][side]["column"] - 1
        for side in ("start", "end")
    )
    replaced = source.data[:start] + suggestion["text"].encode() + source.data[end:]
    safe = next(fix for fix in reset.fixes if fix.safe)
    assert b"c.n.Swap(0)" in replaced
    assert replaced.split() == applied(source.data, safe.edits).split()


def test_rdjson_suggests_nothing_for_another_file(code: Code, reset: Diagnostic, view: View) -> None:
    edits = (Edit(reset.span, "c.mu.Lock()"), Edit(code.span("wide/wide.go", "go"), ""))
    apart = msgspec.structs.replace(reset, fixes=(Fix("Change both", edits, safe=True),))
    assert json.loads(written("rdjson", code.report(apart), view))["diagnostics"][0]["suggestions"] == []


def test_checkstyle_groups_by_file(everything: Report, view: View) -> None:
    root = ET.fromstring(written("checkstyle", everything, view))  # noqa: S314 our own
    assert root.tag == "checkstyle"
    assert [(file.get("name"), len(file)) for file in root] == [("counter/counter.go", 1), ("wide/wide.go", 2)]
    for error in root.iter("error"):
        assert {"line", "column", "severity", "message", "source"} == set(error.keys())
        assert error.get("severity") in {"error", "warning", "info", "ignore"}


def test_junit_counts_what_it_holds(everything: Report, view: View) -> None:
    root = ET.fromstring(written("junit", everything, view))  # noqa: S314 our own
    for suite in (root, *root.iter("testsuite")):
        assert int(suite.get("tests", "")) == len(list(suite.iter("testcase")))
        assert int(suite.get("failures", "")) == len(list(suite.iter("failure")))
        assert int(suite.get("errors", "")) == len(list(suite.iter("error")))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "2", "1")


def test_junit_of_nothing_is_a_test_that_passed(code: Code, view: View) -> None:
    root = ET.fromstring(written("junit", code.report(), view))  # noqa: S314 our own
    (case,) = root.iter("testcase")
    assert len(case) == 0
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands in a log, as the runner reads them."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        match = re.match(r"\s*::([a-z-]+)(?: (.*?))?::(.*)$", line)
        if match:
            pairs = (pair.partition("=") for pair in (match[2] or "").split(",") if pair)
            found.append((match[1], {name: _read(value) for name, _, value in pairs}, _read(match[3])))
        else:
            assert "##[" not in line
    return found


def _read(text: str) -> str:
    for escaped, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, char)
    return text


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("number", [ANNOTATIONS, ANNOTATIONS + 1, 3 * ANNOTATIONS])
def test_github_gets_no_more_annotations_than_it_shows(
    code: Code, reset: Diagnostic, view: View, severity: Severity, number: int
) -> None:
    one = msgspec.structs.replace(reset, severity=severity)
    notice = msgspec.structs.replace(reset, severity=Severity.INFO)
    text = written("github", code.report(*[one] * number, *[notice] * (ANNOTATIONS - 1)), view)
    kinds = [command for command, _, _ in commands(text)]
    for kind in ("error", "warning", "notice"):
        assert kinds.count(kind) <= ANNOTATIONS
    annotated = sum("file" in properties for _, properties, _ in commands(text))
    listed = sum(line.startswith("- ") for line in text.splitlines())
    assert annotated + listed == number + ANNOTATIONS - 1
    told = [properties["title"] for command, properties, _ in commands(text) if command == "notice"]
    assert (f"pubcheck: {listed} finding{'s' if listed != 1 else ''} more" in told) == (listed > 0)


def test_github_columns_are_of_one_line(code: Code, reset: Diagnostic, view: View) -> None:
    wide = msgspec.structs.replace(reset, span=code.span("counter/counter.go", "c.n.Store(0)\n\treturn"))
    ((_, of_line, _), (_, across, _)) = commands(written("github", code.report(reset, wide), view))
    assert of_line["col"] == "2"
    assert of_line["endColumn"] == "14"
    assert not {"col", "endColumn"} & set(across)
    assert (across["line"], across["endLine"]) == ("13", "14")


def nasty(code: Code, reset: Diagnostic, name: str, message: str) -> Diagnostic:
    path = f"folder/{name}.go"
    code.add(path, "package p\n\nvar bug int\n")
    related = (msgspec.structs.replace(reset.related[0], message=message),)
    span = code.span(path, "bug")
    return msgspec.structs.replace(reset, span=span, message=message, help=message, because=(message,), related=related)


HARMLESS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)


@HARMLESS
@given(name=NASTY, message=NASTY)
def test_no_text_becomes_a_command(code: Code, reset: Diagnostic, view: View, name: str, message: str) -> None:
    one = nasty(code, reset, name, message)
    text = written("github", code.report(*[one] * (ANNOTATIONS + 2)), view)
    found = commands(text)
    assert [command for command, _, _ in found] == ["error"] * ANNOTATIONS + ["group", "endgroup", "notice"]
    assert set(found[0][1]) == {"file", "line", "endLine", "col", "endColumn", "title"}
    assert found[0][1]["title"] == "pubcheck: load-then-store"
    assert len(re.split(r"\r\n|\r|\n", text)) == ANNOTATIONS + 2 + 3 + 1


@HARMLESS
@given(name=NASTY, message=NASTY)
@pytest.mark.parametrize("output_format", ["checkstyle", "junit"])
def test_any_text_is_well_formed_xml(  # noqa: PLR0917
    code: Code, reset: Diagnostic, view: View, output_format: str, name: str, message: str
) -> None:
    text = written(output_format, code.report(nasty(code, reset, name, message)), view)
    root = ET.fromstring(text.encode())  # noqa: S314 our own
    findings = [*root.iter("error"), *root.iter("failure")]
    assert len(findings) == 1
    assert len(findings[0]) == 0


@HARMLESS
@given(name=NASTY, message=NASTY)
@pytest.mark.parametrize("output_format", ["gitlab", "rdjson", "json", "json-lines", "sarif"])
def test_any_text_is_json(  # noqa: PLR0917
    code: Code, reset: Diagnostic, view: View, output_format: str, name: str, message: str
) -> None:
    assert json.loads(written(output_format, code.report(nasty(code, reset, name, message)), view).encode())


@HARMLESS
@given(name=NASTY, message=NASTY)
def test_no_text_leaves_its_cell(code: Code, reset: Diagnostic, view: View, name: str, message: str) -> None:
    lines = written("markdown", code.report(nasty(code, reset, name, message)), view).split("\n")
    assert len(lines) == 12
    row = lines[-2]
    assert row.count("|") == 4
    assert not re.search(r"[`*\[\]\\@]", row)
    assert re.sub(r"</?code>", "", row).count("<") == 0


def test_markdown_says_what_it_leaves_out(code: Code, reset: Diagnostic, race: Diagnostic, view: View) -> None:
    text = written("markdown", code.report(*[reset] * ROWS, race, race), view)
    assert text.count("<code>counter/counter.go") == ROWS
    assert text.endswith("\n2 findings more.\n")
    assert f"| <code>load-then-store</code> | error | {ROWS} |" in text
    assert "| <code>map-race</code> | warning | 2 |" in text

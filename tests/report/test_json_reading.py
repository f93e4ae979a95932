"""A saved report says what it said, wherever it is read."""

from __future__ import annotations

import codecs
import json
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pubcheck.engine import BUILTIN_RULES, Config, Report, Shard, check
from pubcheck.report import FORMATS, View, write
from pubcheck.report.json_reading import SavedReportError, read
from pubcheck.rules.registry import load

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Problem
    from tests.report.conftest import Code

BY_POSITION = ("concise", "json", "json-lines", "gitlab", "checkstyle", "junit", "markdown")
"""Formats that count columns in bytes and quote no source."""


def text(output_format: str, report: Report, view: View) -> str:
    out = StringIO()
    write(output_format, report, view, out)
    return out.getvalue()


def saved(report: Report, view: View) -> bytes:
    return text("json", report, view).encode()


class Example(NamedTuple):
    report: Report
    view: View
    saved: bytes


@pytest.fixture(scope="module")
def examples(pytestconfig: pytest.Config) -> Example:
    """What is really found in the test data: fixes with imports, traces, all severities."""
    folder = pytestconfig.rootpath / "testdata"
    rules = load(())
    report = check(["./showcase/..."], Config(select=("all",)), cwd=folder, rules=rules)
    view = View(cwd=folder, rules=BUILTIN_RULES | {name: rule.spec for name, rule in rules.items()})
    return Example(report, view, saved(report, view))


@pytest.mark.parametrize("output_format", FORMATS)
def test_every_format_comes_out_as_it_did(examples: Example, output_format: str) -> None:
    assert sum(len(one.fixes) for one in examples.report.diagnostics) >= 2
    again = read(examples.saved, examples.view.cwd)
    assert text(output_format, again, examples.view) == text(output_format, examples.report, examples.view)


@pytest.mark.parametrize("output_format", BY_POSITION)
def test_places_hold_where_the_files_arent(examples: Example, output_format: str, tmp_path: Path) -> None:
    elsewhere = msgspec.structs.replace(examples.view, cwd=tmp_path)
    again = read(examples.saved, tmp_path)
    assert text(output_format, again, elsewhere) == text(output_format, examples.report, examples.view)


def test_a_file_that_has_changed_is_not_quoted(tmp_path: Path, reset: Diagnostic, code: Code, view: View) -> None:
    document = saved(code.report(reset), view)
    (tmp_path / "counter").mkdir()
    file = tmp_path / "counter" / "counter.go"
    path = reset.span.path.removeprefix(f"{view.cwd.as_posix()}/")
    file.write_bytes(code.files[reset.span.path].data)
    here = msgspec.structs.replace(view, cwd=tmp_path)
    assert "c.n.Store(0)" in text("full", read(document, tmp_path), here)
    file.write_bytes(b"// Moved down.\n" + code.files[reset.span.path].data)
    report = read(document, tmp_path)
    assert report.sources[file.as_posix()] is None
    shown = text("full", report, here)
    assert f"{path}:13:2" in shown.replace("counter.go:11:2", "counter.go:13:2")
    assert " | " not in shown


def test_only_go_files_are_read(tmp_path: Path, reset: Diagnostic, code: Code, view: View) -> None:
    document = json.loads(saved(code.report(reset), view))
    (tmp_path / "secret").write_text("password\n")
    one = document["diagnostics"][0]
    start = {"line": 1, "column": 1, "offset": 0}
    one |= {"path": "secret", "range": {"start": start, "end": start}, "related": [], "traces": [], "fixes": []}
    report = read(json.dumps(document).encode(), tmp_path)
    assert "password" not in text("full", report, msgspec.structs.replace(view, cwd=tmp_path))


def test_what_a_run_was_about_is_kept(code: Code, problem: Problem, view: View) -> None:
    report = msgspec.structs.replace(code.report(problems=(problem,)), shard=Shard(2, 3))
    below = msgspec.structs.replace(view, cwd=view.cwd / "wide")
    again = read(saved(report, below), below.cwd)
    assert again.root == report.root
    assert (again.rules, again.shard, again.problems) == (report.rules, report.shard, report.problems)
    assert (again.stats.packages, again.stats.files, again.stats.lines) == (2, 2, 23)


def test_what_a_later_version_adds_is_passed_over(code: Code, reset: Diagnostic, view: View) -> None:
    document = json.loads(saved(code.report(reset), view))
    document["later"] = document["diagnostics"][0]["later"] = {"more": 1}
    assert len(read(json.dumps(document).encode(), view.cwd).diagnostics) == 1
    assert len(read(codecs.BOM_UTF8 + json.dumps(document).encode(), view.cwd).diagnostics) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "isn't JSON"),
        (b"\xff\xfe{", "isn't JSON"),
        (b'{"version":' * 100_000, "isn't"),
        (b'{"later":' * 100_000, "isn't JSON"),
        (b"[]", "isn't a report of pubcheck as JSON: Expected `object`"),
        (b"{}", "missing required field `version`"),
        (b'{"version": 7}', "version 7 of the report's shape; 1 can be read"),
        (b'{"version": 1, "diagnostics": 3}', "at `$.diagnostics`"),
        (b'{"version": 1, "runs": []}', "missing required field"),
    ],
)
def test_what_is_no_report_is_refused(data: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(SavedReportError) as refused:
        read(data, tmp_path)
    assert words in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(draw=st.data())
def test_a_damaged_report_is_refused_or_read(
    draw: st.DataObject, code: Code, reset: Diagnostic, view: View, tmp_path: Path
) -> None:
    document = json.loads(saved(code.report(reset), view))
    at: Any = document
    while True:
        key = draw.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or not at[key] or draw.draw(st.booleans()):
            break
        at = at[key]
    at[key] = draw.draw(JSON)
    try:
        report = read(json.dumps(document).encode("utf-8", "surrogatepass"), tmp_path)
    except SavedReportError:
        return
    for output_format in FORMATS:
        text(output_format, report, msgspec.structs.replace(view, cwd=tmp_path))

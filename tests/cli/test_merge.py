"""The parts of a run, merged, say what one run would have said."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from pubcheck.cli.options import OUTPUT_FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Outcome, Shell

EVERYTHING = ("check", "--select", "all", "--min-confidence", "low")


@pytest.fixture
def module(shell: Shell, reset: str, pytestconfig: pytest.Config) -> Shell:
    """Packages with findings, fixes, suppressions, external tests and broken Go."""
    for name in ("load-then-store", "returns-guarded-state", "wrong-lock", "errgroup-misuse", "double-lock"):
        for path in sorted((pytestconfig.rootpath / "testdata/rules" / name).glob("*.go")):
            shell.write(f"{name}/{path.name}", path.read_bytes())
    for name in "abcdef":
        shell.write(f"{name}/{name}.go", reset.replace("package m", f"package {name}"))
    shell.write("b/b_test.go", reset.replace("package m", "package b_test"))
    shell.write("c/c.go", reset.replace("package m", "package c").replace("Store(0)", "Store(0) //pubcheck:ignore"))
    shell.write("d/broken.go", "package d\n\nfunc f( {}\n")
    shell.write("e/other.go", "package other\n")
    shell.write("f/use.go", 'package f\n\nimport "example.com/m/a"\n\nvar c a.Counter\n')
    return shell


def shards(shell: Shell, count: int, *arguments: str) -> list[str]:
    names = []
    for index in range(1, count + 1):
        names.append(f"part{index}.json")
        shell.run(*EVERYTHING, "--shard", f"{index}/{count}", f"--output-format=json={names[-1]}", *arguments)
    return names


def packages(shell: Shell) -> int:
    stats: dict[str, int] = json.loads(shell.run(*EVERYTHING, "--output-format=json").out)["stats"]
    return stats["packages"]


def all_formats(name: str) -> list[str]:
    return [f"--output-format={output_format}={name}.{output_format}" for output_format in OUTPUT_FORMATS]


def without_time(outcome: Outcome) -> tuple[int, str, str]:
    return outcome.code, outcome.out, re.sub(r" \(\d+\.\d s\)", "", outcome.err)


def assert_merged_is_whole(module: Shell, reports: list[str], *arguments: str) -> None:
    """Each format and what is said beside it are byte for byte those of one run; ``arguments`` are that run's."""
    said = ("-v", "--statistics", "--report-suppressed")
    whole = module.run(*EVERYTHING, *arguments, *all_formats("whole"), *said)
    assert whole.code == 1
    assert without_time(module.run("merge", *reports, *all_formats("merged"), *said)) == without_time(whole)
    for name in OUTPUT_FORMATS:
        assert (module.root / f"merged.{name}").read_bytes() == (module.root / f"whole.{name}").read_bytes()


@pytest.mark.parametrize("count", [3, 20])
def test_shards_make_a_whole(module: Shell, count: int) -> None:
    reports = shards(module, count)
    stats = [json.loads((module.root / name).read_bytes())["stats"]["packages"] for name in reports]
    assert sum(stats) == packages(module) > 10
    assert count == 20 or min(stats) > 1
    assert_merged_is_whole(module, reports)


def test_what_shards_suppress_is_in_the_whole(module: Shell) -> None:
    """Comments, a baseline that is stale in part, and a change that has to do with some findings alone."""
    module.write("a/silent.go", (module.root / "a/a.go").read_bytes().replace(b"Counter", b"Silent"))
    module.run("suppress", "--reason", "because", "--select", "load-then-store", "./a", "./wrong-lock")
    module.run("baseline", "write", "--select", "all", "--min-confidence", "low", "./c", "./d", "./double-lock")
    module.write("d/d.go", "package d\n")
    lines = "".join(f"+{line}\n" for line in (module.root / "e/e.go").read_text().splitlines())
    module.write("change.patch", f"--- /dev/null\n+++ b/e/e.go\n@@ -0,0 +1,{lines.count(chr(10))} @@\n{lines}")
    said = ("--baseline", "pubcheck-baseline.toml", "--new-from-patch", "change.patch")
    reports = shards(module, 3, *said)
    saved = [json.loads((module.root / name).read_bytes()) for name in reports]
    assert {one["reason"] for report in saved for one in report["suppressed"]} == {None, "because"}
    assert sum(report["unchanged"] for report in saved) > 2
    assert any("prune" in problem["message"] for report in saved for problem in report["problems"])
    assert_merged_is_whole(module, reports, *said)


def test_the_order_of_reports_doesnt_matter(module: Shell) -> None:
    reports = shards(module, 3)
    merged = module.run("merge", *reports, "--output-format", "json")
    assert module.run("merge", *reversed(reports), "--output-format", "json") == merged


def test_merged_reports_can_be_merged(module: Shell) -> None:
    *first, last = shards(module, 3)
    assert module.run("merge", *first, "--output-format", "json").code == 2
    whole = module.run("merge", *first, last, "--output-format=json=whole.json", "--output-format", "sarif")
    assert module.run("merge", "whole.json", "--output-format", "sarif") == whole
    assert module.run("merge", "whole.json", "whole.json", "--output-format", "concise").out == (
        module.run("merge", "whole.json", "--output-format", "concise").out
    )


def test_a_part_that_is_missing_is_told(module: Shell) -> None:
    one, _, three = shards(module, 3)
    outcome = module.run("merge", one, three)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "pubcheck: there is no report of shard 2/3\n"
    outcome = module.run("merge", one, three, one.replace("part", "./part"))
    assert (outcome.code, outcome.err) == (2, "pubcheck: part1.json and ./part1.json: both are shard 1/3\n")
    module.run("check", "--shard", "1/2", "--output-format=json=half.json")
    outcome = module.run("merge", one, "half.json")
    assert (outcome.code, outcome.err) == (2, "pubcheck: half.json is shard 1/2, and part1.json is shard 1/3\n")


def test_the_exit_code_is_that_of_a_whole_run(module: Shell) -> None:
    reports = shards(module, 2)
    assert module.run("merge", *reports).code == 1
    assert module.run("merge", *reports, "--exit-zero").code == 0
    assert module.run("merge", *reports, "--fail-on", "error").code == 1
    clean = shards(module, 2, "--ignore", "all,bad-suppression,unused-suppression")
    outcome = module.run("merge", *clean)
    assert (outcome.code, outcome.out) == (0, "")
    assert f"No findings in {packages(module)} packages" in outcome.err


def test_what_failed_is_told_once_and_last(module: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise KeyError("location")

    monkeypatch.setattr("pubcheck.rules.load_then_store.check", fail)
    reports = shards(module, 3)
    whole = module.run(*EVERYTHING, "--output-format", "json")
    rules = [one["rule"] for one in json.loads(whole.out)["diagnostics"]]
    failed = packages(module)
    assert rules.count("internal-error") == failed
    assert rules[-failed] == "internal-error" != rules[-failed - 1]
    merged = module.run("merge", *reports, "--output-format", "json")
    assert (merged.code, merged.out) == (whole.code, whole.out)
    assert merged.code == 3


def test_merging_works_without_the_checkout(module: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = shards(module, 2)
    whole = module.run("merge", *reports, "--output-format", "concise")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in reports:
        (elsewhere / name).write_bytes((module.root / name).read_bytes())
    monkeypatch.chdir(elsewhere)
    assert module.run("merge", *reports, "--output-format", "concise") == whole


@pytest.mark.parametrize("text", ["", "1", "0/3", "4/3", "a/b", "1/3/5", "-1/3", "1/ 3"])
def test_a_wrong_part_is_refused(shell: Shell, text: str) -> None:
    outcome = shell.run("check", f"--shard={text}")
    assert outcome.code == 2
    assert "is no part of a run" in outcome.err


def test_what_cant_be_merged_is_told(shell: Shell) -> None:
    shell.write("bad.json", "{")
    outcome = shell.run("merge", "bad.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("pubcheck: bad.json: isn't JSON")
    outcome = shell.run("merge", "none.json")
    assert (outcome.code, outcome.err) == (2, "pubcheck: none.json: can't be read: No such file or directory\n")
    assert shell.run("merge").code == 2

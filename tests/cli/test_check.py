from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pubcheck.rules import Finding
    from tests.cli.conftest import Shell


def test_findings_go_to_stdout_and_the_summary_to_stderr(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    outcome = shell.run()
    assert outcome.code == 1
    assert outcome.out.startswith("counter.go:11:2: ")
    assert outcome.out.endswith("(load-then-store)\n")
    assert outcome.out.count("\n") == 1
    assert outcome.err.startswith("1 finding (1 error) in 1 package, 1 file, 13 lines (")


def test_clean_code_is_silent(shell: Shell) -> None:
    shell.write("a.go", "package m\n")
    outcome = shell.run("check", "./...")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith("No findings in 1 package, 1 file, 1 line (")


@pytest.mark.parametrize("arguments", [[], ["./..."], ["."], ["check"], ["check", "./..."], ["counter.go"], ["-q"]])
def test_check_is_what_happens_without_a_command(shell: Shell, reset: str, arguments: list[str]) -> None:
    shell.write("counter.go", reset)
    outcome = shell.run(*arguments)
    assert outcome.code == 1
    assert outcome.out.startswith("counter.go:11:2: ")


def test_the_exit_code_tells(shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("a.go", "package m\n\nfunc start() { go start() }\n")
    assert shell.run().code == 0
    shell.write("counter.go", reset)
    assert shell.run().code == 1
    assert shell.run("./nowhere").code == 2

    def fail(*_: object) -> Iterator[Finding]:
        raise RecursionError("too deep")

    monkeypatch.setattr("pubcheck.rules.mixed_atomic_access.check", fail)
    outcome = shell.run("--no-cache")
    assert outcome.code == 3
    assert "counter.go:11:2: " in outcome.out
    assert "rule `mixed-atomic-access` failed on package example.com/m: RecursionError: too deep" in outcome.out
    assert "Traceback" not in outcome.err
    assert shell.run("--no-cache", "--exit-zero").code == 3


def test_exit_zero_forgives(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    outcome = shell.run("--exit-zero")
    assert outcome.code == 0
    assert outcome.out


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("error", "error", 1),
        ("warning", "error", 0),
        ("warning", "warning", 1),
        ("info", "warning", 0),
        ("info", "info", 1),
        ("hint", "info", 0),
        ("hint", "hint", 1),
    ],
)
def test_what_is_bad_enough_to_fail(shell: Shell, reset: str, severity: str, fail_on: str, code: int) -> None:
    shell.write("counter.go", reset)
    shell.write("pubcheck.toml", f'[severity]\nload-then-store = "{severity}"\n')
    outcome = shell.run("--fail-on", fail_on)
    assert outcome.code == code
    assert outcome.out.startswith("counter.go:11:2: ")
    assert shell.run().code == 1
    assert shell.run("--fail-on", fail_on, "--exit-zero").code == 0


def test_statistics_count_by_rule_and_by_package(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("sub/counter.go", reset + reset.partition("\n\n")[2].partition("\n\n")[2].replace("Counter", "Other"))
    outcome = shell.run("--statistics", "-q")
    assert outcome.err.splitlines() == [
        "findings by rule:",
        "         3  load-then-store",
        "findings by package:",
        "         2  example.com/m/sub",
        "         1  example.com/m",
    ]
    assert "findings by" not in outcome.out


def test_statistics_count_what_comments_suppress(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset.replace("Store(0)", "Store(0) //pubcheck:ignore load-then-store one caller"))
    assert shell.run("--statistics", "-q").err.splitlines() == [
        "findings by rule:",
        "findings by package:",
        "suppressed by comments, by rule:",
        "         1  load-then-store",
    ]


def test_quiet_leaves_only_the_diagnostics(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("broken.go", "package m\n\nfunc {\n")
    outcome = shell.run("--quiet")
    assert outcome.err == ""
    assert "counter.go:11:2" in outcome.out


def test_timings_are_told_on_stderr(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    outcome = shell.run("--timings", "-q")
    assert "time by phase:" in outcome.err
    assert "load-then-store" in outcome.err
    assert "time by" not in outcome.out


def test_the_command_line_overrides_the_configuration(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("pubcheck.toml", 'ignore = ["load-then-store"]\n')
    assert shell.run().code == 0
    assert shell.run("--select", "load-then-store").code == 1
    assert shell.run("--select", "atomics,locks", "--ignore", "load-then-store").code == 0
    shell.write("other.toml", "")
    assert shell.run("--config", "other.toml").code == 1


def test_a_configuration_above_counts(shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("pubcheck.toml", 'exclude = ["/deep/"]\n')
    shell.write("deep/counter.go", reset)
    monkeypatch.chdir(shell.root / "deep")
    assert shell.run().code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["./nowhere"], "nowhere"),
        (["nowhere.go"], "nowhere.go"),
        (["--config", "nowhere.toml"], "nowhere.toml: can't be read"),
        (["--select", "load-then-stor"], 'did you mean "load-then-store"?'),
        (["--output-format", "xml"], "invalid choice"),
        (["--output-format", "sarif="], "sarif= names no file"),
        (["--jobs", "0"], "0 is no number of processes"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["./a", "-q", "./b", "--nonsense"], "unrecognized arguments: ./b --nonsense"),
        (["rules", "one"], "unrecognized arguments: one"),
        (["explain", "load-then-stor"], 'did you mean "load-then-store"?'),
        (["new-rule", "Not_Kebab"], "is no rule name"),
        (["debug", "facts", "nowhere.go"], "nowhere.go"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(shell: Shell, arguments: list[str], message: str) -> None:
    shell.write("a.go", "package m\n")
    outcome = shell.run(*arguments)
    assert outcome.code == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.out == ""


def test_a_wrong_configuration_is_told_by_line(shell: Shell) -> None:
    shell.write("pubcheck.toml", 'tests = true\nselct = ["all"]\n')
    outcome = shell.run()
    assert outcome.code == 2
    assert outcome.err == 'pubcheck: pubcheck.toml:2: unknown key "selct"; did you mean "select"?\n'


@pytest.mark.parametrize("output_format", ["json", "sarif"])
def test_machines_get_a_document_even_for_nothing(shell: Shell, output_format: str) -> None:
    shell.write("a.go", "package m\n")
    assert json.loads(shell.run("--output-format", output_format, "-q").out)


def test_colours_come_when_asked_for(shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("counter.go", reset)
    assert "\x1b[" not in shell.run("--output-format", "full").out
    assert "\x1b[" in shell.run("--output-format", "full", "--color", "always").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in shell.run("--output-format", "full").out


def test_the_target_decides_which_files_count(shell: Shell, reset: str) -> None:
    shell.write("counter_windows.go", reset)
    shell.write("a.go", "package m\n")
    assert shell.run().code == 0
    assert shell.run("--goos", "windows").code == 1
    shell.write("tagged.go", f"//go:build special\n\n{reset.replace('Counter', 'Other')}")
    assert "tagged.go" in shell.run("--tags", "other,special").out


def test_tests_can_be_left_out(shell: Shell) -> None:
    shell.write(
        "a_test.go", 'package m\n\nimport "sync/atomic"\n\nvar n int64\n\nfunc f() { n = atomic.AddInt64(&n, 1) }\n'
    )
    shell.write("a.go", "package m\n")
    assert shell.run().code == 1
    assert shell.run("--no-tests").code == 0


def run_apart(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "pubcheck", *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, check=False)


def test_a_reader_that_leaves_early_is_no_error(shell: Shell, reset: str) -> None:
    for number in range(200):
        shell.write(f"p{number}/counter.go", reset)
    command = f"{sys.executable} -m pubcheck -q --output-format full | head -n 1"
    done = subprocess.run(command, shell=True, cwd=shell.root, capture_output=True, text=True, check=True)  # noqa: S602
    assert done.stdout.startswith("error[load-then-store]")
    assert done.stderr == ""


def test_options_may_stand_between_patterns(shell: Shell, reset: str) -> None:
    for folder in ("one", "two", "three"):
        shell.write(f"{folder}/counter.go", reset)
    found = shell.run("./one", "--select", "load-then-store", "./two", "-q").out
    assert "one/counter.go" in found
    assert "two/counter.go" in found
    assert "three/" not in found


def test_the_order_of_patterns_makes_no_difference(shell: Shell, reset: str) -> None:
    shell.write("a/a.go", reset)
    shell.write("b/b.go", reset)
    assert shell.run("./a", "./b", "-q").out == shell.run("./b", "./a", "./a", "-q").out

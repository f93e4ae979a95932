from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_several_reports_of_one_run(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    (shell.root / "out").mkdir()
    wanted = ("sarif=out/found.sarif", "full", "junit=out/found.xml", "json-lines=found.jsonl")
    outcome = shell.run(*(word for one in wanted for word in ("--output-format", one)))
    assert outcome.code == 1
    assert outcome.out.startswith("error[load-then-store]")
    sarif = json.loads((shell.root / "out/found.sarif").read_text())
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["load-then-store"]
    assert ET.parse(shell.root / "out/found.xml").getroot().get("failures") == "1"  # noqa: S314 our own
    assert json.loads((shell.root / "found.jsonl").read_text())["rule"] == "load-then-store"


def test_with_files_only_there_is_nothing_on_stdout(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    outcome = shell.run("--output-format", "json=found.json", "--color", "always")
    assert (outcome.code, outcome.out) == (1, "")
    assert "\x1b" not in (shell.root / "found.json").read_text()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (["full", "json"], "both full and json would go to stdout; give one a file, as in sarif=out.sarif"),
        (["sarif=a", "json=./a"], "both sarif and json would go to ./a"),
        (["json=nowhere/a.json"], "nowhere/a.json: can't be written: there is no folder"),
        (["json=."], ".: can't be written: it is a folder"),
    ],
)
def test_where_reports_cant_go_is_told_before_the_work(
    shell: Shell, wanted: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pubcheck.cli.check.check", None)
    outcome = shell.run(*(word for one in wanted for word in ("--output-format", one)))
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.out == ""


def test_a_difference_is_no_report(shell: Shell) -> None:
    shell.write("a.go", "package m\n")
    outcome = shell.run("--diff", "--output-format", "json=a.json")
    assert outcome.code == 2
    assert "--diff prints a difference and writes no report" in outcome.err


def test_a_file_that_cant_be_written_is_told(shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("counter.go", reset)
    shell.write("found.json", "before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = shell.run("--output-format", "json=found.json")
    assert outcome.code == 2
    assert outcome.err == "pubcheck: found.json: can't be written: No space left on device\n"
    assert (shell.root / "found.json").read_text() == "before"
    assert not list(shell.root.glob(".found*"))


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    real = shell.write("real.json", "x" * 100_000)
    real.chmod(0o640)
    (shell.root / "link.json").symlink_to(real)
    shell.run("--output-format", "json=link.json", "--output-format", "markdown=new.md")
    assert json.loads(real.read_text())["diagnostics"]
    assert (shell.root / "link.json").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((shell.root / "new.md").stat().st_mode) == 0o666 & ~mask


def test_what_is_no_file_is_written_to(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    pipe = shell.root / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    shell.run("--output-format", "concise=pipe")
    assert os.read(reader, 10_000).startswith(b"counter.go:11:2: ")
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_stdout_comes_last(shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of stdout that leaves early takes no file away."""
    shell.write("counter.go", reset)
    order: list[str] = []

    def write(output_format: str, *_: object) -> None:
        order.append(output_format)

    monkeypatch.setattr("pubcheck.report.write", write)
    shell.run("--output-format", "concise", "--output-format", "json=found.json")
    assert order == ["json", "concise"]

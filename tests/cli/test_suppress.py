from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

REASON = "--reason=  it is   by design "
IGNORE = "//pubcheck:ignore load-then-store it is by design"

TWO = "c.n.Store(0); c.mu.Lock(); defer c.mu.Lock()"
IMPORT = ('import "sync/atomic"', 'import (\n\t"sync"\n\t"sync/atomic"\n)')


def test_findings_are_silenced_by_comments_with_the_reason(shell: Shell, reset: str) -> None:
    path = shell.write("counter.go", reset)
    other = shell.write("sub/counter.go", reset)
    outcome = shell.run("suppress", REASON)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "Suppressed 2 findings\n         2  load-then-store\n"
    assert path.read_text() == other.read_text() == reset.replace("\tc.n.Store", f"\t{IGNORE}\n\tc.n.Store")
    assert shell.run().out == ""


def test_doing_it_again_changes_nothing(shell: Shell, reset: str) -> None:
    path = shell.write("counter.go", reset)
    shell.run("suppress", REASON)
    once = path.read_bytes()
    outcome = shell.run("suppress", REASON)
    assert (outcome.code, outcome.err) == (0, "Suppressed 0 findings\n")
    assert path.read_bytes() == once


def test_a_difference_is_only_shown(shell: Shell, reset: str) -> None:
    path = shell.write("counter.go", reset)
    outcome = shell.run("suppress", REASON, "--diff")
    assert outcome.code == 1
    assert [line for line in outcome.out.splitlines() if line.startswith(("+", "-"))] == [
        "--- a/counter.go",
        "+++ b/counter.go",
        f"+\t{IGNORE}",
    ]
    assert outcome.err.startswith("Would suppress 1 finding\n")
    assert path.read_text() == reset


def test_only_what_is_selected_is_silenced(shell: Shell, reset: str) -> None:
    path = shell.write("counter.go", reset)
    assert shell.run("suppress", REASON, "--select", "locks").code == 0
    assert path.read_text() == reset
    assert shell.run("suppress", REASON, "--select", "load-then-store").code == 0
    assert path.read_text() != reset


def test_two_rules_on_a_line_share_a_comment(shell: Shell, reset: str) -> None:
    text = reset.replace("struct{ n", "struct{ mu sync.Mutex; n").replace("c.n.Store(0)", TWO).replace(*IMPORT)
    path = shell.write("a.go", text)
    found = {line.rpartition("(")[2].rstrip(")") for line in shell.run().out.splitlines()}
    assert found == {"load-then-store", "defer-lock"}
    assert shell.run("suppress", REASON).code == 0
    assert f"\t//pubcheck:ignore defer-lock,load-then-store it is by design\n\t{TWO}\n" in path.read_text()
    assert shell.run().out == ""


def test_carriage_returns_stay(shell: Shell, reset: str) -> None:
    path = shell.write("counter.go", reset.replace("\n", "\r\n"))
    assert shell.run("suppress", REASON).code == 0
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") == reset.count("\n") + 1
    assert shell.run().code == 0


def test_a_line_that_begins_in_a_string_has_its_comment_behind(shell: Shell, reset: str) -> None:
    text = reset.replace("\tc.n.Store(0)", "\t_ = `\n`; c.n.Store(0)")
    path = shell.write("counter.go", text)
    assert shell.run("suppress", REASON).code == 0
    assert f"\n`; c.n.Store(0) {IGNORE}\n" in path.read_text()
    assert shell.run().code == 0


def test_what_cant_be_silenced_is_told(shell: Shell, reset: str) -> None:
    text = reset.replace("\tc.n.Store(0)", "\t_ = `\n`; c.n.Store(0); _ = `\n`")
    path = shell.write("counter.go", text)
    outcome = shell.run("suppress", REASON)
    assert outcome.code == 1
    assert outcome.err == "Suppressed 0 findings\n1 finding left where no comment can stand\n"
    assert path.read_text() == text


def test_engine_findings_are_none_of_its_business(shell: Shell) -> None:
    text = "package m\n\n//pubcheck:ignore load-then-store it was so once\nvar x int\n"
    path = shell.write("a.go", text)
    assert shell.run().code == 1
    assert shell.run("suppress", REASON).code == 0
    assert path.read_text() == text


@pytest.mark.parametrize("reason", ["", "  ", "a\x1bb", "a\x00b"])
def test_a_reason_is_words(shell: Shell, reason: str) -> None:
    outcome = shell.run("suppress", "--reason", reason)
    assert outcome.code == 2
    assert "a reason is words" in outcome.err


def test_a_reason_is_required(shell: Shell) -> None:
    assert shell.run("suppress").code == 2


def test_it_ends_well_as_a_process(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    command = [sys.executable, "-m", "pubcheck", "suppress", REASON]
    done = subprocess.run(command, cwd=shell.root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "Suppressed 1 finding\n         1  load-then-store\n")

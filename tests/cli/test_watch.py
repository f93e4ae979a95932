"""A process that watches, files that are saved, and what it writes."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from argparse import Namespace
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pubcheck.cli import watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Shell

PATIENCE = 60
"""Seconds; what takes longer will never come."""


class Watcher:
    """``pubcheck --watch`` at work."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log
        self._read = 0

    def until(self, words: str) -> str:
        """What it writes until it says ``words``."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self._log.read_text("utf-8")[self._read :]
            if words in text:
                self._read += text.index(words) + len(words)
                return text[: text.index(words)]
            time.sleep(0.02)
        pytest.fail(f"never said {words!r}: {text!r}")

    def silent_for(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self._log.read_text("utf-8")[self._read :].strip() == ""

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@contextmanager
def watching(shell: Shell, *arguments: str, stdout: int | None = None) -> Iterator[Watcher]:
    log = shell.root.parent / "log"
    command = [sys.executable, "-m", "pubcheck", "check", "--watch", *arguments]
    with log.open("wb") as out:
        env = os.environ | {"TERM": "xterm"}
        process = subprocess.Popen(command, cwd=shell.root, stdout=stdout or out, stderr=out, env=env)
        try:
            yield Watcher(process, log)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def shell(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A module in a folder that nothing else is in."""
    shell.root = shell.root / "module"
    shell.write("go.mod", "module example.com/m\n\ngo 1.24\n")
    monkeypatch.chdir(shell.root)
    return shell


IDLE = "Watching for changes; Ctrl-C ends it\n"


def test_each_save_is_looked_at(shell: Shell, reset: str) -> None:
    shell.write("a.go", "package m\n")
    with watching(shell) as watcher:
        assert "No findings in 1 package" in watcher.until(IDLE)
        shell.write("a.go", reset)
        seen = watcher.until(IDLE)
        assert seen.startswith("a.go:11:2: ")
        assert "Since the last look: 1 new finding, 0 gone\n  a.go:11:2: " in seen
        shell.write("b/b.go", reset.replace("package m", "package b"))
        seen = watcher.until(IDLE)
        assert seen.startswith("a.go:11:2: ")
        assert "1 new finding, 0 gone\n  b/b.go:11:2: " in seen
        shell.write("a.go", "package m\n")
        assert "0 new findings, 1 gone" in watcher.until(IDLE)
        assert watcher.interrupt() == 0
        assert watcher.silent_for(0)


def test_only_what_matters_counts(shell: Shell, reset: str) -> None:
    shell.write("a.go", reset)
    with watching(shell) as watcher:
        watcher.until(IDLE)
        shell.write("README.md", "words")
        shell.write(".git/index.go", "no")
        shell.write("a.go~", "backup")
        shell.write(".#a.go", "lock")
        assert watcher.silent_for(1.5)
        shell.write("pubcheck.toml", 'ignore = ["load-then-store"]\n')
        assert "0 new findings, 1 gone" in watcher.until(IDLE)
        shell.write("pubcheck.toml", 'ignore = ["load-then"]\n')
        assert 'unknown rule or category "load-then"' in watcher.until(IDLE)
        shell.write("pubcheck.toml", "")
        assert "1 new finding, 0 gone" in watcher.until(IDLE)


def test_a_burst_is_one_change(shell: Shell, reset: str) -> None:
    shell.write("a.go", "package m\n")
    with watching(shell) as watcher:
        watcher.until(IDLE)
        for name in "bcdef":
            shell.write(f"{name}/{name}.go", reset.replace("package m", f"package {name}"))
        assert "5 new findings" in watcher.until(IDLE)
        assert watcher.silent_for(1)


def test_what_is_saved_during_a_look_is_seen_after_it(shell: Shell) -> None:
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        if len(looks) == 2:
            raise KeyboardInterrupt
        shell.write("a.go", "package m\n")

    def too_long(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(PATIENCE)
    try:
        code = watch.run(Namespace(config=None, quiet=True, color="never"), look, shell.root)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert (code, len(looks)) == (0, 2)


def test_a_terminal_shows_the_last_look_only(shell: Shell, reset: str) -> None:
    shell.write("a.go", reset)
    control, terminal = pty.openpty()
    try:
        with watching(shell, stdout=terminal) as watcher:
            watcher.until(IDLE)
            first = os.read(control, 100_000)
            shell.write("a.go", "package m\n")
            watcher.until(IDLE)
            second = os.read(control, 100_000)
            assert watcher.interrupt() == 0
    finally:
        os.close(control)
        os.close(terminal)
    assert first.startswith(b"\x1b[2J\x1b[H")
    assert b"load-then-store" in first
    assert second.startswith(b"\x1b[2J\x1b[H")
    assert b"load-then-store" not in second


def test_it_says_what_it_needs(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    outcome = shell.run("--watch")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "pubcheck: --watch needs the package watchfiles: pip install 'pubcheck[watch]'\n"


def test_it_makes_no_fixes(shell: Shell) -> None:
    outcome = shell.run("--watch", "--fix")
    assert (outcome.code, outcome.err) == (2, "pubcheck: --watch only looks, and makes no fixes\n")


@pytest.mark.parametrize(
    ("path", "relevant"),
    [
        ("a.go", True),
        ("b/a_test.go", True),
        ("go.mod", True),
        ("b/go.mod", True),
        ("go.work", True),
        ("pubcheck.toml", True),
        (".pubcheck.toml", True),
        (".pubcheck/rules/mine.md", True),
        ("testdata/a.go", True),
        ("../other/a.go", True),
        ("go.sum", False),
        ("a.go.swp", False),
        (".a.go.swp", False),
        (".a.go", False),
        ("_a.go", False),
        (".git/a.go", False),
        ("_old/a.go", False),
        ("b/.idea/a.go", False),
        (".pubcheck/cache/a.go", False),
        ("README.md", False),
    ],
)
def test_what_is_relevant(path: str, relevant: bool, tmp_path: Path) -> None:
    assert watch.is_relevant(os.path.normpath(tmp_path / path), tmp_path) is relevant


def test_a_folder_that_is_moved_here_is_relevant(shell: Shell, reset: str) -> None:
    shell.write("a.go", "package m\n")
    outside = shell.root.parent / "outside"
    outside.mkdir()
    (outside / "b.go").write_text(reset.replace("package m", "package b"))
    with watching(shell) as watcher:
        watcher.until(IDLE)
        outside.rename(shell.root / "b")
        assert "1 new finding, 0 gone\n  b/b.go:11:2: " in watcher.until(IDLE)

"""What is kept between runs, as users meet it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

_MODULES = """
import sys
from pubcheck.cli import main
code = main(["./...", "-q", "--cache-dir", "kept"])
print(sorted(name for name in sys.modules if name.startswith((
    "pubcheck.analysis", "pubcheck.flow", "pubcheck.syntax", "pubcheck.rules.reg", "tree_sitter", "rich", "pathspec"
))), code)
"""


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*"))


def test_a_second_run_reports_the_same(shell: Shell, reset: str) -> None:
    shell.write("a.go", reset)
    first = shell.run("./...", "--cache-dir", "kept", "-q")
    assert first.code == 1
    assert size(shell.root / "kept") > 0
    assert shell.run("./...", "--cache-dir", "kept", "-q") == first


def test_a_run_with_nothing_to_analyse_needs_no_parser(shell: Shell, reset: str) -> None:
    shell.write("a.go", reset)

    def modules() -> str:
        done = subprocess.run([sys.executable, "-c", _MODULES], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    assert "'tree_sitter'" in modules()
    assert modules() == "['pubcheck.rules.registry'] 1"


def test_without_a_cache_nothing_is_written(
    shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("unused")
    monkeypatch.setenv("PUBCHECK_CACHE_DIR", str(folder))
    shell.write("a.go", reset)
    assert shell.run("--no-cache").code == 1
    assert list(folder.iterdir()) == []
    assert shell.run().code == 1
    assert list(folder.iterdir()) != []


def test_a_cache_is_had_or_not(shell: Shell) -> None:
    assert shell.run("--no-cache", "--cache-dir", "x").code == 2


def test_a_cache_that_cannot_be_made_is_no_reason_to_fail(shell: Shell, reset: str) -> None:
    shell.write("a.go", reset)
    shell.write("file", "taken")
    expected = shell.run("./...", "--no-cache", "-q")
    assert shell.run("./...", "--cache-dir", "file", "-q") == expected
    assert shell.run("./...", "--cache-dir", f"file{os.sep}below", "-q") == expected


def test_the_cache_can_be_found_measured_and_emptied(shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBCHECK_CACHE_DIR", str(shell.root / "kept"))
    shell.write("a.go", reset)
    assert shell.run("cache", "dir").out == f"{shell.root / 'kept'}\n"
    assert shell.run("cache", "size").out == "0.0 MB\n"
    for number in range(40):
        shell.write(f"p{number}/a.go", f"package p{number}\n" + reset.partition("\n")[2])
    shell.run("./...")
    measured = shell.run("cache", "size").out
    assert measured != "0.0 MB\n"
    assert shell.run("cache", "clean").out == measured.replace("MB", "MB removed")
    assert shell.run("cache", "size").out == "0.0 MB\n"
    assert shell.run("cache", "size", "--cache-dir", "other").out == "0.0 MB\n"
    assert shell.run("cache", "burn").code == 2


def test_fixes_are_made_on_what_is_there(shell: Shell, reset: str) -> None:
    path = shell.write("a.go", reset)
    shell.run("./...", "--cache-dir", "kept")
    assert shell.run("./...", "--cache-dir", "kept", "--fix", "-q").code == 0
    assert "Swap(0)" in path.read_text()
    assert shell.run("./...", "--cache-dir", "kept", "-q").code == 0

"""The same code gives the same bytes: whatever the order of files on the disk, of sets in memory, and of runs."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from pubcheck.report import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def build(folder: Path, testdata: Path, seed: int) -> None:
    """Make a module of all test data; files are created in an order that hangs on ``seed``."""
    shutil.rmtree(folder, ignore_errors=True)
    files = sorted(testdata.rglob("*.go"))
    random.Random(seed).shuffle(files)  # noqa: S311 nothing secret hangs on it
    for path in files:
        copy = folder / path.relative_to(testdata)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (folder / "go.mod").write_text("module example.com/all\n\ngo 1.25\n")
    # Two packages in a folder and broken Go are where an order is most likely to be left to chance.
    for number in range(5):
        (folder / f"mixed{number}.go").write_text(f"package p{number % 3}\n\nfunc f{number}( {{}}\n")


def outputs(folder: Path, kept: Path, seed: int) -> dict[str, bytes]:
    """The report in all formats by their names, and what is said beside it."""
    kept.mkdir()
    command = [sys.executable, "-m", "pubcheck", "--no-cache", "-v", "--select", "all", "--min-confidence", "low"]
    for name in FORMATS:
        command += ["--output-format", f"{name}={kept / name}"]
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    notes = re.sub(rb"\(\d+\.\d s\)", b"", done.stderr)
    return {"notes": notes} | {path.name: path.read_bytes() for path in kept.iterdir()}


def test_neither_order_nor_hashes_show(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    folder = tmp_path / "module"
    build(folder, pytestconfig.rootpath / "testdata", 1)
    first = outputs(folder, tmp_path / "first", 1)
    assert [name for name in FORMATS if b"load-then-store" not in first[name]] == []
    assert first["notes"].count(b"mixed") >= 5
    build(folder, pytestconfig.rootpath / "testdata", 2)
    second = outputs(folder, tmp_path / "second", 2)
    assert [name for name in first if first[name] != second[name]] == []

"""The same code gives the same bytes: whatever the order of files on the disk, of sets in memory, and of runs."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


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


def output(folder: Path, output_format: str, seed: int) -> tuple[bytes, bytes]:
    command = [sys.executable, "-m", "pubcheck", "-v", "--select", "all", "--min-confidence", "low"]
    done = subprocess.run(
        [*command, "--output-format", output_format],
        cwd=folder,
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout, re.sub(rb"\(\d+\.\d s\)", b"", done.stderr)


@pytest.mark.parametrize("output_format", ["full", "concise", "json", "sarif"])
def test_neither_order_nor_hashes_show(tmp_path: Path, pytestconfig: pytest.Config, output_format: str) -> None:
    folder = tmp_path / "module"
    build(folder, pytestconfig.rootpath / "testdata", 1)
    first = output(folder, output_format, 1)
    assert first[0].count(b"load-then-store") > 3
    assert first[1].count(b"mixed") >= 5
    build(folder, pytestconfig.rootpath / "testdata", 2)
    assert output(folder, output_format, 2) == first

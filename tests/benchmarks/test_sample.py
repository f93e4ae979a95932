"""The module that benchmarks are made on: of the size that was asked for, sound Go, one package on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.sample import sample
from pubcheck.engine import check

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sample_has_the_size_that_was_asked_for_and_nothing_to_find(tmp_path: Path) -> None:
    sample(tmp_path / "m", 3000)
    report = check(["./..."], cwd=tmp_path / "m")
    assert (report.diagnostics, report.problems) == ((), ())
    assert 3000 <= report.stats.lines < 5000
    assert report.stats.packages > 1

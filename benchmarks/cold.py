"""Runs from nothing, against the time that parsing the same files takes."""

from __future__ import annotations

import json
import re
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.child import Children, Usage

LIMIT = 6.0
"""A run should take no more than this many times what parsing alone takes."""
MEMORY_LIMIT = 1 << 30
"""Bytes."""

_TABLE = re.compile(r"^time by (\w+):$")
_ROW = re.compile(r"^ +([0-9.]+) s  (\S+)$")


class Run(NamedTuple):
    """One repetition: what parsing took, what checking took, and the tables of seconds that ``--timings`` prints."""

    parse: dict[str, Any]
    used: Usage
    findings: int
    tables: dict[str, dict[str, float]]

    @property
    def ratio(self) -> float:
        """How many times as long as parsing alone the check took."""
        return float(self.used.seconds / self.parse["seconds"])


def measure(children: Children, checkout: Path, *, tests: bool) -> Run:
    """Parse the files of ``checkout``, and then check them."""
    parse = json.loads(children.run("benchmarks.parse_alone", str(checkout), "1" if tests else "").stdout)
    options = ["--no-cache", "--jobs", "1", *([] if tests else ["--no-tests"])]
    used = children.run("pubcheck", f"{checkout}/...", "--output-format", "json", "--timings", *options)
    return Run(parse, used, len(json.loads(used.stdout)["diagnostics"]), _tables(used.stderr))


def _tables(text: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    table: dict[str, float] = {}
    for line in text.splitlines():
        if title := _TABLE.match(line):
            table = found[title[1]] = {}
        elif row := _ROW.match(line):
            table[row[2]] = float(row[1])
    return found


def show(runs: list[Run]) -> bool:
    """Print medians; whether they are within the limits."""
    first = runs[0]
    size = f"{first.parse['files']} files, {first.parse['lines']:,} lines, {first.parse['bytes'] / 1e6:.1f} MB"
    print(f"{size}: {first.findings} findings")
    parse = median(run.parse["seconds"] for run in runs)
    total = median(run.used.seconds for run in runs)
    ratios = sorted(run.ratio for run in runs)
    ratio = median(ratios)
    print(f"processor time: tree-sitter alone {parse:.2f} s, pubcheck {total:.2f} s")
    print(f"ratio: {ratio:.1f} (of {ratios[0]:.1f} to {ratios[-1]:.1f}; limit {LIMIT:.0f})")
    memory = median(run.used.memory for run in runs)
    print(f"peak memory: {memory / 1e6:.0f} MB (limit {MEMORY_LIMIT / 1e6:.0f} MB)")
    for title, table in first.tables.items():
        print(f"processor time by {title}:")
        medians = {name: median(run.tables[title].get(name, 0.0) for run in runs) for name in table}
        for name in sorted(medians, key=lambda name: (-medians[name], name)):
            print(f"  {medians[name]:7.3f} s  {name}")
    return ratio <= LIMIT and memory <= MEMORY_LIMIT

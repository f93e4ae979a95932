"""Measures pubcheck on a Go project that lies on this machine.

In each repetition tree-sitter alone parses the files, and then pubcheck checks them from nothing, each in a process of
its own. What counts is processor time: both see the same machine in the same mood, so their ratio means more than
either time, whatever else runs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.child import Children, Usage
from benchmarks.growth import copies, largest_package

LIMIT = 8.0
"""A run should take no more than this many times what parsing alone takes."""
MEMORY_LIMIT = 1 << 30
"""Bytes."""
GROWTH_LIMIT = 2.5
"""How many times as long two more copies of a package may take as one more: 2 where time grows with the code."""
HELP_LIMIT = 0.150
"""Seconds for ``--help``."""

_TABLE = re.compile(r"^time by (\w+):$")
_ROW = re.compile(r"^ +([0-9.]+) s  (\S+)$")


class Run(NamedTuple):
    """One repetition: seconds of processor time, bytes, and the tables of seconds that ``--timings`` prints."""

    parse: dict[str, Any]
    total: float
    memory: int
    findings: int
    tables: dict[str, dict[str, float]]


def main() -> int:
    """Measure, print, and exit with 1 if a limit is passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("checkout", type=Path, help="folder of a Go module or workspace")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions (default: 3)")
    parser.add_argument("--no-tests", action="store_true", help="leave out _test.go files")
    parser.add_argument("--growth", action="store_true", help="check one, two and four copies of its largest package")
    arguments = parser.parse_args()
    checkout: Path = arguments.checkout.resolve()
    with tempfile.TemporaryDirectory() as folder:
        children = Children(Path(folder) / "bytecode")
        copies(largest_package(checkout), 1, Path(folder) / "first")
        children.run(
            "pubcheck", f"{folder}/first/...", "-q", "--no-cache"
        )  # compiles what everything after it finds compiled
        runs = [_run(children, checkout, tests=not arguments.no_tests) for _ in range(arguments.repeat)]
        within = _print_runs(runs)
        started = median(children.run("pubcheck", "--help").seconds for _ in range(5))
        print(f"--help: {started * 1000:.0f} ms")
        if arguments.growth:
            within = _print_growth(children, checkout, Path(folder)) and within
    return int(not within or started > HELP_LIMIT)


def _run(children: Children, checkout: Path, *, tests: bool) -> Run:
    parse = json.loads(children.run("benchmarks.parse_alone", str(checkout), "1" if tests else "").stdout)
    options = [] if tests else ["--no-tests"]
    used = children.run("pubcheck", f"{checkout}/...", "--output-format", "json", "--timings", "--no-cache", *options)
    report = json.loads(used.stdout)
    return Run(parse, used.seconds, used.memory, len(report["diagnostics"]), _tables(used.stderr))


def _tables(text: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    table: dict[str, float] = {}
    for line in text.splitlines():
        if title := _TABLE.match(line):
            table = found[title[1]] = {}
        elif row := _ROW.match(line):
            table[row[2]] = float(row[1])
    return found


def _print_runs(runs: list[Run]) -> bool:
    """Print medians; whether they are within the limits."""
    first = runs[0]
    size = f"{first.parse['files']} files, {first.parse['lines']:,} lines, {first.parse['bytes'] / 1e6:.1f} MB"
    print(f"{size}: {first.findings} findings")
    parse = median(run.parse["seconds"] for run in runs)
    total = median(run.total for run in runs)
    ratios = sorted(run.total / run.parse["seconds"] for run in runs)
    ratio = median(ratios)
    print(f"processor time: tree-sitter alone {parse:.2f} s, pubcheck {total:.2f} s")
    print(f"ratio: {ratio:.1f} (of {ratios[0]:.1f} to {ratios[-1]:.1f}; limit {LIMIT:.0f})")
    memory = median(run.memory for run in runs)
    print(f"peak memory: {memory / 1e6:.0f} MB (limit {MEMORY_LIMIT / 1e6:.0f} MB)")
    for title, table in first.tables.items():
        print(f"processor time by {title}:")
        medians = {name: median(run.tables[title].get(name, 0.0) for run in runs) for name in table}
        for name in sorted(medians, key=lambda name: (-medians[name], name)):
            print(f"  {medians[name]:7.3f} s  {name}")
    return ratio <= LIMIT and memory <= MEMORY_LIMIT


def _print_growth(children: Children, checkout: Path, folder: Path) -> bool:
    """Print what more of the same code costs; whether that is in proportion."""
    package = largest_package(checkout)
    print(f"copies of {package.relative_to(checkout)}:")
    seconds = []
    for count in (1, 2, 4):
        copies(package, count, folder / f"times{count}")
        used = min(
            (children.run("pubcheck", f"{folder}/times{count}/...", "-q", "--no-cache") for _ in range(2)), key=_seconds
        )
        seconds.append(used.seconds)
        print(f"  {count}: {used.seconds:.2f} s, {used.memory / 1e6:.0f} MB")
    once, twice, four = seconds
    growth = (four - twice) / (twice - once)
    print(f"two more copies take {growth:.1f} times as long as one more (linear: 2.0; limit {GROWTH_LIMIT})")
    return growth <= GROWTH_LIMIT


def _seconds(used: Usage) -> float:
    return used.seconds


if __name__ == "__main__":
    sys.exit(main())

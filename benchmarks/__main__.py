"""Measures pubcheck on a Go project that lies on this machine, or on one that is made for it.

In each repetition tree-sitter alone parses the files, and then pubcheck checks them from nothing, each in a process of
its own. What counts is processor time: both see the same machine in the same mood, so their ratio means more than
either time, whatever else runs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import cold, incremental, others, workers
from benchmarks.child import Children
from benchmarks.growth import copies, largest_package
from benchmarks.sample import sample

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.child import Usage

GROWTH_LIMIT = 2.5
"""How many times as long two more copies of a package may take as one more: 2 where time grows with the code."""
START_LIMIT = 0.120
"""Seconds for ``--help`` and ``--version``."""
WALK_LIMIT = 3.0
"""A run that finds everything as it was may take this many times what reading and hashing the files takes."""
CHANGE_LIMITS = (1.0, 3.0)
"""Seconds after a change in a package that nobody imports, and in one that many do."""


def main() -> int:
    """Measure, print, and exit with 1 if a limit is passed."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        children = Children(folder / "bytecode")
        if arguments.sample:
            checkout = folder / "sample"
            sample(checkout, arguments.sample)
        else:
            checkout = arguments.checkout.resolve()
        copies(largest_package(checkout), 1, folder / "first")
        children.run("pubcheck", f"{folder}/first/...", "-q", "--no-cache")  # compiles what all others find compiled
        runs = [cold.measure(children, checkout, tests=not arguments.no_tests) for _ in range(arguments.repeat)]
        within = [cold.show(runs), _start(children)]
        if arguments.workers:
            tests = not arguments.no_tests
            turns = [workers.measure(children, checkout, tests=tests) for _ in range(arguments.repeat)]
            within.append(workers.show(turns))
        if arguments.warm:
            (folder / "warm").mkdir()
            within.append(_warm(incremental.measure(children, checkout, folder / "warm")))
        if arguments.growth:
            within.append(_growth(children, checkout, folder))
        if arguments.others:
            _others(others.measure(children, checkout, folder, tests=not arguments.no_tests), runs)
    return int(not all(within))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("checkout", type=Path, nargs="?", help="folder of a Go module or workspace")
    what.add_argument("--sample", type=int, metavar="LINES", help="make a module of about so many lines instead")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions (default: 3)")
    parser.add_argument("--no-tests", action="store_true", help="leave out _test.go files")
    parser.add_argument("--workers", action="store_true", help="check with one process and with two")
    parser.add_argument("--warm", action="store_true", help="check a copy again, unchanged and after changes")
    parser.add_argument("--growth", action="store_true", help="check one, two and four copies of its largest package")
    parser.add_argument("--others", action="store_true", help="run go vet, staticcheck and semgrep, where installed")
    return parser.parse_args()


def _start(children: Children) -> bool:
    """Print how long it takes to start; whether that is quick enough."""
    within = True
    for option in ("--help", "--version"):
        started = median(children.run("pubcheck", option).seconds for _ in range(5))
        print(f"{option}: {started * 1000:.0f} ms (limit {START_LIMIT * 1000:.0f} ms)")
        within = within and started <= START_LIMIT
    return within


def _warm(warm: incremental.Warm) -> bool:
    """Print what runs cost that find earlier results; whether they are within the limits."""
    ratio = warm.unchanged.elapsed / warm.walk.elapsed
    print(f"walking and hashing alone: {warm.walk.elapsed:.2f} s")
    print(f"nothing changed: {warm.unchanged.elapsed:.2f} s, {ratio:.1f} times that (limit {WALK_LIMIT:.0f})")
    print(f"a file of {warm.leaf_package} changed: {warm.leaf.elapsed:.2f} s (limit {CHANGE_LIMITS[0]:.0f} s)")
    among = f"which {warm.importers} packages stand on"
    print(f"a file of {warm.common_package}, {among}: {warm.common.elapsed:.2f} s (limit {CHANGE_LIMITS[1]:.0f} s)")
    print(f"a new function there: {warm.declared.elapsed:.2f} s (limit {CHANGE_LIMITS[1]:.0f} s)")
    print(f"a new method of {warm.wide}: {warm.method.elapsed:.2f} s (limit {CHANGE_LIMITS[1]:.0f} s)")
    print(f"a new field of it: {warm.field.elapsed:.2f} s (limit {CHANGE_LIMITS[1]:.0f} s)")
    leaf, common = CHANGE_LIMITS
    wide = (warm.common, warm.declared, warm.method, warm.field)
    in_time = warm.leaf.elapsed <= leaf and max(used.elapsed for used in wide) <= common
    return ratio <= WALK_LIMIT and in_time


def _growth(children: Children, checkout: Path, folder: Path) -> bool:
    """Print what more of the same code costs; whether that is in proportion."""
    package = largest_package(checkout)
    print(f"copies of {package.relative_to(checkout)}:")
    seconds = []
    for count in (1, 2, 4):
        copies(package, count, folder / f"times{count}")
        command = ("pubcheck", f"{folder}/times{count}/...", "-q", "--no-cache", "--jobs", "1")
        used = min((children.run(*command) for _ in range(2)), key=_seconds)
        seconds.append(used.seconds)
        print(f"  {count}: {used.seconds:.2f} s, {used.memory / 1e6:.0f} MB")
    once, twice, four = seconds
    growth = (four - twice) / (twice - once)
    print(f"two more copies take {growth:.1f} times as long as one more (linear: 2.0; limit {GROWTH_LIMIT})")
    return growth <= GROWTH_LIMIT


def _others(measured: Iterable[others.Other], runs: list[cold.Run]) -> None:
    """Print what other checkers take, from nothing, for the same code."""
    total = median(run.used.seconds for run in runs)
    print("processor time of others, from nothing:")
    for other in measured:
        if other.used is None:
            print(f"  {other.name}: {other.reason}")
        else:
            times = other.used.seconds / total
            memory = other.used.memory / 1e6
            took = f"{other.used.seconds:.2f} s, {times:.1f} times pubcheck's, {memory:.0f} MB"
            print(f"  {other.name}: {took}, {other.findings} findings")


def _seconds(used: Usage) -> float:
    return used.seconds


if __name__ == "__main__":
    sys.exit(main())

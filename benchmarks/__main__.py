"""Measures pubcheck on a Go project that lies on this machine.

Each repetition is a process of its own, in which tree-sitter alone parses the files first and then pubcheck checks them
from nothing: both see the same machine in the same mood, so their ratio means more than either time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

LIMIT = 8.0
"""A run should take no more than this many times what parsing alone takes."""
HELP_LIMIT = 0.150
"""Seconds for ``--help``."""


def main() -> int:
    """Measure, print, and exit with 1 if a limit is passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("checkout", type=Path, help="folder of a Go module")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions (default: 3)")
    parser.add_argument("--no-tests", action="store_true", help="leave out _test.go files")
    arguments = parser.parse_args()
    runs = [_run(arguments.checkout, tests=not arguments.no_tests) for _ in range(arguments.repeat)]
    ratio = _print_runs(runs)
    started = median(_help_time() for _ in range(5))
    print(f"--help: {started * 1000:.0f} ms")
    return int(ratio > LIMIT or started > HELP_LIMIT)


def _run(checkout: Path, *, tests: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.once", str(checkout.resolve()), "1" if tests else ""]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _print_runs(runs: list[dict[str, Any]]) -> float:
    first = runs[0]
    size = f"{first['files']} files, {first['lines']:,} lines, {first['bytes'] / 1e6:.1f} MB"
    print(f"{size}: {first['findings']} findings, {first['problems']} problems")
    parse = median(run["parse"] for run in runs)
    total = median(run["total"] for run in runs)
    ratio: float = median(run["total"] / run["parse"] for run in runs)
    print(f"tree-sitter alone {parse:.2f} s, pubcheck {total:.2f} s, {ratio:.1f} times as long (limit {LIMIT:.0f})")
    print(f"peak memory {median(run['memory'] for run in runs) / 1e6:.0f} MB")
    for table in ("phases", "rules"):
        print(f"by {table.removesuffix('s')}:")
        names = sorted(first[table], key=lambda name: (-median(run[table][name] for run in runs), name))
        for name in names:
            print(f"  {median(run[table][name] for run in runs):7.3f} s  {name}")
    return ratio


def _help_time() -> float:
    started = perf_counter()
    subprocess.run([sys.executable, "-m", "pubcheck", "--help"], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())

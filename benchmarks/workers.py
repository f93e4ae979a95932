"""Runs from nothing by one process and by two, on the clock on the wall: the same code, one after the other."""

from __future__ import annotations

import json
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.child import Children

LIMIT = 4.0
"""Two processes should take no more than this many times what parsing alone takes in one."""


class Turn(NamedTuple):
    """Seconds on the clock: of parsing alone, and of checks by one process and by two."""

    parse: float
    one: float
    two: float


def measure(children: Children, checkout: Path, *, tests: bool) -> Turn:
    """Parse ``checkout``, and check it with one worker and with two."""
    parse = json.loads(children.run("benchmarks.parse_alone", str(checkout), "1" if tests else "").stdout)
    options = ["-q", "--no-cache", *([] if tests else ["--no-tests"])]
    one, two = (children.run("pubcheck", f"{checkout}/...", "--jobs", jobs, *options).elapsed for jobs in ("1", "2"))
    return Turn(parse["seconds"], one, two)


def show(turns: list[Turn]) -> bool:
    """Print medians; whether they are within the limit."""
    ratio = median(turn.two / turn.parse for turn in turns)
    gain = median(turn.one / turn.two for turn in turns)
    print(f"on the clock: one process {median(turn.one for turn in turns):.2f} s, {gain:.2f} times what two take")
    print(f"two processes: {median(turn.two for turn in turns):.2f} s, {ratio:.1f} times parsing (limit {LIMIT:.0f})")
    return ratio <= LIMIT

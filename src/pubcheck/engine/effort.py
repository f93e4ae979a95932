"""How much work packages are, and how many processes it pays to share it out among."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.model.project import PackageSource

_WORTH = 400_000
"""Bytes of Go that a process has to do for it to pay."""
_WORTH_A_START = 1_500_000
"""The same where it has to start and load the project by itself."""
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def effort(package: PackageSource) -> int:
    """Bytes of a package's source, which its work is in proportion to. A file that has gone weighs nothing."""
    total = 0
    for file in package.files:
        try:
            total += file.path.stat().st_size
        except OSError:
            continue
    return total


def paying(work: int, width: float, *, forked: bool) -> int:
    """The number of processes that pays.

    Args:
        work: bytes of source.
        width: how many could work on it at once on an average.
        forked: whether processes start at no cost.
    """
    worth = work // (_WORTH if forked else _WORTH_A_START)
    return max(min(worth, math.ceil(width), processors()), 1)


def processors() -> int:
    """The processors that this process may keep busy: those it may run on, or fewer where its container has a quota."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _QUOTA.read_text("ascii").split()
        return max(min(available, math.ceil(int(quota) / int(period))), 1)
    except (OSError, ValueError, ZeroDivisionError):  # there is none, which may be spelt "max"
        return available

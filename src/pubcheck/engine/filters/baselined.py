"""What was there before a project took pubcheck on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.engine.candidate import Candidate, Setting


def mark(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Mark what is in the baseline: of findings that are alike as many as it has, the first ones."""
    if setting.baseline is None:
        return candidates
    left = Counter[tuple[str, str, str, str]](setting.baseline.counts)
    for candidate in candidates:
        alike = candidate.diagnostic.identity
        if not candidate.silenced and left[alike]:
            left[alike] -= 1
            candidate.known = True
    return candidates

"""A name for each finding that outlives moved lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import fingerprint

if TYPE_CHECKING:
    from pubcheck.engine.candidate import Candidate, Setting


def add(candidates: list[Candidate], _setting: Setting) -> list[Candidate]:
    """Give each its fingerprint; those that are alike are told apart by their number in source order."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for candidate in candidates:
        diagnostic = candidate.diagnostic
        about = diagnostic.identity
        candidate.diagnostic = msgspec.structs.replace(diagnostic, fingerprint=fingerprint(*about, seen[about]))
        seen[about] += 1
    return candidates

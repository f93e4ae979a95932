"""Findings that are sure enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence

if TYPE_CHECKING:
    from pubcheck.engine.candidate import Candidate, Setting


def drop_unsure(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Drop what is less sure than the settings ask for; see ``Config.min_confidence``."""
    least = setting.config.min_confidence
    named = frozenset() if least else setting.selection.by_name
    limit = (least or Confidence.MEDIUM).rank
    return [
        candidate
        for candidate in candidates
        if candidate.diagnostic.confidence.rank <= limit or candidate.diagnostic.rule in named
    ]

"""Findings that are sure enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.candidate import Candidate, Setting
    from pubcheck.engine.config import Config
    from pubcheck.engine.selection import Selection


def drop_unsure(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Drop what is less sure than the settings ask for; see ``Config.min_confidence``."""
    return [one for one in candidates if is_sure(one.diagnostic, setting.config, setting.selection)]


def is_sure(finding: Diagnostic, config: Config, selection: Selection) -> bool:
    """Whether ``finding`` is as sure as the settings ask for."""
    least = config.min_confidence
    named = frozenset() if least else selection.by_name
    return finding.confidence.rank <= (least or Confidence.MEDIUM).rank or finding.rule in named

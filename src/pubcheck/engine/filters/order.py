"""One order, whatever the order that packages and rules ran in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.engine.candidate import Candidate, Setting


def sort(candidates: list[Candidate], _setting: Setting) -> list[Candidate]:
    """Sort by file, place, rule and message."""
    return sorted(candidates, key=_place)


def _place(candidate: Candidate) -> tuple[object, ...]:
    diagnostic = candidate.diagnostic
    return (diagnostic.span, diagnostic.rule, diagnostic.message, diagnostic.package)

"""A package and its tests may see one thing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.candidate import Candidate, Setting


def drop(candidates: list[Candidate], _setting: Setting) -> list[Candidate]:
    """Keep the first of those with one rule, one span and one message."""
    first: dict[object, Candidate] = {}
    for candidate in candidates:
        first.setdefault(identity(candidate.diagnostic), candidate)
    return list(first.values())


def identity(diagnostic: Diagnostic) -> object:
    """Equal for diagnostics that say the same."""
    return (diagnostic.rule, diagnostic.span, diagnostic.message)

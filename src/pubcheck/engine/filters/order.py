"""One order, whatever the order that packages and rules ran in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.candidate import Candidate, Setting


def sort(candidates: list[Candidate], _setting: Setting) -> list[Candidate]:
    """Sort by file, place, rule and message."""
    return sorted(candidates, key=lambda candidate: place(candidate.diagnostic))


def place(diagnostic: Diagnostic) -> tuple[object, ...]:
    """What diagnostics are sorted by."""
    return (diagnostic.span, diagnostic.rule, diagnostic.message, diagnostic.package)

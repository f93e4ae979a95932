"""Two separate axes: how bad a finding is, and how often it is right."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How bad it is when the finding is right."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How often findings like this one are right, measured on real code."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return list(Confidence).index(self)

"""Nobody mends a generated file by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.engine.candidate import Candidate, Setting


def drop(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Drop findings in generated files, unless they are wanted."""
    if setting.config.generated:
        return candidates
    return [candidate for candidate in candidates if not setting.files[candidate.diagnostic.span.path].generated]

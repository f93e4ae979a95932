"""What is wrong with a rule document, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SpecError(Exception):
    """A rule document or an expectation that can't be understood.

    Attributes:
        path: the file as the caller named it.
        line: line of the mistake, counted from 1.
        reason: what is wrong, without the place.
    """

    def __init__(self, path: str, line: int, reason: str) -> None:
        """Say that ``reason`` holds at ``path:line``."""
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


def suggestion(word: str, known: Iterable[str]) -> str:
    """`` (did you mean `x`?)`` for the closest of ``known``, else what there is to choose from."""
    from difflib import get_close_matches  # noqa: PLC0415 only mistakes pay for its import

    choices = list(known)
    close = get_close_matches(word, choices, 1)
    return f" (did you mean `{close[0]}`?)" if close else f" (known: {', '.join(choices)})"

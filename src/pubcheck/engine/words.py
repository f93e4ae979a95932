"""Helping with a word that isn't known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean "..."?`` with the nearest of ``known``, or nothing where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 only where something is wrong

    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""

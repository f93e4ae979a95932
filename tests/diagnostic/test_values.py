"""Levels order themselves; a fingerprint knows nothing of lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pubcheck.diagnostic import Confidence, Severity, fingerprint

words = st.text(max_size=8)


def test_levels_rank_from_worst_and_from_surest() -> None:
    assert sorted(Severity, key=lambda level: level.rank) == ["error", "warning", "info", "hint"]
    assert sorted(Confidence, key=lambda level: level.rank) == ["high", "medium", "low"]


@given(words, words, words, words, st.integers(0, 3))
def test_a_fingerprint_tells_its_parts_apart(rule: str, package: str, symbol: str, location: str, nth: int) -> None:
    one = fingerprint(rule, package, symbol, location, nth)

    assert one == fingerprint(rule, package, symbol, location, nth)
    assert one != fingerprint(rule, package, symbol, location, nth + 1)
    assert one != fingerprint(rule, package + "x", symbol, location, nth)
    assert len(one) == 32

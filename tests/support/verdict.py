"""Compares what was found with what a file expects: Noisy, Missing, Wrong, and known gaps that are gone."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pubcheck.spec.want import Expectation, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable


def verdicts(expected: Iterable[Expectation], found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """What doesn't fit, as line and sentence; empty when all is as expected.

    Args:
        expected: the expectations of one file.
        found: line and ``rule: message`` of each finding in it.
    """
    texts: dict[int, list[str]] = defaultdict(list)
    for line, text in found:
        texts[line].append(text)
    wanted: dict[int, list[Expectation]] = defaultdict(list)
    for one in expected:
        wanted[one.line].append(one)
    failures = []
    for line in sorted({*texts, *wanted}):
        failures += [(line, sentence) for sentence in _line(wanted[line], texts[line])]
    return failures


def _line(expected: list[Expectation], texts: list[str]) -> list[str]:
    gaps = [one for one in expected if one.kind is not Kind.WANT]
    if gaps:
        return [sentence for gap in gaps if (sentence := _gap(gap, texts))]
    left = list(texts)
    missing = []
    for want in expected:
        match = next((text for text in left if re.search(want.pattern, text)), None)
        if match is None:
            missing.append(want.pattern)
        else:
            left.remove(match)
    if len(missing) == len(left) == 1:
        return [f"Wrong: wanted `{missing[0]}`, got `{left[0]}`"]
    return [*(f"Missing: `{pattern}`" for pattern in missing), *(f"Noisy: `{text}`" for text in left)]


def _gap(gap: Expectation, texts: list[str]) -> str:
    if gap.kind is Kind.KNOWN_MISS and texts:
        return f"Fixed: the known miss is found now, make it a want: `{texts[0]}`"
    if gap.kind is Kind.KNOWN_NOISE and not texts:
        return f"Fixed: the known noise is gone, drop its mark ({gap.reason})"
    return ""

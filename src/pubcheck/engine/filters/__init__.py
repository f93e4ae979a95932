"""From all that rules found to what is shown: a chain of small filters, one idea each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.engine.filters import (
    baselined,
    confidence,
    duplicates,
    fingerprints,
    fixable,
    generated,
    groups,
    order,
    polls,
    suppressed,
    unchanged,
    wanted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.engine.candidate import Candidate, Setting

    Filter = Callable[[list[Candidate], Setting], list[Candidate]]

CHAIN: tuple[Filter, ...] = (
    polls.decide,
    wanted.keep,
    generated.drop,
    suppressed.mark,
    confidence.drop_unsure,
    duplicates.drop,
    groups.keep_first_of_group,
    suppressed.account,
    order.sort,
    fingerprints.add,
    baselined.mark,
    unchanged.mark,
    fixable.narrow,
)


def apply(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Send ``candidates`` through the chain."""
    for step in CHAIN:
        candidates = step(candidates, setting)
    return candidates

"""One defect, one finding: of the rules that see one mistake from several sides, the first that fits speaks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.candidate import Candidate, Setting

GROUPS = (
    # what a lock should guard
    (
        "declared-guard",
        "requires-lock",
        "write-under-rlock",
        "wrong-lock",
        "iteration-race",
        "map-race",
        "inconsistent-guard",
        "global-write-race",
        "handler-state-race",
    ),
    # what closures share
    (
        "slice-append-race",
        "map-race",
        "unsafe-type-shared",
        "errgroup-misuse",
        "done-before-write",
        "captured-variable-race",
    ),
    # what is made when it is first asked for
    ("once-fast-path", "double-checked-locking", "lazy-init-race", "declared-guard", "map-race", "inconsistent-guard"),
    ("lazy-init-race", "global-write-race", "handler-state-race", "unsynchronised-flag"),
    ("publish-before-init", "mutation-after-publish"),
    ("atomic-result-assigned", "load-then-store", "non-atomic-update", "check-then-act"),
    ("atomic-result-assigned", "mixed-atomic-access", "declared-guard"),
    ("mutation-of-snapshot", "mutation-after-publish"),
    ("mutation-of-snapshot", "shares-published-array"),
    ("mutation-after-publish", "reuse-after-handoff"),
    ("unsafe-atomic-cast", "misaligned-atomic"),
    ("lock-channel-deadlock", "wait-under-lock", "goroutine-in-critical-section"),
    ("local-lock", "lock-copied"),
    ("local-lock", "value-receiver-write"),
    ("atomic-copied", "lock-copied"),
    ("defer-lock", "double-lock", "missing-unlock"),
    ("defer-unlock-in-loop", "double-lock", "missing-unlock"),
    ("defer-unlock-in-loop", "defer-in-endless-loop"),
    ("double-lock", "requires-lock"),
    ("missing-unlock", "wrong-annotation"),
    ("unsynchronised-flag", "busy-wait"),
    ("waitgroup-add-in-goroutine", "waitgroup-misuse"),
    ("double-close", "send-close-race"),
    ("timer-reset-race", "timer-misuse"),
)
"""Each group in the order in which its rules speak."""


def keep_first_of_group(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Drop a finding where a rule earlier in one of its groups speaks of the same place."""
    by_rule: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_rule[candidate.diagnostic.rule, candidate.diagnostic.span.path].append(candidate)
    hushed: set[int] = set()
    for group in GROUPS:
        for rank, rule in enumerate(group):
            for candidate in candidates:
                if candidate.diagnostic.rule == rule and _spoken_for(candidate, group[:rank], by_rule, hushed, setting):
                    hushed.add(id(candidate))
    return [candidate for candidate in candidates if id(candidate) not in hushed]


def _spoken_for(
    candidate: Candidate,
    earlier: tuple[str, ...],
    by_rule: dict[tuple[str, str], list[Candidate]],
    hushed: set[int],
    setting: Setting,
) -> bool:
    path = candidate.diagnostic.span.path
    return any(
        id(other) not in hushed and _same_place(candidate.diagnostic, other.diagnostic, setting)
        for rule in earlier
        for other in by_rule.get((rule, path), ())
    )


def _same_place(one: Diagnostic, other: Diagnostic, setting: Setting) -> bool:
    """Whether the spans overlap, or begin on one line and don't name different locations."""
    if one.span.start < other.span.end and other.span.start < one.span.end:
        return True
    if one.location and other.location and one.location != other.location:
        return False
    source = setting.sources[one.span.path]
    return source is not None and source.lines.line(one.span.start) == source.lines.line(other.span.start)

"""Outcomes whose places in other packages' files move with those files.

A package's own files are as they were when its outcome is used again. The files of others may have changed where that
doesn't matter to it, and findings point there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Diagnostic, Edit, Fix, Related, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pubcheck.engine.task import Outcome
    from pubcheck.source import Span

    Move = Callable[[Span], Span]


def moved(outcome: Outcome, own: frozenset[str], move: Move) -> Outcome:
    """``outcome`` with ``move`` applied to each span of its findings that isn't in one of its ``own`` files."""

    def elsewhere(span: Span) -> Span:
        return span if span.path in own else move(span)

    if not any(span.path not in own for finding in outcome.findings for span in _spans(finding)):
        return outcome
    return msgspec.structs.replace(outcome, findings=tuple(relocated(each, elsewhere) for each in outcome.findings))


def edits_elsewhere(outcome: Outcome, own: frozenset[str]) -> bool:
    """Whether a fix of a finding changes a file that isn't one of the package's ``own``."""
    return any(edit.span.path not in own for finding in outcome.findings for fix in finding.fixes for edit in fix.edits)


def _spans(finding: Diagnostic) -> Iterator[Span]:
    yield finding.span
    for related in finding.related:
        yield related.span
    for trace in finding.traces:
        for step in trace.steps:
            yield step.span


def relocated(finding: Diagnostic, move: Move) -> Diagnostic:
    """``finding`` with ``move`` applied to each of its spans."""
    return msgspec.structs.replace(
        finding,
        span=move(finding.span),
        related=_moved_places(finding.related, move),
        traces=tuple([Trace(trace.goroutine, _moved_places(trace.steps, move)) for trace in finding.traces]),
        fixes=tuple([_moved_fix(fix, move) for fix in finding.fixes]),
    )


def _moved_places(places: tuple[Related, ...], move: Move) -> tuple[Related, ...]:
    return tuple(place.at(move(place.span)) for place in places)


def _moved_fix(fix: Fix, move: Move) -> Fix:
    return msgspec.structs.replace(fix, edits=tuple([Edit(move(edit.span), edit.text) for edit in fix.edits]))

"""Places in other packages' files move with those files; a package's own stay."""

from __future__ import annotations

from pubcheck.diagnostic import Confidence, Diagnostic, Edit, Fix, Related, Severity, Trace
from pubcheck.engine.cache.moving import edits_elsewhere, moved
from pubcheck.engine.task import Outcome
from pubcheck.source import Span

OWN = frozenset(["/m/a.go"])
HERE = Span("/m/a.go", 10, 20)
THERE = Span("/m/low/b.go", 30, 40)


def later(span: Span) -> Span:
    return Span(span.path, span.start + 100, span.end + 100)


def finding(*places: Span, edit: Span = HERE) -> Diagnostic:
    related = tuple(Related(place, "also") for place in places)
    traces = (Trace("main", related),)
    fixes = (Fix("mend", (Edit(edit, ""),), safe=True),)
    return Diagnostic(
        "rule", HERE, "wrong", Severity.ERROR, Confidence.HIGH, related=related, traces=traces, fixes=fixes
    )


def test_only_places_elsewhere_move() -> None:
    outcome = Outcome("m", findings=(finding(HERE, THERE), finding(HERE)))
    assert moved(outcome, OWN, later).findings == (finding(HERE, later(THERE)), finding(HERE))


def test_an_outcome_that_points_nowhere_else_is_the_same() -> None:
    outcome = Outcome("m", findings=(finding(HERE),))
    assert moved(outcome, OWN, later) is outcome


def test_edits_of_other_files_are_told() -> None:
    assert not edits_elsewhere(Outcome("m", findings=(finding(THERE),)), OWN)
    assert edits_elsewhere(Outcome("m", findings=(finding(edit=THERE),)), OWN)

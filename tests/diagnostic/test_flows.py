"""What each goroutine does, from what a finding says of its places."""

from __future__ import annotations

import msgspec

from pubcheck.diagnostic import Confidence, Diagnostic, Related, Severity, Trace, flows
from pubcheck.source import Span

MINE, THEIRS = "the goroutine that `run` starts", "`run`"


def at(number: int) -> Span:
    return Span("/a.go", number, number + 1)


def place(number: int, goroutine: str = "") -> Related:
    return Related(at(number), f"step {number}", goroutine)


RACE = Diagnostic(
    rule="captured-variable-race",
    span=at(9),
    message="step 9",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    goroutine=MINE,
)


def told(one: Diagnostic) -> dict[str, list[str]]:
    return {flow.goroutine: [step.message for step in flow.steps] for flow in flows(one)}


def race(*related: Related, traces: tuple[Trace, ...] = ()) -> Diagnostic:
    return msgspec.structs.replace(RACE, related=related, traces=traces)


def test_each_place_is_a_step_of_its_goroutine_and_the_finding_ends_its_own() -> None:
    one = race(place(1, THEIRS), place(2, MINE), place(3), place(4, MINE))
    assert told(one) == {MINE: ["step 2", "step 4", "step 9"], THEIRS: ["step 1"]}


def test_calls_come_before_the_place_that_they_lead_to() -> None:
    calls = (Trace(MINE, (place(5), place(6))), Trace(THEIRS, (place(7),)))
    one = race(place(1, MINE), place(2, THEIRS), place(3, THEIRS), traces=calls)
    assert told(one) == {
        MINE: ["step 1", "step 5", "step 6", "step 9"],
        THEIRS: ["step 2", "step 7", "step 3"],
    }


def test_what_a_call_has_as_a_step_is_not_told_twice() -> None:
    one = race(place(1, MINE), place(2, THEIRS), traces=(Trace(MINE, (place(1), place(5), place(9))),))
    assert told(one) == {MINE: ["step 1", "step 5", "step 9"], THEIRS: ["step 2"]}


def test_without_names_the_traces_are_all() -> None:
    traces = (Trace("", (place(1),)),)
    assert flows(msgspec.structs.replace(race(place(2, THEIRS), traces=traces), goroutine="")) == traces


def test_a_finding_of_one_place_has_no_flow() -> None:
    assert flows(race(place(1))) == ()

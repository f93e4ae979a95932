"""What each goroutine does for a finding to be true, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic.values import Related, Trace

if TYPE_CHECKING:
    from pubcheck.diagnostic.values import Diagnostic


def flows(one: Diagnostic) -> tuple[Trace, ...]:
    """For each goroutine that ``one`` names its steps, from its start to the access; its own goroutine first.

    Where it doesn't say whose its places are, the traces are all there is; nothing where it has but one place.
    """
    if not one.goroutine:
        return one.traces
    names = (*(place.goroutine for place in one.related), *(trace.goroutine for trace in one.traces))
    found = tuple(_flow(one, name) for name in dict.fromkeys((one.goroutine, *names)) if name)
    return found if sum(len(flow.steps) for flow in found) > 1 else ()


def _flow(one: Diagnostic, name: str) -> Trace:
    """The calls lead to the last of the places. What is a step of them isn't told twice."""
    calls = [step for trace in one.traces if trace.goroutine == name for step in trace.steps]
    places = [place for place in one.related if place.goroutine == name]
    if name == one.goroutine:
        places.append(Related(one.span, one.message, name))
    told = {step.span for step in calls}
    first, last = ([place for place in part if place.span not in told] for part in (places[:-1], places[-1:]))
    return Trace(name, (*first, *calls, *last))

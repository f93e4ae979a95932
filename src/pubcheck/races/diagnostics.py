"""Races as diagnostics: repeated ones folded, each at the line that must change, with what the check found there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Confidence, Diagnostic, Related, Severity, Trace, fingerprint
from pubcheck.engine import DATA_RACE
from pubcheck.races.log import MAIN, Access, Frame, Race
from pubcheck.races.naming import RACES, rule_of
from pubcheck.races.places import name_of, package_of
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pubcheck.races.places import Places

_HERE = 4
_BESIDE = 2
_STEPS = 20
"""Calls of a stack that are shown."""


class Side(msgspec.Struct, frozen=True, gc=False):
    """One side of a race in the checkout: the innermost call there, and the code on its line."""

    access: Access
    frame: Frame
    span: Span

    @property
    def verb(self) -> str:
        """What it does."""
        return _verb(self.access)

    @property
    def name(self) -> str:
        """Who does it."""
        return name_of(self.frame.function)


class Seen(msgspec.Struct, frozen=True, gc=False):
    """A race, and how often the log has it. One side at least lies in the checkout; it comes first."""

    race: Race
    sides: tuple[Side, ...]
    rule: str
    times: int


def folded(races: Iterable[Race], places: Places) -> tuple[list[Seen], int]:
    """The races of the checkout, those of the same lines as one; and how many lie outside of it."""
    found: dict[frozenset[tuple[str, int, bool]], Seen] = {}
    outside = 0
    for race in races:
        sides = [side for access in race.sides if (side := _side(access, places)) is not None]
        if not sides:
            outside += 1
            continue
        key = frozenset((side.span.path, side.span.start, side.access.write) for side in sides)
        if (seen := found.get(key)) is not None:
            found[key] = msgspec.structs.replace(seen, times=seen.times + 1)
            continue
        sides.sort(key=lambda side: not side.access.write)
        spans = [side.span for side in sides] if len(sides) == len(race.sides) else [None]
        found[key] = Seen(race, tuple(sides), rule_of(race, spans, places), 1)
    return [*found.values()], outside


def _side(access: Access, places: Places) -> Side | None:
    """The innermost call in the checkout; None where the file has no such line, so that the log is of other code."""
    frame = next((frame for frame in access.stack if places.source(frame) is not None), None)
    span = places.span(frame) if frame else None
    return Side(access, frame, span) if frame and span else None


def diagnosed(
    races: Iterable[Seen], found: Sequence[Diagnostic], advice: Mapping[str, str], places: Places
) -> list[Diagnostic]:
    """A diagnostic for each place that races point to.

    Args:
        races: what the log has.
        found: what the check found in the same packages.
        advice: what to do, by rule.
        places: the checkout.
    """
    groups: dict[object, list[Seen]] = {}
    beside: dict[object, Diagnostic] = {}
    for seen in races:
        one = _beside(seen, found, places)
        key: object = _line(seen.sides[0].span, places) if one is None else one.fingerprint
        groups.setdefault(key, []).append(seen)
        if one is not None:
            beside[key] = one
    made = []
    for key, group in groups.items():
        group.sort(key=lambda seen: (seen.rule == DATA_RACE, -len(seen.sides)))
        one = beside.get(key)
        made.append(_told(one or _observed(group, advice), group, places, static=one is not None))
    return sorted(made, key=lambda one: (one.span, one.rule))


def _beside(seen: Seen, found: Iterable[Diagnostic], places: Places) -> Diagnostic | None:
    """The finding that is about this race: at one of its lines, and better if it knows of the other, too."""
    lines = {_line(side.span, places) for side in seen.sides}
    best, score = None, 0
    for one in found:
        if one.rule not in RACES:
            continue
        here = _line(one.span, places)
        others = {_line(related.span, places) for related in (*one.related, *_steps(one))}
        points = _HERE * (here in lines) + _BESIDE * len((lines - {here}) & others)
        points += points >= _HERE and one.rule == seen.rule
        if points > score and points >= _HERE:
            best, score = one, points
    return best


def _steps(one: Diagnostic) -> Iterator[Related]:
    for trace in one.traces:
        yield from trace.steps


def _line(span: Span, places: Places) -> tuple[str, int]:
    source = places.sources.get(span.path)
    return span.path, source.lines.line(span.start) if source else -span.start - 1


def _observed(group: Sequence[Seen], advice: Mapping[str, str]) -> Diagnostic:
    """A diagnostic for races at one line that no finding is about, the one that says most first."""
    rule = group[0].rule
    first = group[0].sides[0]
    other = next((seen.sides[1] for seen in group if len(seen.sides) > 1), None)
    package = package_of(first.frame.function)
    what = f"`{other.name}` {other.verb}" if other else "another goroutine accesses"
    return Diagnostic(
        rule=rule,
        span=first.span,
        message=f"`{first.name}` {first.verb} what {what} at the same time",
        severity=Severity.ERROR,
        confidence=Confidence.HIGH,
        package=package,
        symbol=first.name,
        help=advice.get(rule, ""),
        fingerprint=fingerprint(rule, package, first.name, f"race with {other.name if other else ''}", 0),
        goroutine=_names(group[0].race)[first.access],
    )


def _told(one: Diagnostic, seen: Sequence[Seen], places: Places, *, static: bool) -> Diagnostic:
    """``one`` with all that the detector saw of it."""
    times = sum(each.times for each in seen)
    often = "once" if times == 1 else f"{times:,} times"
    witness = f"the race detector saw it {often}"
    if len(seen) > 1:
        witness += f", at {len(seen)} pairs of places"
    related = [*one.related]
    for each in seen:
        related += [*_places(each, places, _names(each.race) if each is seen[0] and not static else {})]
    unique: dict[tuple[str, int], Related] = {}
    for place in related:
        unique.setdefault(_line(place.span, places), place)
    unique.pop(_line(one.span, places), None)
    traces = tuple(_traces(seen[0], places))
    return msgspec.structs.replace(
        one,
        goroutine="" if static and traces else one.goroutine,  # the detector has names of its own
        confidence=Confidence.HIGH,
        because=(witness, *(("pubcheck finds it without a run, too",) if static else ()), *one.because),
        related=tuple(unique.values()),
        traces=traces or one.traces,
    )


def _places(seen: Seen, places: Places, names: Mapping[Access, str]) -> Iterator[Related]:
    for side in seen.sides:
        yield Related(side.span, f"`{side.name}` {side.verb} here{_by(side.access)}", names.get(side.access, ""))
    for access in seen.race.sides:
        for name, span in [*_in_checkout(seen.race.created.get(access.goroutine, ()), places)][:1]:
            yield Related(span, f"`{name}` starts a goroutine here", names.get(access, ""))


def _names(race: Race) -> dict[Access, str]:
    """What the goroutines of a race are called."""
    alike = len({access.write for access in race.sides}) == 1
    names: dict[Access, str] = {}
    for number, access in enumerate(race.sides):
        who = ("one goroutine", "the other goroutine")[number] if alike else f"the goroutine that {_verb(access)}"
        names[access] = "the main goroutine" if access.goroutine == MAIN else who
    return names


def _verb(access: Access) -> str:
    return "writes" if access.write else "reads"


def _by(access: Access) -> str:
    return ", in the main goroutine" if access.goroutine == MAIN else ""


def _traces(seen: Seen, places: Places) -> Iterator[Trace]:
    """For each goroutine its calls, from where it was started."""
    for access, who in _names(seen.race).items():
        created = [*_in_checkout(seen.race.created.get(access.goroutine, ()), places)][:1]
        steps = [Related(span, f"`{name}` starts the goroutine") for name, span in created]
        calls = [*_in_checkout(access.stack, places)][::-1]
        steps += [
            Related(span, f"`{name}` {'calls' if at < len(calls) else _verb(access)}")
            for at, (name, span) in enumerate(calls, 1)
        ]
        if steps:
            yield Trace(who, tuple(steps[-_STEPS:]))


def _in_checkout(stack: Iterable[Frame], places: Places) -> Iterator[tuple[str, Span]]:
    for frame in stack:
        if (span := places.span(frame)) is not None:
            yield name_of(frame.function), span

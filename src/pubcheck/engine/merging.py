"""Reports of one run's parts, or of several runs, put together into what one run over everything would have said."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pubcheck.engine.builtin import INTERNAL_ERROR
from pubcheck.engine.filters.duplicates import identity
from pubcheck.engine.filters.order import place
from pubcheck.engine.report import Report, Sources, Stats, Suppressed
from pubcheck.engine.sharding import Shard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.source import Position


class MergeError(ValueError):
    """Reports that make up no whole; the text says what is missing or there twice."""


def merge(reports: Mapping[str, Report]) -> Report:
    """One report of all that ``reports`` say, by the names that errors call them.

    What several of them report or suppress is there once, as the first has it. Their packages, files and lines are
    added.

    Raises:
        MergeError: there is none, or parts of a run are missing or there twice.
    """
    if not reports:
        raise MergeError("there is no report to merge")
    _check_whole({name: report.shard for name, report in reports.items() if report.shard})
    everything = tuple(reports.values())
    return Report(
        diagnostics=_diagnostics(everything),
        problems=tuple(sorted({problem for report in everything for problem in report.problems})),
        stats=Stats(
            packages=sum(report.stats.packages for report in everything),
            files=sum(report.stats.files for report in everything),
            lines=sum(report.stats.lines for report in everything),
        ),
        sources=Sources({}, recorded=_recorded(everything)),
        root=everything[0].root,
        rules=tuple(sorted({rule for report in everything for rule in report.rules})),
        suppressed=_suppressed(everything),
        unchanged=sum(report.unchanged for report in everything),
    )


def _diagnostics(reports: Iterable[Report]) -> tuple[Diagnostic, ...]:
    """In a run's order: findings first, then what failed."""
    first = {identity(one): one for report in reversed([*reports]) for one in reversed(report.diagnostics)}
    return tuple(sorted(first.values(), key=lambda one: (one.rule == INTERNAL_ERROR, place(one))))


def _suppressed(reports: Iterable[Report]) -> tuple[Suppressed, ...]:
    first = {identity(one.diagnostic): one for report in reversed([*reports]) for one in reversed(report.suppressed)}
    return tuple(sorted(first.values(), key=lambda one: place(one.diagnostic)))


def _recorded(reports: Iterable[Report]) -> Mapping[str, Mapping[int, Position]]:
    recorded: dict[str, dict[int, Position]] = defaultdict(dict)
    for report in reports:
        for path, places in report.sources.recorded.items():
            recorded[path].update(places)
    return recorded


def _check_whole(shards: Mapping[str, Shard]) -> None:
    """Who forgets a part of a run would be told that what it holds is clean."""
    first, sample = next(iter(shards.items()), ("", Shard(0, 0)))
    names: dict[Shard, str] = {}
    for name, shard in shards.items():
        if shard.count != sample.count:
            raise MergeError(f"{name} is shard {shard}, and {first} is shard {sample}")
        other = names.setdefault(shard, name)
        if other != name:
            raise MergeError(f"{other} and {name}: both are shard {shard}")
    missing = [str(shard) for index in range(1, sample.count + 1) if (shard := Shard(index, sample.count)) not in names]
    if missing:
        raise MergeError(f"there is no report of shard {', '.join(missing)}")

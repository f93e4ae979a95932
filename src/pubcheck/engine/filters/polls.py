"""Findings that hang on what other packages do: what all have said is counted."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import EVIDENCE, HOLDER, Related

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pubcheck.diagnostic import Ballot, Diagnostic, Poll
    from pubcheck.engine.candidate import Candidate, Setting
    from pubcheck.source import Span


def decide(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Drop the findings whose lock isn't held elsewhere, or by too few, and give the others their evidence."""
    hanging = [candidate for candidate in candidates if candidate.diagnostic.poll is not None]
    if not hanging:
        return candidates
    cast: dict[tuple[str, str], list[Ballot]] = defaultdict(list)
    for ballot in setting.ballots:
        cast[ballot.memory, ballot.lock].append(ballot)
    results = {key: _Result(ballots) for key, ballots in cast.items()}
    best: dict[tuple[str, Span], tuple[_Result, Candidate]] = {}
    for candidate in hanging:
        finding, poll = candidate.diagnostic, candidate.diagnostic.poll
        assert poll is not None  # noqa: S101 there are only such
        result = results.get((poll.memory, poll.lock))
        if result is None or not result.speaks_for(finding, poll):
            continue
        known = best.get((poll.memory, finding.span))
        # Where several locks might be meant, it is the one that most hold.
        if known is None or result.held > known[0].held:
            best[poll.memory, finding.span] = (result, candidate)
    told: dict[object, Candidate] = {}
    for result, candidate in best.values():
        candidate.diagnostic = result.told(candidate.diagnostic)
        told[_place(candidate)] = candidate
    return _surest([one for one in candidates if one.diagnostic.poll is None], told)


def _place(candidate: Candidate) -> object:
    one = candidate.diagnostic
    return (one.rule, one.span, one.location)


def _surest(candidates: list[Candidate], told: Mapping[object, Candidate]) -> list[Candidate]:
    """``candidates`` without those that say less surely what all have ``told`` of the same place, or the other way."""
    beaten: set[int] = set()
    for one in candidates:
        other = told.get(_place(one), one)
        if other is not one:
            surer = other.diagnostic.confidence.rank < one.diagnostic.confidence.rank
            beaten.add(id(one if surer else other))
    return [one for one in candidates if id(one) not in beaten]


class _Result:
    """What all packages say of one memory and lock."""

    def __init__(self, ballots: Sequence[Ballot]) -> None:
        self._ballots = ballots
        self._asking = {function for ballot in ballots for function in ballot.asking}
        lacking = [each for ballot in ballots for each in ballot.lacking.items()]
        self.held = sum(ballot.held for ballot in ballots)
        self.held += sum(count for function, count in lacking if function in self._asking)
        self._all = self.held + sum(count for function, count in lacking if function not in self._asking)

    def speaks_for(self, finding: Diagnostic, poll: Poll) -> bool:
        """Whether the lock is believed in, held by another package too, and nobody holds it around the function."""
        believed = self.held >= poll.least and self.held >= poll.share * self._all
        written = any(ballot.holder is not None and ballot.holder.writes for ballot in self._ballots)
        elsewhere = any(ballot.held and ballot.package != finding.package for ballot in self._ballots)
        return believed and written and elsewhere and poll.function not in self._asking

    def told(self, finding: Diagnostic) -> Diagnostic:
        """``finding`` with the count, and with a place elsewhere that holds the lock: at home, and a write, if any."""
        poll = finding.poll
        assert poll is not None  # noqa: S101 as above
        _, _, package, holder = min(
            (not ballot.holder.writes, ballot.package != poll.home, ballot.package, ballot.holder)
            for ballot in self._ballots
            if ballot.holder is not None and ballot.package != finding.package
        )
        evidence = f"held in {self.held} of {self._all} accesses"
        who = f"`{holder.function}` of package {package.rpartition('/')[2]}"
        does = "writes" if holder.writes else "reads"
        return msgspec.structs.replace(
            finding,
            message=finding.message.replace(EVIDENCE, evidence),
            because=tuple(each.replace(EVIDENCE, evidence).replace(HOLDER, who) for each in finding.because),
            related=(Related(holder.span, f"`{holder.function}` {does} it under `{poll.name}`"), *finding.related),
            poll=None,
        )

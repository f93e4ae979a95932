"""How findings about two goroutines say what runs beside what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.parallel import Origin
from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.rules.support.unlocked import Race


def race_finding(package: PackageFacts, race: Race, fixes: tuple[Fix, ...] = ()) -> Finding:
    """The finding about ``race``, at its write; ``location``, ``access`` and ``other`` fill the document's message."""
    write, other, witness = race.write, race.other, race.witness
    itself = write is other
    access = "written" if other.access.writes else "read"
    because = [str(thread) for thread in dict.fromkeys((witness.one, witness.other)) if thread.started]
    if witness.one.origin is Origin.CALLER or witness.other.origin is Origin.CALLER:
        site = write if witness.one.origin is Origin.CALLER else other
        because.append(f"callers of the package run `{site.function.name}` beside it")
    because.append("no access of it in this package holds a lock or is atomic")
    related = [] if itself else [Related(other.access.span, f"`{other.function.name}` {_verb(race)} it here")]
    if witness.telling.span is not None:
        related.append(Related(witness.telling.span, "the goroutine begins here"))
    return Finding(
        span=write.access.span,
        values={
            "location": name_of(race.location, package),
            "access": access,
            "other": "another run of itself" if write.function is other.function else f"`{other.function.name}`",
        },
        because=tuple(because),
        related=tuple(related),
        traces=call_trace(write.access.trace),
        fixes=fixes,
        location=str(race.location),
        symbol=write.function.name,
    )


def _verb(race: Race) -> str:
    return "writes" if race.other.access.writes else "reads"

"""A plain field is written by one goroutine and accessed by another one, with no edge between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Related
from pubcheck.model.types import Array, Map, Slice, Struct
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.atomic_accesses import atomic_type
from pubcheck.rules.fixes.declarations import declared
from pubcheck.rules.support.fields import field_races, graded
from pubcheck.rules.support.memory_types import underlying_type
from pubcheck.rules.support.telling import race_finding
from pubcheck.rules.support.unawaited import unawaited
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.parallel import Witness
    from pubcheck.rules.support.unawaited import Unawaited
    from pubcheck.rules.support.unlocked import Race


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find fields that a goroutine of the package writes and another one accesses, when nothing orders them.

    What one function does to several fields of an object is one mistake.
    """
    together: dict[tuple[str, str, Witness], list[Race]] = {}
    for race in field_races("unsynchronised-flag", package):
        key = (race.location.owner, race.write.function.name, race.witness)
        together.setdefault(key, []).append(race)
    for races in together.values():
        first, *alike = sorted(races, key=lambda race: (race.write.access.span, race.location))
        fixes = atomic_type(package, declared(package, first.location)) if not alike else ()
        found = race_finding(package, first, fixes, alike=[race.location for race in alike])
        yield graded(_with_help(found, first, package), first, package)
    yield from (_too_early(each, package) for each in unawaited(package))


def _too_early(each: Unawaited, package: PackageFacts) -> Finding:
    """Who reads what others wait for."""
    read, write, waiting = each.read, each.write, each.waiting
    name, channel = name_of(each.location, package), name_of(each.channel, package)
    return Finding(
        span=read.access.span,
        message=f"`{name}` is read here without waiting for `{channel}`, which is closed after it is written",
        because=(f"`{waiting.function.name}` waits for `{channel}` before it reads it, and so runs beside the write",),
        related=(
            Related(write.access.span, f"`{write.function.name}` writes it here"),
            Related(waiting.access.span, f"`{waiting.function.name}` reads it here, and has waited"),
        ),
        traces=call_trace(read.access.trace),
        help=f"receive from `{channel}` before",
        location=str(each.location),
        symbol=read.function.name,
    )


def _with_help(found: Finding, race: Race, package: PackageFacts) -> Finding:
    """What to do where no atomic type holds the memory as it is."""
    if not isinstance(underlying_type(race.location, package), Slice | Map | Struct | Array):
        return found
    return msgspec.structs.replace(found, help="guard it with a lock, or leave it to one goroutine that others ask")

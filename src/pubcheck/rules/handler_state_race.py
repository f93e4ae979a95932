"""A handler writes state that all requests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.goroutines import handler_races
from pubcheck.analysis.handlers import HTTP
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence
from pubcheck.facts import LocationKind
from pubcheck.rules.support.captured import finding, most_telling
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.sides import handles_requests
from pubcheck.rules.support.telling import race_finding
from pubcheck.rules.support.unlocked import is_one_sided, unlocked_races

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.goroutines import LocalRace
    from pubcheck.analysis.parallel import Thread
    from pubcheck.analysis.portions import Portion
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find plain writes, by what a handler runs, of fields and captured variables that all its runs have in common."""
    for race in unlocked_races(package):
        by_request = handles_requests(race.witness.one) and not is_one_sided(race)
        if race.location.kind is LocationKind.FIELD and by_request:
            sure = is_served(package, race.witness.one) and not is_for_tests(package)
            yield msgspec.structs.replace(race_finding(package, race), confidence=None if sure else Confidence.LOW)
    for local in most_telling(_captured(package)):
        yield msgspec.structs.replace(
            finding(local),
            message=f"`{local.name}` is written for each request, while another request may use it",
            because=(
                f"`{local.spawn.by.rpartition('.')[2]}` registers the handler, which several requests run at once",
            ),
            confidence=Confidence.LOW if is_for_tests(package) else None,
        )


def is_served(package: PackageFacts, thread: Thread) -> bool:
    """Whether a server calls the handler as it is, with nothing in between that may hold a lock around it.

    That is so for what is itself an ``http.Handler``, what is registered with the library, and a service's methods.
    """
    if thread.by != HTTP or thread.root.endswith(").ServeHTTP"):
        return True
    return any("net/http." in one.spawn.by for one in package.launches.get(thread.root, ()))


@by_portion
def _captured(package: PackageFacts, portion: Portion) -> Iterator[LocalRace]:
    """What a handler has captured, and changes."""
    return (race for race in handler_races(package.goroutines(portion)) if not race.function.test)

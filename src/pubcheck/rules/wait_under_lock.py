"""A channel or a group is waited for while a mutex is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import BlockKind, LocationKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.purpose import Purposes
from pubcheck.rules.support.waits import Waits
from pubcheck.rules.support.wording import name_of, named_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.waits import Wait


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find waits under a lock that others take for shorter work."""
    waits = Waits(package)
    purposes = Purposes(package)
    told: set[tuple[object, object]] = set()
    for wait in waits.found():
        sections = purposes.sections(wait.lock)
        idle = [section for section in sections if not section.blocking]
        room = wait.event.what == "send" and waits.sites.has_room(wait.subject)
        joined = wait.event.kind is BlockKind.WAIT and wait.subject.kind is LocationKind.LOCAL
        key = (wait.lock.location, wait.subject)
        if wait.event.trace or not idle or room or joined or key in told or waits.deadlock(wait):
            continue
        told.add(key)
        others = [section.function.name for section in idle if section.function is not wait.function]
        if others:
            yield _finding(wait, others, package)


def _finding(wait: Wait, others: list[str], package: PackageFacts) -> Finding:
    lock = named_place(wait.lock.path, package)
    subject = name_of(wait.subject, package)
    return Finding(
        span=wait.event.span,
        values={"lock": lock, "verb": wait.verb, "subject": subject},
        because=(f"`{others[0]}` needs `{lock}` too, and waits as long as the other end of `{subject}` takes to come",),
        related=(Related(wait.taken, f"`{lock}` is locked here"),),
        location=f"{wait.lock.location} {subject}",
        symbol=wait.function.name,
    )

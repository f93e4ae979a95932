"""A channel or a group is waited for while a mutex is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import BlockKind, ChannelAction, LocationKind, Point, RootKind
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.channel_sites import channel_location
from pubcheck.rules.support.purpose import Purposes
from pubcheck.rules.support.waits import Waits, blocked, verb_of
from pubcheck.rules.support.wording import name_of, named_place, path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Blocking, ChannelEvent, Lock
    from pubcheck.rules.support.channel_sites import ChannelSites
    from pubcheck.rules.support.waits import Blocked
    from pubcheck.source import Span


class _Wait(NamedTuple):
    """``function`` waits at ``event`` for ``subject``; ``sure`` where nothing says that it needn't wait."""

    function: FunctionFacts
    event: Blocking
    lock: Lock
    taken: Span
    verb: str
    subject: str
    sure: bool


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find waits under a lock that others take for shorter work."""
    purposes = Purposes(package)
    told: set[tuple[object, str]] = set()
    for wait in (*_located(package), *_given(package)):
        key = (wait.lock.location, wait.subject)
        idle = [section for section in purposes.sections(wait.lock) if not section.blocking]
        others = [section.function.name for section in idle if section.function is not wait.function]
        if key not in told and others:
            told.add(key)
            yield _finding(wait, others, package)


def _located(package: PackageFacts) -> Iterator[_Wait]:
    """Waits for a channel or a group that others are seen to use, who needn't have the lock."""
    waits = Waits(package)
    for wait in waits.found():
        room = wait.event.what == "send" and waits.sites.has_room(wait.subject)
        joined = wait.event.kind is BlockKind.WAIT and wait.subject.kind is LocationKind.LOCAL
        if not (wait.event.trace or room or joined or waits.deadlock(wait)):
            subject = name_of(wait.subject, package)
            yield _Wait(wait.function, wait.event, wait.lock, wait.taken, wait.verb, subject, sure=True)


def _given(package: PackageFacts) -> Iterator[_Wait]:
    """Waits for what callers bring, and those in a select without a way out."""
    sites = Waits(package).sites
    for one in blocked(package):
        path = one.event.subject
        if one.subject is not None or one.event.trace:
            continue
        if path is not None and path.root.kind is RootKind.PARAM:
            yield _Wait(*one[:4], verb_of(one.event), path_name(path, package).rstrip("*"), sure=False)
        elif path is None:
            cases = _cases(one)
            names = {_channel(event, package) for event in cases}
            if cases and "" not in names and not any(_is_a_way_out(event, sites) for event in cases):
                yield _Wait(*one[:4], "waits in a select for", "` and `".join(sorted(names)), sure=True)


def _cases(one: Blocked) -> list[ChannelEvent]:
    """What the select that is waited in may do; none where it isn't one."""
    blocks = one.function.ir.blocks
    point = one.event.point
    select = blocks[point.block].instructions[point.index]
    points = {
        Point(block.index, index)
        for block in blocks
        for index, each in enumerate(block.instructions)
        if isinstance(each, ir.Send | ir.Receive) and each.in_select is select
    }
    return [event for event in one.function.channels if event.point in points]


def _is_a_way_out(event: ChannelEvent, sites: ChannelSites) -> bool:
    """Whether it receives from a channel that is closed when the waiting shall end."""
    location = channel_location(event.targets) if event.action is ChannelAction.RECEIVE else None
    return location is not None and bool(sites.of(location, ChannelAction.CLOSE))


def _channel(event: ChannelEvent, package: PackageFacts) -> str:
    """The channel's name; empty where it comes from elsewhere, as that of a context or a timer does."""
    location = channel_location(event.targets)
    if location is not None:
        return name_of(location, package)
    path = event.targets[0] if len(event.targets) == 1 else None
    return path_name(path, package).rstrip("*") if path is not None and path.root.kind is RootKind.PARAM else ""


def _finding(wait: _Wait, others: list[str], package: PackageFacts) -> Finding:
    lock = named_place(wait.lock.path, package)
    return Finding(
        span=wait.event.span,
        values={"lock": lock, "verb": wait.verb, "subject": wait.subject},
        because=(
            f"`{others[0]}` needs `{lock}` too, and waits as long as the other end of `{wait.subject}` takes to come",
        ),
        related=(Related(wait.taken, f"`{lock}` is locked here"),),
        location=f"{wait.lock.location} {wait.subject}",
        symbol=wait.function.name,
        confidence=None if wait.sure else Confidence.LOW,
    )

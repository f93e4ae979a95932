"""Functions that are sent to a goroutine which runs one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.remembering import for_each_asker
from pubcheck.facts import ChannelAction, LocationKind, Start
from pubcheck.rules.support.channel_sites import ChannelSites, channel_location

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.parallel import Thread, Witness
    from pubcheck.facts import Location


def run_in_turn(package: PackageFacts, witness: Witness) -> bool:
    """Whether both goroutines are functions sent over one channel of an object, which one goroutine alone receives."""
    mine = _sent_over(package, witness.one)
    return mine is not None and mine == _sent_over(package, witness.other) and _has_one_taker(package, mine)


def _sent_over(package: PackageFacts, thread: Thread) -> Location | None:
    """The channel that the starter of ``thread`` sends what it is given on, where it does nothing else with it."""
    starter = package.function(thread.by) if thread.by else None
    if starter is None or any(spawn.start is not Start.DEFER for spawn in starter.spawns):
        return None
    sent = {channel_location(event.targets) for event in starter.channels if event.action is ChannelAction.SEND}
    only = sent.pop() if len(sent) == 1 else None
    return only if only is not None and only.kind is not LocationKind.LOCAL else None


def _has_one_taker(package: PackageFacts, channel: Location) -> bool:
    takers = {
        thread
        for use in _sites_in(package).of(channel, ChannelAction.RECEIVE)
        for thread in package.threads_of(use.function)
    }
    return len(takers) == 1 and all(thread.started and not thread.many for thread in takers)


@for_each_asker
def _sites_in(package: PackageFacts) -> ChannelSites:
    return ChannelSites(package)

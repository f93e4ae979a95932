"""Methods that look at what a goroutine of their object writes, at any time while that runs.

Who reads a field may have waited until the goroutine was done with it, which isn't seen where callers do that. Not so
where nothing tells callers that it is done, no comment says when they may ask, where the method itself tells it to end,
and where it goes on with the clock: such runs for as long as the object is in use.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import is_exported
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.facts import DEREF, Location, LocationKind, Mode, RootKind, locations
from pubcheck.rules.support.written import comment_above

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.analysis.parallel import Thread

_AFTER = re.compile(
    r"\b(only|must|should|shouldn't|mustn't|not|never)\b[^.]{0,40}\b(call(ed)?|used?|valid|safe|available|read|invoked)\b"
    r"[^.]{0,20}\b(after|until|unless|before|once (the|it|this|all))\b",
    re.IGNORECASE,
)


def may_have_waited(package: PackageFacts, read: Site, write: Site) -> bool:
    """Whether those who ask for ``read`` can well have waited until the goroutine that does ``write`` was done."""
    shakes = handshakes_of(package)
    told = set(shakes.ends_announced(write.function, write.access.point))
    if not told or shakes.is_timed(write.function, write.access.point):
        return False
    return any(_is_there_to_wait_for(package, location, read, write) for location in told)


def _is_there_to_wait_for(package: PackageFacts, location: Location | None, read: Site, write: Site) -> bool:
    """Whether callers can get at what tells of the end: it is exported, or some function waits for it or gives it."""
    if location is None or location.kind is not LocationKind.FIELD or location.path[:1].isupper():
        return True
    field = Location(location.kind, location.owner, location.path.removesuffix(DEREF))
    there = {thread for thread in package.threads_of(write.function) if thread.started}
    return any(
        not (site.access.writes or site.function.test or site.function is read.function)
        and there.isdisjoint(package.threads_of(site.function))
        for site in package.locations.get(field, ())
    )


def comes_after(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether the function's comment tells callers what must have happened before they call it."""
    return _AFTER.search(comment_above(package, function.span)) is not None


def is_asked_by_others(package: PackageFacts, read: Site, thread: Thread) -> bool:
    """Whether the package itself calls a getter, exported for others too, where ``thread`` may run beside it."""
    function, threads = read.function, package.threads
    if not _is_own(read) or not is_exported(function) or thread in threads.of(function):
        return False
    return any(
        not (edge.caller.test or threads.apart(edge.caller, edge.point, thread))
        for edge in threads.graph.calls.get(function.name, ())
    )


def is_under_lock(site: Site) -> bool:
    """Whether it holds a lock of the very object: it expects somebody who is at work meanwhile."""
    root = site.access.path.root
    return any(lock.path.root == root for lock in site.function.protection(site.access))


def is_asked_like_another(package: PackageFacts, read: Site, write: Site) -> bool:
    """Whether what is written under the same lock together with it is read under that lock by another getter.

    So callers are meant to ask while the goroutine runs.
    """
    if not (write.access.writes and _is_own(read) and is_exported(read.function)) or may_have_waited(
        package, read, write
    ):
        return False
    owner = read.access.location.owner if read.access.location is not None else ""
    locks = {lock.location for lock in write.function.protection(write.access) if lock.mode is Mode.EXCLUSIVE}
    together = {
        one.location: one_locks
        for one in write.function.accesses
        if one.writes and one.location not in (None, read.access.location) and one.location.owner == owner
        if (one_locks := locks & locations(write.function.protection(one)))
    }
    return any(
        _is_own(site)
        and is_exported(site.function)
        and not (site.access.writes or site.function.test or site.function is read.function)
        and not held.isdisjoint(locations(site.function.protection(site.access)))
        for location, held in together.items()
        for site in package.locations.get(location, ())
    )


def _is_own(site: Site) -> bool:
    root = site.access.path.root
    return root.kind is RootKind.PARAM and root.index == 0 and not site.access.trace

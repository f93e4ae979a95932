"""The two sides of a race, by the names that a finding calls their goroutines.

What carries the same name is one goroutine's, from its start to the access; see ``Related`` and ``Finding.goroutine``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.handlers import ANSWERED
from pubcheck.analysis.parallel import Origin
from pubcheck.diagnostic import Related

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.analysis.parallel import Thread, Witness


class Sides(NamedTuple):
    """Who does what the finding is about, and who the rest. ``starts`` are where their goroutines begin."""

    mine: str
    theirs: str
    starts: tuple[Related, ...] = ()

    def turned(self) -> Sides:
        """The same with the finding at the other side."""
        return Sides(self.theirs, self.mine, self.starts)

    def around(self, *theirs: Related) -> tuple[Related, ...]:
        """What the other side does, and the starts: before it those of that side, since they come before."""
        before = (start for start in self.starts if start.goroutine == self.theirs)
        return (*before, *theirs, *(start for start in self.starts if start.goroutine != self.theirs))


def handles_requests(thread: Thread) -> bool:
    """Whether it is one of a server's, which may have another object for each request."""
    return thread.origin is Origin.HANDLER and thread.by not in ANSWERED


def sides_of(package: PackageFacts, one: Site, other: Site) -> Sides:
    """The sides of two accesses of one location, with the start of a goroutine if one is known to run either."""
    return witnessed(one.function, other.function, package.sharing.meet(one, other))


def witnessed(one: FunctionFacts, other: FunctionFacts, witness: Witness | None = None) -> Sides:
    """The sides of accesses in two functions, whose first is run by the witness' first thread."""
    if witness is None:
        return calls_of(one.name, other.name)
    mine = _who(one, witness.one)
    theirs = _who(other, witness.other, again=mine)
    # Several runs of one goroutine begin at one place: that is the other side's.
    begun = {thread.span: who for thread, who in ((witness.one, mine), (witness.other, theirs))}
    starts = (Related(span, "the goroutine begins here", who) for span, who in begun.items() if span is not None)
    return Sides(mine, theirs, tuple(starts))


def calls_of(one: str, other: str) -> Sides:
    """The sides of calls of two functions, or of one that is called twice, on whatever goroutines."""
    return Sides(call_of(one), call_of(other, again=one == other))


def call_of(function: str, *, again: bool = False) -> str:
    """Who calls a function, on whatever goroutine; ``again`` where it isn't the only one."""
    return f"{'another' if again else 'a'} call of `{function}`"


def started_by(starter: str, *, again: bool = False) -> str:
    """A goroutine by who starts it; ``again`` where it isn't the only one."""
    return f"{'another' if again else 'the'} goroutine that `{starter}` starts"


def _who(function: FunctionFacts, thread: Thread, again: str = "") -> str:
    """The name of what runs ``function``, which isn't that of the other side, ``again``."""
    if thread.has_start:
        name, other = started_by(thread.starter), started_by(thread.starter, again=True)
    elif thread.origin is Origin.HANDLER:
        name, other = (f"{which} request that `{thread.root}` handles" for which in ("a", "another"))
    elif thread.origin is Origin.MAIN:
        name = other = "the main goroutine"
    else:
        name, other = call_of(function.name), call_of(function.name, again=True)
    return other if name == again else name

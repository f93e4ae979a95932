"""What one package can't know: how others treat the memory that a finding is about.

A finding may *hang on a poll*: it is shown if all packages of a run together hold the lock that it misses, as what each
of them says in its *ballots* adds up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

EVIDENCE = "{evidence}"
"""Stands in the words of a finding that hangs on a poll where the count belongs."""
HOLDER = "{holder}"
"""Stands there for the function that holds the lock."""


class Poll(msgspec.Struct, frozen=True, gc=False):
    """What a finding hangs on: whether ``lock``, which people call ``name``, guards ``memory`` of the package ``home``.

    ``least`` accesses of all packages must hold it, and a ``share`` of them. ``function`` is the full name of the one
    that lacks it: nothing is found where others call that with the lock held.
    """

    memory: str
    home: str
    lock: str
    name: str
    function: str
    least: int
    share: float


class Holder(msgspec.Struct, frozen=True, gc=False, order=True):
    """An access under the lock: where, in which function, as people name it, and whether it writes."""

    span: Span
    function: str
    writes: bool


class Ballot(msgspec.Struct, frozen=True, gc=False):
    """What one package says of ``memory`` and ``lock``.

    Attributes:
        package: its import path.
        memory: the field or variable.
        lock: what may guard it.
        held: how many of its accesses are under the lock.
        lacking: how many certainly aren't, by the full names of the functions that make them.
        holder: the most telling of those under the lock; None where there is none.
        asking: full names of functions elsewhere that it calls with the lock held, and that access the memory.
    """

    package: str
    memory: str
    lock: str
    held: int
    lacking: dict[str, int]
    holder: Holder | None
    asking: tuple[str, ...] = ()

    def at(self, move: Callable[[Span], Span]) -> Ballot:
        """The same with its place where ``move`` says."""
        if self.holder is None:
            return self
        return replace(self, holder=replace(self.holder, span=move(self.holder.span)))

"""What libraries do: tables by full name, as data.

A function that is in no table has no known effect, and nobody is accused for calling it.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

from pubcheck.facts import BlockKind
from pubcheck.knowledge import atomics, containers, locking, running, waiting
from pubcheck.knowledge.effect import (
    Acquires,
    AtomicOp,
    Blocks,
    CallsFunction,
    Effect,
    Exits,
    Forwards,
    Joins,
    Loads,
    Mutates,
    Publishes,
    ReadsItems,
    Releases,
    ReturnsArgument,
    ReturnsFresh,
    SharedView,
    StartsFunction,
    Table,
    Tries,
    Wraps,
)
from pubcheck.knowledge.locking import LIKE_A_LOCKER, UNRESOLVED_LOCKER, UNRESOLVED_WAIT
from pubcheck.knowledge.running import ASSERTING, COMMANDS, LAUNCHERS
from pubcheck.knowledge.unshared import UNSHARED
from pubcheck.knowledge.waiting import QUICK, ROUND_TRIPS

__all__ = [
    "ASSERTING",
    "COMMANDS",
    "LAUNCHERS",
    "LIKE_A_LOCKER",
    "QUICK",
    "ROUND_TRIPS",
    "UNRESOLVED_LOCKER",
    "UNRESOLVED_WAIT",
    "UNSHARED",
    "Acquires",
    "AtomicOp",
    "Blocks",
    "CallsFunction",
    "Effect",
    "Exits",
    "Forwards",
    "Joins",
    "Knowledge",
    "Loads",
    "Mutates",
    "Publishes",
    "ReadsItems",
    "Releases",
    "ReturnsArgument",
    "ReturnsFresh",
    "SharedView",
    "StartsFunction",
    "Tries",
    "Wraps",
    "effects",
    "stream",
    "tables",
]


@cache
def tables() -> Table:
    """All tables as one; a function that is in several has the effects of all."""
    merged: Table = {}
    for module in (locking, atomics, waiting, running, containers):
        for name, row in module.TABLE.items():
            merged[name] = merged.get(name, ()) + row
    return merged


def effects(full_name: str) -> tuple[Effect, ...]:
    """What the library function ``full_name`` (as go/types prints it) does; empty when nothing is known."""
    return tables().get(full_name, ())


def stream(field: str) -> BlockKind | None:
    """What reading from the stream in ``field`` (``net/http.Response.Body``) waits for, if that is known."""
    return waiting.FIELDS.get(field)


class Knowledge:
    """The tables, with what a project's configuration adds."""

    def __init__(self, blocking: tuple[str, ...] = ()) -> None:
        """Count functions whose name matches one of ``blocking`` as waiting.

        Args:
            blocking: shell patterns over import path, type and name joined by dots: ``corp/db.*`` covers
                ``corp/db.Open`` and ``(*corp/db.Conn).Query``.
        """
        self.blocking = blocking
        self._known: dict[str, tuple[Effect, ...]] = {} if blocking else tables()

    def effects(self, full_name: str) -> tuple[Effect, ...]:
        """What ``full_name`` does; empty when nothing is known."""
        if not self.blocking:
            return self._known.get(full_name, ())
        known = self._known.get(full_name)
        if known is None:
            known = self._known[full_name] = effects(full_name) + self._configured(full_name)
        return known

    def _configured(self, full_name: str) -> tuple[Effect, ...]:
        plain = full_name.replace("(", "").replace(")", "").replace("*", "")
        return (Blocks(BlockKind.CUSTOM),) if any(fnmatchcase(plain, each) for each in self.blocking) else ()

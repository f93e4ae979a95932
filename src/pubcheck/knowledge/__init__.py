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
    Mutates,
    Publishes,
    Releases,
    ReturnsArgument,
    ReturnsFresh,
    SharedView,
    StartsFunction,
    Table,
    Tries,
)

__all__ = [
    "Acquires",
    "AtomicOp",
    "Blocks",
    "CallsFunction",
    "Effect",
    "Exits",
    "Forwards",
    "Joins",
    "Knowledge",
    "Mutates",
    "Publishes",
    "Releases",
    "ReturnsArgument",
    "ReturnsFresh",
    "SharedView",
    "StartsFunction",
    "Tries",
    "effects",
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


class Knowledge:
    """The tables, with what a project's configuration adds."""

    def __init__(self, blocking: tuple[str, ...] = ()) -> None:
        """Count functions whose name matches one of ``blocking`` as waiting.

        Args:
            blocking: shell patterns over import path, type and name joined by dots: ``corp/db.*`` covers
                ``corp/db.Open`` and ``(*corp/db.Conn).Query``.
        """
        self.blocking = blocking
        self._known = dict(tables())

    def effects(self, full_name: str) -> tuple[Effect, ...]:
        """What ``full_name`` does; empty when nothing is known."""
        known = self._known.get(full_name)
        if known is None:
            known = ()
            if self.blocking:
                plain = full_name.replace("(", "").replace(")", "").replace("*", "")
                if any(fnmatchcase(plain, pattern) for pattern in self.blocking):
                    known = (Blocks(BlockKind.CUSTOM),)
            self._known[full_name] = known
        return known

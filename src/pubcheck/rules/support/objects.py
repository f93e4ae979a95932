"""Kinds of objects: plain values that are replaced whole, and things with a life and a discipline of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.kinds import has_synchronisation
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Named

if TYPE_CHECKING:
    from pubcheck.facts import AccessPath
    from pubcheck.model.package import Package

MAKE_ORDER = frozenset(("sync", "sync/atomic", "internal/sync", "runtime", "internal/runtime/atomic"))
"""Packages that the edges are made of: what orders their own plain accesses is known to the runtime alone."""


def named_type(package: Package, full_name: str) -> Named | None:
    """The declared type that access paths call ``full_name`` (``import/path.Type``); None where it can't be found."""
    path, _, name = full_name.rpartition(".")
    home = package if path == package.path else package.import_(path)
    symbol = home.lookup(name) if home is not None else None
    named = symbol.type if isinstance(symbol, TypeName) else None
    return named if isinstance(named, Named) else None


def synchronises_itself(package: Package, path: AccessPath, source: AccessPath) -> bool:
    """Whether ``path`` leads on from ``source`` through an object that has a lock, an atomic or a channel of its own.

    Such an object isn't a value that is only ever replaced: who may change it is its own affair.
    """
    for step in path.steps[len(source.steps) :]:
        owner = step.rpartition(".")[0] if step[0] not in "*@[" else ""
        named = named_type(package, owner) if owner else None
        if named is not None and has_synchronisation(named):
            return True
    return False

"""Kinds of objects: plain values that are replaced whole, and things with a life and a discipline of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.structure import underlying
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Array, Chan, Named, Struct

if TYPE_CHECKING:
    from pubcheck.facts import AccessPath
    from pubcheck.model.package import Package
    from pubcheck.model.types import Type

_SYNCHRONISING = ("sync", "sync/atomic")
MAX_NESTING = 4
"""Structs by value inside structs that are looked through."""


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
        if named is not None and _has_synchronisation(named, 0):
            return True
    return False


def _has_synchronisation(t: Type, depth: int) -> bool:
    if isinstance(t, Named) and t.symbol.package is not None and t.symbol.package.path in _SYNCHRONISING:
        return True
    under = underlying(t)
    if isinstance(under, Chan):
        return True
    if isinstance(under, Array):
        return _has_synchronisation(under.element, depth)
    if not isinstance(under, Struct) or depth >= MAX_NESTING:
        return False
    return any(_has_synchronisation(field.type, depth + 1) for field in under.fields)

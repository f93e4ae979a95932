"""Whether a function that was lowered again came out as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from pubcheck.model.symbols import Var

if TYPE_CHECKING:
    from pubcheck.flow import ir


def same(one: ir.Function | None, other: ir.Function | None) -> bool:
    """Whether two functions have the same instructions at the same places, each with variables of its own."""
    return one is not None and other is not None and _same(one, other)


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Var):
        return (one.name, one.path, one.pos) == (other.name, other.path, other.pos) and _same(one.type, other.type)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(_same, one.values(), other.values()))
    if isinstance(one, msgspec.Struct):
        return all(_same(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    return bool(one == other)

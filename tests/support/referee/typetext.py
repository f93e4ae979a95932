"""Types of our model as text, in the form that the referee writes (``program/typetext.go``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.types import (
    Array,
    Basic,
    Chan,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    Tuple,
    Type,
    TypeParam,
    Union,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def type_text(t: Type) -> str:
    """The type with whole import paths; ``?`` where it isn't known."""
    return _WRITERS[type(t)](t)


def _named(t: Named) -> str:
    path = f"{t.symbol.package.path}." if t.symbol.package else ""
    args = f"[{','.join(map(type_text, t.args))}]" if t.args else ""
    return path + t.symbol.name + args


def _signature(t: Signature) -> str:
    params = [type_text(param) for param in t.params]
    if t.variadic:
        params[-1] = "..." + params[-1]
    return f"func({','.join(params)})({','.join(map(type_text, t.results))})"


def _struct(t: Struct) -> str:
    names = ["" if field.embedded else f"{field.name} " for field in t.fields]
    return f"struct{{{''.join(f'{n}{type_text(f.type)};' for n, f in zip(names, t.fields, strict=True))}}}"


def _interface(t: Interface) -> str:
    methods = sorted(method.name + type_text(method.signature).removeprefix("func") for method in t.methods)
    return f"interface{{{';'.join([*methods, *map(type_text, t.embeds)])}}}"


_CHANNELS = {"both": "chan", "send": "chan<-", "receive": "<-chan"}
_WRITERS: dict[type[Type], Callable[..., str]] = {
    Unknown: lambda _: "?",
    Basic: lambda t: t.name,
    Named: _named,
    TypeParam: lambda t: t.symbol.name,
    Pointer: lambda t: f"*{type_text(t.element)}",
    Slice: lambda t: f"[]{type_text(t.element)}",
    Array: lambda t: f"[{t.length}]{type_text(t.element)}",
    Map: lambda t: f"map[{type_text(t.key)}]{type_text(t.value)}",
    Chan: lambda t: f"{_CHANNELS[t.direction]}({type_text(t.element)})",
    Tuple: lambda t: f"({','.join(map(type_text, t.elements))})",
    Signature: _signature,
    Struct: _struct,
    Interface: _interface,
    Union: lambda t: "|".join(("~" if tilde else "") + type_text(term) for tilde, term in t.terms),
}

"""Types as Go writes them."""

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
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.package import Package


def type_string(t: Type, relative_to: Package | None = None) -> str:
    """``t`` as go/types prints it, without parameter names; names of ``relative_to`` have no package before them.

    ``?`` stands for what isn't known.
    """
    try:
        return _write(t, relative_to)
    except RecursionError:
        return "?"


def _write(t: Type, home: Package | None) -> str:
    rule = _RULES.get(type(t))
    return "?" if rule is None else rule(t, home)


def _basic(t: Basic, _home: Package | None) -> str:
    return t.name


def _named(t: Named, home: Package | None) -> str:
    package = t.symbol.package
    name = t.symbol.name
    if package is not None and package is not home:
        name = f"{package.path}.{name}"
    return f"{name}[{_list(t.args, home, ',')}]" if t.args else name


def _list(types: tuple[Type, ...], home: Package | None, separator: str = ", ") -> str:
    return separator.join([_write(t, home) for t in types])


def _param(t: TypeParam, _home: Package | None) -> str:
    return t.symbol.name


def _chan(t: Chan, home: Package | None) -> str:
    element = _write(t.element, home)
    if t.direction == "send":
        return f"chan<- {element}"
    if t.direction == "receive":
        return f"<-chan {element}"
    inner = t.element
    return f"chan ({element})" if type(inner) is Chan and inner.direction == "receive" else f"chan {element}"


def _tuple(t: Tuple, home: Package | None) -> str:
    return f"({_list(t.elements, home)})"


def _signature(t: Signature, home: Package | None) -> str:
    return "func" + _parameters(t, home)


def _parameters(t: Signature, home: Package | None) -> str:
    generic = ""
    if t.type_params:
        generic = f"[{', '.join([f'{p.symbol.name} {_write(p.symbol.constraint, home)}' for p in t.type_params])}]"
    params = [_write(param, home) for param in t.params]
    if t.variadic and params:
        last = t.params[-1]
        params[-1] = f"...{_write(last.element, home)}" if type(last) is Slice else f"...{params[-1]}"
    text = f"{generic}({', '.join(params)})"
    if len(t.results) == 1:
        return f"{text} {_write(t.results[0], home)}"
    return f"{text} ({_list(t.results, home)})" if t.results else text


def _struct(t: Struct, home: Package | None) -> str:
    fields = []
    for field in t.fields:
        text = _write(field.type, home)
        if not field.embedded:
            text = f"{field.name} {text}"
        fields.append(f"{text} {field.tag}" if field.tag else text)
    return f"struct{{{'; '.join(fields)}}}"


def _interface(t: Interface, home: Package | None) -> str:
    if not t.methods and not t.embeds:
        return "any"
    parts = [method.name + _parameters(method.signature, home) for method in t.methods]
    parts.extend(_write(embedded, home) for embedded in t.embeds)
    return f"interface{{{'; '.join(parts)}}}"


def _union(t: Union, home: Package | None) -> str:
    return " | ".join([("~" if tilde else "") + _write(term, home) for tilde, term in t.terms])


_RULES: dict[type[Type], Callable[..., str]] = {
    Basic: _basic,
    Named: _named,
    TypeParam: _param,
    Pointer: lambda t, home: f"*{_write(t.element, home)}",
    Slice: lambda t, home: f"[]{_write(t.element, home)}",
    Array: lambda t, home: f"[{t.length if t.length >= 0 else '?'}]{_write(t.element, home)}",
    Map: lambda t, home: f"map[{_write(t.key, home)}]{_write(t.value, home)}",
    Chan: _chan,
    Tuple: _tuple,
    Signature: _signature,
    Struct: _struct,
    Interface: _interface,
    Union: _union,
}

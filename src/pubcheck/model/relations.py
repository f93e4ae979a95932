"""Relations between types: identity, implementation, assignability. Unknown is related to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.lookup import interface_methods, is_complete, method_of
from pubcheck.model.structure import is_named_type, type_terms, underlying
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
    Unknown,
)
from pubcheck.model.universe import COMPLEXES, FLOATS, INTEGERS, is_untyped

if TYPE_CHECKING:
    from collections.abc import Callable


def identical(a: Type, b: Type) -> bool:
    """Whether two types are the same type; false where either is unknown."""
    kind = type(a)
    if kind is not type(b) or kind is Unknown:
        return False
    if a is b:
        return True
    rule = _IDENTICAL.get(kind)
    try:
        return a == b if rule is None else rule(a, b)
    except RecursionError:
        return False


def _each(a: tuple[Type, ...], b: tuple[Type, ...]) -> bool:
    return len(a) == len(b) and all(map(identical, a, b))


def _named(a: Named, b: Named) -> bool:
    return a.symbol is b.symbol and _each(a.args, b.args)


def _element(a: Pointer | Slice, b: Pointer | Slice) -> bool:
    return identical(a.element, b.element)


def _array(a: Array, b: Array) -> bool:
    return a.length == b.length and a.length >= 0 and identical(a.element, b.element)


def _map(a: Map, b: Map) -> bool:
    return identical(a.key, b.key) and identical(a.value, b.value)


def _chan(a: Chan, b: Chan) -> bool:
    return a.direction == b.direction and identical(a.element, b.element)


def _tuple(a: Tuple, b: Tuple) -> bool:
    return _each(a.elements, b.elements)


def _signature(a: Signature, b: Signature) -> bool:
    if a.variadic != b.variadic or len(a.type_params) != len(b.type_params):
        return False
    return _each(a.params, b.params) and _each(a.results, b.results)


def _struct(a: Struct, b: Struct) -> bool:
    if len(a.fields) != len(b.fields):
        return False
    return all(
        (x.name, x.embedded, x.tag) == (y.name, y.embedded, y.tag) and identical(x.type, y.type)
        for x, y in zip(a.fields, b.fields, strict=True)
    )


def _interface(a: Interface, b: Interface) -> bool:
    ours, theirs = interface_methods(a), interface_methods(b)
    if ours.keys() != theirs.keys() or not all(_signature(ours[m].signature, theirs[m].signature) for m in ours):
        return False
    return type_terms(a) == type_terms(b)


_IDENTICAL: dict[type[Type], Callable[..., bool]] = {
    Named: _named,
    Pointer: _element,
    Slice: _element,
    Array: _array,
    Map: _map,
    Chan: _chan,
    Tuple: _tuple,
    Signature: _signature,
    Struct: _struct,
    Interface: _interface,
}


def implements(t: Type, interface: Type) -> bool | None:
    """Whether ``t`` has the methods of ``interface`` and lies in its type set; None where that isn't known."""
    wanted = underlying(interface)
    if type(wanted) is not Interface or type(t) is Unknown:
        return None
    under = underlying(t)
    own = interface_methods(under) if type(under) is Interface else None
    for name, method in interface_methods(wanted).items():
        if own is not None:
            signature: Type | None = own[name].signature if name in own else None
        else:
            selection = method_of(t, name)
            signature = None if selection is None else selection.type
        if signature is None:
            return False if is_complete(t) else None
        if not identical(signature, method.signature):
            return None if _mentions_unknown(signature) or _mentions_unknown(method.signature) else False
    if not is_complete(interface):
        return None
    terms = type_terms(wanted)
    if terms is None or type(under) is Interface:
        return True
    return any(identical(under, underlying(term)) if tilde else identical(t, term) for tilde, term in terms)


def _mentions_unknown(t: Type) -> bool:
    if type(t) is Signature:
        return any(map(_mentions_unknown, t.params + t.results))
    if type(t) is Map:
        return _mentions_unknown(t.key) or _mentions_unknown(t.value)
    if type(t) in (Pointer, Slice, Array, Chan):
        return _mentions_unknown(t.element)  # type: ignore[attr-defined]
    if type(t) is Named:
        return any(map(_mentions_unknown, t.args))
    return type(t) is Unknown


def assignable(value: Type, target: Type) -> bool | None:
    """Whether a value of type ``value`` may be assigned to a ``target``; None where that isn't known."""
    if type(value) is Unknown or type(target) is Unknown:
        return None
    if identical(value, target):
        return True
    under = underlying(target)
    if is_untyped(value):
        return _untyped_assignable(value, under)  # type: ignore[arg-type]
    if type(under) is Interface:
        return implements(value, target)
    theirs = underlying(value)
    if type(theirs) is Chan and type(under) is Chan and theirs.direction == "both":
        return identical(theirs.element, under.element) and not (is_named_type(value) and is_named_type(target))
    if not (is_named_type(value) and is_named_type(target)):
        return identical(theirs, under)
    return False


def _untyped_assignable(value: Basic, under: Type) -> bool:
    if type(under) is Interface:
        return value.name == "untyped nil" or not under.methods
    if value.name == "untyped nil":
        return type(under) in (Pointer, Slice, Map, Chan, Signature) or under == Basic("unsafe.Pointer")
    if type(under) is not Basic:
        return False
    if value.name in ("untyped bool", "untyped string"):
        return under.name == value.name.removeprefix("untyped ")
    return under.name in INTEGERS | FLOATS | COMPLEXES

"""The structure of types: what is underlying, what a type set has in common, what type arguments make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.types import (
    UNKNOWN,
    Array,
    Basic,
    Chan,
    Interface,
    InterfaceMethod,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    StructField,
    Tuple,
    Type,
    TypeParam,
    Union,
    Unknown,
)
from pubcheck.model.universe import STRING, UINT8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pubcheck.model.symbols import TypeName

    Substitution = Mapping[TypeName, Type]


def underlying(t: Type) -> Type:
    """The underlying type: of a type parameter its constraint, ``UNKNOWN`` of what can't be resolved."""
    if type(t) is Named:
        return _underlying_of_named(t)
    if type(t) is TypeParam:
        return t.symbol.constraint
    return t


def _underlying_of_named(t: Named) -> Type:
    symbol = t.symbol
    if not t.args:
        return symbol.underlying
    made = symbol.instances.get(t.args)
    if made is None:
        made = substitute(symbol.underlying, arguments(symbol.type_params, t.args))
        symbol.instances[t.args] = made
    return made


def arguments(params: tuple[TypeName, ...], args: tuple[Type, ...]) -> Substitution:
    """Type parameters to type arguments; a missing argument is unknown."""
    if len(args) < len(params):
        args += (UNKNOWN,) * (len(params) - len(args))
    return dict(zip(params, args, strict=False))


def deref(t: Type) -> Type:
    """What ``t`` points to, through a named pointer type too; ``t`` itself where it is no pointer."""
    if type(t) is Pointer:
        return t.element
    if type(t) is Named:
        under = underlying(t)
        if type(under) is Pointer:
            return under.element
    return t


def embedded_interfaces(interface: Interface) -> Iterator[Interface]:
    """``interface`` and those it embeds at any depth, each declared one once."""
    seen: set[Type] = set()
    todo = [interface]
    while todo:
        current = todo.pop()
        yield current
        for embedded in reversed(current.embeds):
            under = underlying(embedded)
            if type(under) is Interface and embedded not in seen:
                seen.add(embedded)
                todo.append(under)


def type_terms(interface: Interface) -> tuple[tuple[bool, Type], ...] | None:
    """The terms of an interface's type set as (tilde, type); None where every type with the methods is in it."""
    return _terms(interface, set())


def _terms(interface: Interface, seen: set[Type]) -> tuple[tuple[bool, Type], ...] | None:
    found: tuple[tuple[bool, Type], ...] | None = None
    for embedded in interface.embeds:
        if embedded in seen:
            continue
        seen.add(embedded)
        terms = _embedded_terms(embedded, seen)
        if terms is None:
            continue
        found = (
            terms if found is None else tuple(term for term in found if any(_covers(other, term) for other in terms))
        )
    return found


def _embedded_terms(embedded: Type, seen: set[Type]) -> tuple[tuple[bool, Type], ...] | None:
    parts = embedded.terms if type(embedded) is Union else ((False, embedded),)
    terms: list[tuple[bool, Type]] = []
    for tilde, part in parts:
        under = underlying(part)
        if type(under) is Unknown:
            return None
        if type(under) is not Interface:
            terms.append((tilde, part))
            continue
        inner = _terms(under, seen)
        if inner is None:
            return None
        terms.extend(inner)
    return tuple(terms)


def _covers(wide: tuple[bool, Type], narrow: tuple[bool, Type]) -> bool:
    if wide[0]:
        return underlying(wide[1]) == underlying(narrow[1])
    return wide[1] == narrow[1]


def core_type(t: Type) -> Type:
    """The one underlying type of all types in ``t``'s type set, which is ``underlying(t)`` for most types.

    An interface without such a type is returned as it is. Strings mixed with byte slices count as a string.
    """
    under = underlying(t)
    if type(under) is not Interface or not under.embeds:
        return under
    terms = type_terms(under)
    if not terms:
        return under
    kinds = [underlying(term) for _, term in terms]
    first = kinds[0]
    if all(kind == first for kind in kinds):
        return first
    if all(kind in (STRING, Slice(UINT8)) for kind in kinds):
        return STRING
    channels = [kind for kind in kinds if type(kind) is Chan]
    if len(channels) == len(kinds) and len({channel.element for channel in channels}) == 1:
        return next((channel for channel in channels if channel.direction != "both"), channels[0])
    return under


# --- substitution


def substitute(t: Type, mapping: Substitution) -> Type:
    """``t`` with type parameters replaced by what ``mapping`` gives for them; ``t`` itself where nothing changes."""
    if not mapping:
        return t
    handler = _SUBSTITUTE.get(type(t))
    return t if handler is None else handler(t, mapping)


def _each(types: tuple[Type, ...], mapping: Substitution) -> tuple[Type, ...]:
    made = tuple([substitute(t, mapping) for t in types])
    return types if all(a is b for a, b in zip(made, types, strict=True)) else made


def _param(t: TypeParam, mapping: Substitution) -> Type:
    return mapping.get(t.symbol, t)


def _named(t: Named, mapping: Substitution) -> Type:
    if not t.args:
        return t
    args = _each(t.args, mapping)
    return t if args is t.args else Named(t.symbol, args)


def _element(t: Pointer | Slice, mapping: Substitution) -> Type:
    element = substitute(t.element, mapping)
    return t if element is t.element else type(t)(element)


def _array(t: Array, mapping: Substitution) -> Type:
    element = substitute(t.element, mapping)
    return t if element is t.element else Array(t.length, element)


def _map(t: Map, mapping: Substitution) -> Type:
    key, value = substitute(t.key, mapping), substitute(t.value, mapping)
    return t if key is t.key and value is t.value else Map(key, value)


def _chan(t: Chan, mapping: Substitution) -> Type:
    element = substitute(t.element, mapping)
    return t if element is t.element else Chan(t.direction, element)


def _tuple(t: Tuple, mapping: Substitution) -> Type:
    elements = _each(t.elements, mapping)
    return t if elements is t.elements else Tuple(elements)


def _signature(t: Signature, mapping: Substitution) -> Signature:
    params, results = _each(t.params, mapping), _each(t.results, mapping)
    if params is t.params and results is t.results:
        return t
    return Signature(params, results, t.variadic, t.type_params)


def _struct(t: Struct, mapping: Substitution) -> Type:
    return Struct(tuple([_field(field, mapping) for field in t.fields]))


def _field(field: StructField, mapping: Substitution) -> StructField:
    def make() -> Type:
        return substitute(field.type, mapping)

    return StructField(field.name, make, field.embedded, field.tag, field.symbol)


def _interface(t: Interface, mapping: Substitution) -> Type:
    if not t.methods and not t.embeds:
        return t
    methods = tuple([_method(method, mapping) for method in t.methods])
    return Interface(methods, _each(t.embeds, mapping))


def _method(method: InterfaceMethod, mapping: Substitution) -> InterfaceMethod:
    return InterfaceMethod(method.name, lambda: _signature(method.signature, mapping), method.symbol)


def _union(t: Union, mapping: Substitution) -> Type:
    return Union(tuple([(tilde, substitute(term, mapping)) for tilde, term in t.terms]))


_SUBSTITUTE: dict[type[Type], Callable[..., Type]] = {
    TypeParam: _param,
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
    Union: _union,
}


def instantiate(signature: Signature, mapping: Substitution) -> Signature:
    """A generic function's signature with its type parameters replaced; what ``mapping`` lacks stays a parameter."""
    params, results = _each(signature.params, mapping), _each(signature.results, mapping)
    left = tuple([param for param in signature.type_params if param.symbol not in mapping])
    return Signature(params, results, signature.variadic, left)


def is_named_type(t: Type) -> bool:
    """Whether ``t`` has a name: predeclared, defined or a type parameter."""
    return type(t) in (Named, Basic, TypeParam)


def interface_of(t: Type) -> Interface | None:
    """The interface under ``t``, a type parameter's constraint included; None where there is none."""
    under = underlying(t)
    return under if type(under) is Interface else None

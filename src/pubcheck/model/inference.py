"""Type arguments from a call's arguments, and from the constraints of other type parameters.

The language's two steps: unification of parameter types with argument types, then of core types and methods of
constraints with what has been inferred, until nothing changes. Unification is one-sided (only the callee's
parameters are variables) and, as it judges code that compiles, more lenient than the language asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.lookup import interface_methods, lookup_field_or_method
from pubcheck.model.structure import core_type, instantiate, substitute, type_terms, underlying
from pubcheck.model.types import (
    UNKNOWN,
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
    Type,
    TypeParam,
    Unknown,
)
from pubcheck.model.universe import UNTYPED_RANK, default_type, is_untyped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pubcheck.model.symbols import TypeName

    Bound = dict[TypeName, Type | None]


def infer(
    generic: Signature, explicit: tuple[Type, ...], args: tuple[Type, ...], *, spread: bool = False
) -> dict[TypeName, Type]:
    """Type arguments of a generic function; ``UNKNOWN`` for what can't be inferred.

    Args:
        generic: the function's signature.
        explicit: the type arguments that are written, which may be fewer than the parameters.
        args: types of the arguments.
        spread: whether the last argument is ``xs...``.
    """
    params = tuple([param.symbol for param in generic.type_params])
    bound: Bound = dict.fromkeys(params)
    bound.update(zip(params, explicit, strict=False))
    untyped: dict[TypeName, Basic] = {}
    generics: list[tuple[Type, Signature]] = []
    for param, arg in _pairs(generic, args, spread=spread):
        if type(arg) is Basic and is_untyped(arg):
            if type(param) is TypeParam and param.symbol in bound:
                _keep_wider(untyped, param.symbol, arg)
        elif type(arg) is Signature and arg.type_params:
            generics.append((param, arg))
        else:
            unify(param, arg, bound)
    for param, arg in generics:
        _unify_generic(param, arg, bound)
    for symbol, arg in untyped.items():
        if bound[symbol] is None and type(default_type(arg)) is not Unknown:
            bound[symbol] = default_type(arg)
    derived = _from_constraints(params, bound)
    return _resolved(bound, derived)


def _pairs(generic: Signature, args: tuple[Type, ...], *, spread: bool) -> Iterator[tuple[Type, Type]]:
    params = generic.params
    last = params[-1] if generic.variadic and not spread else None
    fixed = len(params) - 1 if last is not None else len(params)
    yield from zip(params[:fixed], args, strict=False)
    if type(last) is Slice:
        for arg in args[fixed:]:
            yield last.element, arg


def _keep_wider(untyped: dict[TypeName, Basic], symbol: TypeName, arg: Basic) -> None:
    have = untyped.get(symbol)
    if have is None or UNTYPED_RANK.get(arg.name, -1) > UNTYPED_RANK.get(have.name, -1):
        untyped[symbol] = arg


def _unify_generic(param: Type, arg: Signature, bound: Bound) -> None:
    """A generic function as an argument: its own type arguments come from what the parameter is by now."""
    known = {symbol: t for symbol, t in bound.items() if t is not None}
    wanted = core_type(substitute(param, known))
    if type(wanted) is not Signature:
        return
    own: Bound = {p.symbol: None for p in arg.type_params}
    for pattern, t in zip(arg.params + arg.results, wanted.params + wanted.results, strict=False):
        if not (type(t) is TypeParam and t.symbol in bound):
            unify(pattern, t, own)
    unify(param, instantiate(arg, {symbol: t for symbol, t in own.items() if t is not None}), bound)


def _from_constraints(params: tuple[TypeName, ...], bound: Bound) -> set[TypeName]:
    """Unify constraints with what is inferred; returns the parameters that a core type alone decided."""
    derived: set[TypeName] = set()
    for _ in range(len(params) + 1):
        before = dict(bound)
        for param in params:
            constraint = underlying(param.constraint)
            if type(constraint) is Interface and (constraint.embeds or constraint.methods):
                _from_constraint(param, constraint, bound, derived)
        if bound == before:
            break
    return derived


def _from_constraint(param: TypeName, constraint: Interface, bound: Bound, derived: set[TypeName]) -> None:
    inferred = bound[param]
    terms = type_terms(constraint)
    core = core_type(constraint) if terms else constraint
    if type(core) is not Interface:
        tilde = any(tilde for tilde, _ in terms or ())
        if inferred is not None:
            unify(core, underlying(inferred) if tilde else inferred, bound)
        elif terms and len(terms) == 1 and not tilde:
            bound[param] = terms[0][1]
            derived.add(param)
    elif inferred is not None and type(inferred) is not Unknown:
        for name, method in interface_methods(constraint).items():
            found = lookup_field_or_method(inferred, name)
            if found is not None and found.kind == "method":
                unify(method.signature, found.type, bound)


def _resolved(bound: Bound, derived: set[TypeName]) -> dict[TypeName, Type]:
    """Replace parameters in what core types gave; a parameter without a type is unknown."""
    made = {symbol: UNKNOWN if t is None else t for symbol, t in bound.items()}
    for _ in derived:
        for symbol in derived:
            made[symbol] = substitute(made[symbol], {other: t for other, t in made.items() if other is not symbol})
    return made


# --- unification


def unify(x: Type, y: Type, bound: Bound) -> bool:
    """Bind the parameters in ``x`` so that it becomes ``y``; what has been bound before a mismatch stays bound."""
    if type(y) is Unknown:
        return True
    if type(x) is TypeParam and x.symbol in bound:
        return _bind(x.symbol, y, bound)
    kind = type(x)
    if kind is not type(y):
        return _unify_across(x, y, bound)
    rule = _UNIFY.get(kind)
    return x == y if rule is None else rule(x, y, bound)


def _bind(symbol: TypeName, y: Type, bound: Bound) -> bool:
    have = bound[symbol]
    if have is None:
        bound[symbol] = y
        return True
    if have == y:
        return True
    if type(y) is Named and type(have) is not Named and underlying(y) == have:
        bound[symbol] = y
        return True
    if type(have) is Chan and type(y) is Chan and have.direction == "both":
        bound[symbol] = y
        return True
    return unify(have, y, bound)


def _unify_across(x: Type, y: Type, bound: Bound) -> bool:
    """A named type against a literal, or a type parameter of the caller against the structure of its core type."""
    if type(y) is Named and type(x) is not Named:
        under = underlying(y)
        return type(under) is type(x) and unify(x, under, bound)
    if type(y) is TypeParam:
        core = core_type(y)
        return type(core) is not Interface and unify(x, core, bound)
    if type(x) is Named:
        under = underlying(x)
        if type(under) is Interface:
            return _unify_methods(under, y, bound)
        return type(under) is type(y) and unify(under, y, bound)
    return type(x) is Interface and _unify_methods(x, y, bound)


def _unify_methods(interface: Interface, y: Type, bound: Bound) -> bool:
    for name, method in interface_methods(interface).items():
        found = lookup_field_or_method(y, name)
        if found is None or found.kind != "method" or not unify(method.signature, found.type, bound):
            return False
    return True


def _named(x: Named, y: Named, bound: Bound) -> bool:
    if x.symbol is y.symbol:
        return _each(x.args, y.args, bound)
    under = underlying(x)
    return type(under) is Interface and _unify_methods(under, y, bound)


def _each(xs: tuple[Type, ...], ys: tuple[Type, ...], bound: Bound) -> bool:
    return len(xs) == len(ys) and all(tuple(unify(x, y, bound) for x, y in zip(xs, ys, strict=True)))


def _element(x: Pointer | Slice | Chan, y: Pointer | Slice | Chan, bound: Bound) -> bool:
    return unify(x.element, y.element, bound)


def _array(x: Array, y: Array, bound: Bound) -> bool:
    return unify(x.element, y.element, bound) and x.length == y.length


def _map(x: Map, y: Map, bound: Bound) -> bool:
    return _each((x.key, x.value), (y.key, y.value), bound)


def _signature(x: Signature, y: Signature, bound: Bound) -> bool:
    params = _each(x.params, y.params, bound)
    return _each(x.results, y.results, bound) and params and x.variadic == y.variadic


def _struct(x: Struct, y: Struct, bound: Bound) -> bool:
    if [field.name for field in x.fields] != [field.name for field in y.fields]:
        return False
    return _each(tuple([f.type for f in x.fields]), tuple([f.type for f in y.fields]), bound)


def _interface(x: Interface, y: Interface, bound: Bound) -> bool:
    theirs = interface_methods(y)
    ours = interface_methods(x)
    return all(tuple(name in theirs and unify(ours[name].signature, theirs[name].signature, bound) for name in ours))


_UNIFY: dict[type[Type], Callable[..., bool]] = {
    Named: _named,
    Pointer: _element,
    Slice: _element,
    Chan: _element,
    Array: _array,
    Map: _map,
    Signature: _signature,
    Struct: _struct,
    Interface: _interface,
}

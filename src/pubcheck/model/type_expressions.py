"""Type expressions: the types that they denote."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pubcheck.model.structure import arguments, substitute, underlying
from pubcheck.model.symbols import Func, PackageName, TypeName, Var, VarKind
from pubcheck.model.types import (
    FOREIGN,
    UNKNOWN,
    Array,
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
    Type,
    TypeParam,
    Union,
    Unknown,
)
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pubcheck.model.info import Info
    from pubcheck.model.symbols import Symbol


def is_type(info: Info, expr: ast.Expr) -> bool:
    """Whether ``expr`` denotes a type."""
    while True:
        kind = type(expr)
        if kind is ast.Ident:
            return isinstance(info.symbol(expr), TypeName)  # type: ignore[arg-type]
        if kind is ast.Selector:
            return isinstance(qualified(info, expr), TypeName)  # type: ignore[arg-type]
        if kind not in _TRANSPARENT:
            return kind in _ALWAYS_TYPES
        expr = expr.x  # type: ignore[attr-defined]


_TRANSPARENT = frozenset({ast.Star, ast.Paren, ast.Index})
_ALWAYS_TYPES = frozenset(
    {ast.ArrayType, ast.SliceType, ast.MapType, ast.ChanType, ast.FuncType, ast.StructType, ast.InterfaceType}
)


def qualified(info: Info, selector: ast.Selector) -> Symbol | None:
    """The symbol that ``package.Name`` stands for; None where it isn't known or ``selector`` is no such name."""
    if type(selector.x) is not ast.Ident or type(info.symbol(selector.x)) is not PackageName:
        return None
    found = info.selection(selector)
    return None if found is None else found.obj


def written(info: Info, expr: ast.Expr) -> Type:
    """The type that ``expr`` denotes where only a type can stand."""
    t = info.type(expr)
    return FOREIGN if type(t) is Unknown and _is_foreign(info, expr) else t


def _is_foreign(info: Info, expr: ast.Expr) -> bool:
    """Whether ``expr`` names something of a package of Go, whether or not that is there."""
    while type(expr) is ast.Paren:
        expr = expr.x
    if type(expr) is not ast.Selector or type(expr.x) is not ast.Ident:
        return False
    symbol = info.symbol(expr.x)
    return isinstance(symbol, PackageName) and symbol.import_path != "C"


def generic_type(info: Info, expr: ast.Expr) -> TypeName | None:
    """The type name that ``expr`` is, which an index instantiates; None where it is none."""
    while type(expr) is ast.Paren:
        expr = expr.x
    symbol: Symbol | None = None
    if type(expr) is ast.Ident:
        symbol = info.symbol(expr)
    elif type(expr) is ast.Selector:
        symbol = qualified(info, expr)
    return symbol if isinstance(symbol, TypeName) else None


def instance(info: Info, expr: ast.Index) -> Type:
    """A generic type with its arguments."""
    symbol = generic_type(info, expr.x)
    if symbol is None:
        return UNKNOWN
    args = tuple([info.type(index) for index in expr.indices])
    if symbol.alias:
        return substitute(symbol.type, arguments(symbol.type_params, args))
    return Named(symbol, args)


def array_type(info: Info, expr: ast.ArrayType) -> Type:
    """``[n]T``; the length of ``[...]T`` comes from the literal around."""
    length = None if expr.length is None else info.constant(expr.length)
    if isinstance(length, float) and length.is_integer():
        length = int(length)
    return Array(length if type(length) is int else -1, written(info, expr.element))


def slice_type(info: Info, expr: ast.SliceType) -> Type:
    """``[]T``."""
    return Slice(written(info, expr.element))


def map_type(info: Info, expr: ast.MapType) -> Type:
    """``map[K]V``."""
    return Map(info.type(expr.key), written(info, expr.value))


def chan_type(info: Info, expr: ast.ChanType) -> Type:
    """``chan T``."""
    return Chan(expr.direction, written(info, expr.element))


def func_type(info: Info, expr: ast.FuncType) -> Type:
    """A function type."""
    return signature(info, expr)


def signature(info: Info, expr: ast.FuncType, type_params: tuple[TypeName, ...] = ()) -> Signature:
    """A function type with its type parameters."""
    params = _types(info, expr.params)
    variadic = bool(expr.params) and expr.params[-1].variadic
    if variadic:
        params[-1] = Slice(params[-1])
    parameters = tuple([TypeParam(param) for param in type_params])
    return Signature(tuple(params), tuple(_types(info, expr.results)), variadic, parameters)


def _types(info: Info, fields: tuple[ast.Field, ...]) -> list[Type]:
    types: list[Type] = []
    for field in fields:
        types += [written(info, field.type)] * (len(field.names) or 1)
    return types


def struct_type(info: Info, expr: ast.StructType) -> Type:
    """A struct; its fields' types are made when asked for."""
    fields: list[StructField] = []
    for field in expr.fields:
        make = partial(_field_type, info, field.type)
        embedded = not field.names
        for name in field.names or embedded_name(field.type):
            symbol = Var(name.name, info.package, VarKind.FIELD, make, info.path, name.pos)
            fields.append(StructField(name.name, partial(_type_of, symbol), embedded, field.tag, symbol))
    return Struct(tuple(fields))


def _field_type(info: Info, expr: ast.Expr) -> Type:
    """The type of a field: where only a type can stand, a star makes a pointer, also to what isn't known."""
    while type(expr) is ast.Paren:
        expr = expr.x
    return Pointer(info.type(expr.x)) if type(expr) is ast.Star else written(info, expr)


def _type_of(symbol: Var) -> Type:
    return symbol.type


def embedded_name(expr: ast.Expr) -> tuple[ast.Ident, ...]:
    """The name by which a struct's field without one is called; none for what can't be embedded."""
    while isinstance(expr, ast.Star | ast.Paren | ast.Index):
        expr = expr.x
    if isinstance(expr, ast.Selector):
        return (expr.name,)
    return (expr,) if isinstance(expr, ast.Ident) else ()


def interface_type(info: Info, expr: ast.InterfaceType) -> Type:
    """An interface without a name of its own."""
    return _interface(info, expr, None)


def _interface(info: Info, expr: ast.InterfaceType, owner: TypeName | None) -> Type:
    methods = []
    for method in expr.methods:
        make = partial(signature, info, method.type)
        name = method.name
        symbol = Func(name.name, info.package, make, info.path, name.pos, receiver=owner, interface=True)
        methods.append(InterfaceMethod(name.name, partial(_signature_of, symbol), symbol))
    return Interface(tuple(methods), tuple([info.type(embedded) for embedded in expr.embeds]))


def _signature_of(symbol: Func) -> Signature:
    return symbol.signature or Signature((), ())


def _declared_type(info: Info, expr: ast.Expr, symbol: TypeName) -> Type:
    """The right side of the declaration of ``symbol``; an interface's methods belong to it."""
    while type(expr) is ast.Paren:
        expr = expr.x
    return _interface(info, expr, symbol) if type(expr) is ast.InterfaceType else info.type(expr)


def declare_type(
    info: Info,
    spec: ast.TypeSpec,
    params: tuple[TypeName, ...],
    methods: Callable[[TypeName], Mapping[str, Func]] | None,
) -> TypeName:
    """The symbol of a type declaration; ``methods`` gives a package-level type's."""
    name = spec.name
    if spec.alias:
        make = partial(info.type, spec.type)
        return TypeName.alias_of(name.name, info.package, make, info.path, name.pos, decl=spec, type_params=params)
    symbol = TypeName(
        name.name,
        info.package,
        lambda: underlying(_declared_type(info, spec.type, symbol)),
        info.path,
        name.pos,
        decl=spec,
        type_params=params,
        methods=methods or {},
    )
    return symbol


def constraint(info: Info, expr: ast.Expr) -> Type:
    """A constraint as an interface: a union or another type stands for the interface that embeds it."""
    t = info.type(expr)
    under = underlying(t)
    if type(t) is Union or type(under) not in (Interface, Unknown):
        return Interface((), (t,))
    if type(t) is TypeParam:
        return Interface((), (t,))
    return under


def union(info: Info, expr: ast.Binary | ast.Unary) -> Type:
    """``~A | B``."""
    terms: list[tuple[bool, Type]] = []
    x: ast.Expr = expr
    parts = []
    while type(x) is ast.Binary:
        parts.append(x.y)
        x = x.x
    for part in (x, *reversed(parts)):
        if type(part) is ast.Unary and part.op == "~":
            terms.append((True, info.type(part.x)))
        else:
            terms.append((False, info.type(part)))
    return Union(tuple(terms))


RULES: dict[type[ast.Node], Callable[..., Type]] = {
    ast.ArrayType: array_type,
    ast.SliceType: slice_type,
    ast.MapType: map_type,
    ast.ChanType: chan_type,
    ast.FuncType: func_type,
    ast.StructType: struct_type,
    ast.InterfaceType: interface_type,
}

"""Selectors: qualified names, fields, methods and method expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.lookup import Selection, lookup_field_or_method
from pubcheck.model.symbols import PackageName, TypedSymbol, is_exported
from pubcheck.model.types import UNKNOWN, Signature, Type, Unknown
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.model.info import Info
    from pubcheck.model.package import Package


def select(info: Info, selector: ast.Selector) -> Selection | None:
    """What a selector names; None if it isn't known."""
    x = selector.x
    symbol = info.symbol(x) if type(x) is ast.Ident else None
    if type(symbol) is PackageName:
        return _qualified(symbol, selector.name.name)
    t = symbol.type if isinstance(symbol, TypedSymbol) else info.type(x)
    if type(t) is Unknown:
        return None
    found = lookup_field_or_method(t, selector.name.name, info.package)
    if found is None or found.kind != "method" or not info.is_type(x):
        return found
    return _method_expression(found, t)


def _qualified(package: PackageName, name: str) -> Selection | None:
    try:
        return package.selections[name]
    except KeyError:
        found = package.selections[name] = _declared_in(package.imported, name)
        return found


def _declared_in(imported: Package | None, name: str) -> Selection | None:
    if imported is None or not is_exported(name):
        return None
    symbol = imported.scope.get(name)
    if symbol is None:
        return None
    t = symbol.type if isinstance(symbol, TypedSymbol) else UNKNOWN
    return Selection("qualified", symbol, t)


def _method_expression(found: Selection, receiver: Type) -> Selection:
    t = found.type
    if type(t) is Signature:
        t = Signature((receiver, *t.params), t.results, t.variadic, t.type_params)
    return Selection("method-expr", found.obj, t, found.path, found.indirect, found.receiver)

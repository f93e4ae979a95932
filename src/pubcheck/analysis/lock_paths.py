"""Locks as annotations and comments name them: ``s.mu``, ``s.cache.mu``, ``registry.mu``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import DEREF, AccessPath, Root, RootKind, field_step
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.structure import deref, underlying
from pubcheck.model.symbols import TypeName, Var
from pubcheck.model.types import UNKNOWN, Interface, Pointer, Struct, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.facts import Location
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func
    from pubcheck.model.types import Type
    from pubcheck.syntax import ast


def parameters(func: Func) -> Iterator[tuple[str, Type]]:
    """The names and types of what a declared function is given, its receiver first."""
    if func.decl is None:
        return
    if func.decl.receiver is not None and func.receiver is not None:
        receiver = func.receiver.type
        names = func.decl.receiver.names
        yield names[0].name if names else "", Pointer(receiver) if func.pointer_receiver else receiver
    yield from _named(func.decl.type.params, func.signature.params if func.signature is not None else ())


def results(func: Func) -> Iterator[tuple[str, Type]]:
    """The names and types of a declared function's results."""
    if func.decl is not None:
        yield from _named(func.decl.type.results, func.signature.results if func.signature is not None else ())


def _named(fields: Sequence[ast.Field], types: Sequence[Type]) -> Iterator[tuple[str, Type]]:
    at = 0
    for field in fields:
        for name in [each.name for each in field.names] or [""]:
            yield name, types[at] if at < len(types) else UNKNOWN
            at += 1


def lock_path(words: str, func: Func, package: Package) -> AccessPath | None:
    """The lock that ``words`` lead to from a parameter, the receiver or a package variable; None if they don't."""
    first, *rest = words.split(".")
    for index, (name, type_) in enumerate(parameters(func)):
        if name == first:
            return _along(AccessPath(Root(RootKind.PARAM, index, first)), type_, rest)
    return _global(first, rest, package)


def result_lock(words: str, func: Func) -> Location | None:
    """Where the lock is that ``words`` lead to from a result."""
    first, *rest = words.split(".")
    for index, (name, type_) in enumerate(results(func)):
        if name == first:
            path = _along(AccessPath(Root(RootKind.OPAQUE, index, first)), type_, rest)
            return path.location if path is not None else None
    return None


def guarding_lock(words: str, struct: AccessPath, type_: Type, package: Package) -> AccessPath | None:
    """The lock that ``words`` lead to from the ``struct`` of a field, or else from a package variable."""
    found = field_lock(words, struct, type_)
    if found is not None:
        return found
    first, *rest = words.split(".")
    return _global(first, rest, package)


def field_lock(words: str, struct: AccessPath, type_: Type) -> AccessPath | None:
    """The lock that ``words`` lead to from ``struct``."""
    return _along(struct, type_, words.split("."))


def why_none(words: str, types: dict[str, Type], own: Type, package: Package) -> str:
    """Why ``words`` lead to no lock from ``types`` by name, nor from a field of ``own`` or a package variable.

    Empty where a type on the way isn't known.
    """
    first, *rest = words.split(".")
    symbol = package.lookup(first)
    if first in types:
        return _missing(types[first], rest)
    if not isinstance(own, Unknown) and lookup_field_or_method(own, first) is not None:
        return _missing(own, [first, *rest])
    if isinstance(symbol, Var):
        return _missing(symbol.type, rest)
    return f"there is no `{first}` here" if not _may_have_more(own) else ""


def type_along(words: str, types: dict[str, Type], package: Package) -> Type | None:
    """The type of what ``words`` lead to from ``types`` by name, or from a package variable."""
    first, *rest = words.split(".")
    symbol = package.lookup(first)
    type_ = types.get(first) or (symbol.type if isinstance(symbol, Var) else None)
    for name in rest if type_ is not None else ():
        selection = lookup_field_or_method(type_, name) if type_ is not None else None
        type_ = selection.type if selection is not None else None
    return type_


def _missing(type_: Type, names: list[str]) -> str:
    """What is amiss on the way from ``type_`` along fields to a lock."""
    for name in names:
        if isinstance(underlying(deref(type_)), Unknown):
            return ""
        selection = lookup_field_or_method(type_, name)
        if selection is None or selection.kind != "field":
            return "" if _may_have_more(type_) else f"nothing there has a field `{name}`"
        type_ = selection.type
    unknown = isinstance(underlying(deref(type_)), Unknown)
    return "" if unknown or is_lock(type_) or _may_have_more(type_) else "that is no lock"


def _may_have_more(type_: Type) -> bool:
    """Whether a struct embeds what isn't known, which may have any fields."""
    struct = underlying(deref(type_))
    return isinstance(struct, Struct) and any(
        field.embedded and isinstance(underlying(deref(field.type)), Unknown) for field in struct.fields
    )


def is_lock(type_: Type) -> bool:
    """Whether a value of ``type_``, or what it points to, can be locked."""
    return has_method(type_, "Lock")


def has_method(type_: Type, name: str) -> bool:
    """Whether a variable of ``type_``, or what it points to, has the method ``name``."""
    whole = type_ if isinstance(underlying(type_), Interface) else Pointer(deref(type_))
    return lookup_field_or_method(whole, name) is not None


def _global(name: str, rest: list[str], package: Package) -> AccessPath | None:
    symbol = package.lookup(name)
    if not isinstance(symbol, Var):
        return None
    return _along(AccessPath(Root(RootKind.GLOBAL, 0, f"{package.path}.{name}")), symbol.type, rest)


def _along(path: AccessPath, type_: Type, names: list[str]) -> AccessPath | None:
    """From a value at ``path`` through fields, promoted ones included, to a lock."""
    steps = list(path.steps)
    for name in names:
        if isinstance(underlying(type_), Pointer):
            steps.append(DEREF)
        selection = lookup_field_or_method(type_, name)
        if selection is None or selection.kind != "field":
            return None
        for step in selection.path:
            steps.append(field_step(full_name(step.owner), step.symbol.name))
            if isinstance(underlying(step.type), Pointer):
                steps.append(DEREF)
        steps.append(field_step(full_name(selection.owner), name))
        type_ = selection.type
    if not is_lock(type_):
        return None
    if isinstance(underlying(type_), Pointer | Interface):
        steps.append(DEREF)
    return AccessPath(path.root).then(*steps)


def full_name(type_name: TypeName | None) -> str | None:
    """A declared type as the steps of access paths name it."""
    if type_name is None or type_name.package is None:
        return None
    return f"{type_name.package.path}.{type_name.name}"

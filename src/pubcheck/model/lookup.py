"""Fields and methods by name, through embedding: the shallowest wins, two at one depth hide each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from pubcheck.model.structure import arguments, deref, embedded_interfaces, substitute, underlying
from pubcheck.model.symbols import Func, Symbol, TypeName, Var, is_exported
from pubcheck.model.types import (
    UNKNOWN,
    Interface,
    InterfaceMethod,
    Named,
    Pointer,
    Struct,
    StructField,
    Type,
    TypeParam,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.model.package import Package


class FieldStep(msgspec.Struct, frozen=True):
    """One field on the way to what a selector names.

    ``owner`` is the declared type whose struct has the field; None for an anonymous struct. ``type`` is the field's
    type with the owner's type arguments in place.
    """

    symbol: Var
    owner: TypeName | None
    type: Type


class Selection(msgspec.Struct, frozen=True):
    """What a selector names.

    ``path`` holds the embedded fields that the selector leaves out. ``receiver`` is the type that declares ``obj``,
    without a pointer: the struct, the type of the method or the interface. ``indirect`` tells whether a pointer was
    followed between the selector's operand and ``receiver``. ``type`` is the field's type or the signature without
    its receiver; a method expression's has the receiver as its first parameter. A qualified name has no path.
    """

    kind: Literal["field", "method", "method-expr", "qualified"]
    obj: Symbol
    type: Type
    path: tuple[FieldStep, ...] = ()
    indirect: bool = False
    receiver: Type = UNKNOWN

    @property
    def owner(self) -> TypeName | None:
        """The declared type that ``obj`` is a field or method of; None for an anonymous one."""
        return self.receiver.symbol if isinstance(self.receiver, Named) else None


def lookup_field_or_method(t: Type, name: str, package: Package | None = None) -> Selection | None:
    """What ``x.name`` names for an ``x`` of type ``t``, seen from ``package``; None if nothing or unknown.

    Args:
        t: type of the operand.
        name: the name after the dot.
        package: where the selector stands; another package's unexported names aren't seen from it. None sees all.
    """
    base, pointer = (t.element, True) if type(t) is Pointer else (t, False)
    if type(base) is not Named:
        return None if pointer and type(base) in _NOTHING_BEHIND else _search(base, name, package, pointer)
    key = (base.args, pointer, name, None if is_exported(name) else package)
    cache = base.symbol.selections
    try:
        return cache[key]
    except KeyError:
        pass
    under = underlying(base)
    found: Selection | None = None
    if not pointer or type(under) not in _NOTHING_BEHIND:
        start, indirect = (under.element, True) if type(under) is Pointer else (base, pointer)
        found = _search(start, name, package, indirect)
    cache[key] = found
    return found


_NOTHING_BEHIND = frozenset({Interface, Pointer, TypeParam})
"""Types of which a pointer has neither fields nor methods."""


class _Candidate(msgspec.Struct, gc=False):
    """An embedded type at the depth that is looked at."""

    type: Type
    path: tuple[FieldStep, ...]
    indirect: bool
    repeated: bool = False


def _search(start: Type, name: str, package: Package | None, indirect: bool) -> Selection | None:
    """Breadth first, as the language's depth rule wants it.

    A declaration that was seen at a lesser depth has nothing to add whatever its type arguments, which also ends the
    search where a generic type embeds ever larger instances of itself.
    """
    level = [_Candidate(start, (), indirect)]
    seen: set[TypeName] = set()
    while level:
        found: Selection | None = None
        hits = 0
        below: list[_Candidate] = []
        for candidate in level:
            if type(candidate.type) is Named and candidate.type.symbol in seen:
                continue
            hit = _direct(candidate, name, package)
            if hit is not None:
                found = hit
                hits += 2 if candidate.repeated else 1
            elif found is None:
                below.extend(_embedded(candidate))
        if found is not None:
            return found if hits == 1 else None
        seen.update(candidate.type.symbol for candidate in level if type(candidate.type) is Named)
        level = _merge(below)
    return None


def _direct(candidate: _Candidate, name: str, package: Package | None) -> Selection | None:
    """A field or method of the candidate itself."""
    t, path, indirect = candidate.type, candidate.path, candidate.indirect
    if type(t) is Named:
        method = t.symbol.methods.get(name)
        if method is not None and _visible(method, package):
            return Selection("method", method, _method_type(method, t), path, indirect, t)
    under = underlying(t)
    if type(under) is Struct:
        for field in under.fields:
            if field.name == name and field.symbol is not None and _visible(field.symbol, package):
                return Selection("field", field.symbol, field.type, path, indirect, t)
    elif type(under) is Interface:
        found = interface_method(under, name)
        if found is not None and found.symbol is not None and _visible(found.symbol, package):
            return Selection("method", found.symbol, found.signature, path, indirect, t)
    return None


def _method_type(method: Func, receiver: Named) -> Type:
    if not receiver.args:
        return method.type
    return substitute(method.type, arguments(method.receiver_params, receiver.args))


def _visible(symbol: Symbol, package: Package | None) -> bool:
    if package is None or symbol.package is package or is_exported(symbol.name):
        return True
    return symbol.package is not None and symbol.package.path == package.path


def _embedded(candidate: _Candidate) -> Iterator[_Candidate]:
    under = underlying(candidate.type)
    if type(under) is not Struct:
        return
    owner = candidate.type.symbol if type(candidate.type) is Named else None
    for field in under.fields:
        if field.embedded and field.symbol is not None:
            made = field.type
            step = FieldStep(field.symbol, owner, made)
            pointer = type(made) is Pointer
            inner = made.element if type(made) is Pointer else made
            yield _Candidate(inner, (*candidate.path, step), candidate.indirect or pointer)


def _merge(candidates: list[_Candidate]) -> list[_Candidate]:
    """One candidate a type: the same type twice at one depth makes what it has ambiguous."""
    if len(candidates) < 2:
        return candidates
    kept: dict[Type, _Candidate] = {}
    for candidate in candidates:
        first = kept.setdefault(candidate.type, candidate)
        if first is not candidate:
            first.repeated = True
    return list(kept.values())


def field_of(struct: Struct, name: str) -> StructField | None:
    """The field that a composite literal's key names: no embedding is looked through."""
    return next((field for field in struct.fields if field.name == name), None)


# --- method sets


def interface_method(interface: Interface, name: str) -> InterfaceMethod | None:
    """The method ``name`` of an interface, embedded interfaces included."""
    for inner in embedded_interfaces(interface):
        for method in inner.methods:
            if method.name == name:
                return method
    return None


def interface_methods(interface: Interface) -> dict[str, InterfaceMethod]:
    """All methods of an interface by name, embedded interfaces included."""
    found: dict[str, InterfaceMethod] = {}
    for inner in embedded_interfaces(interface):
        for method in inner.methods:
            found.setdefault(method.name, method)
    return found


def is_complete(t: Type) -> bool:
    """Whether all methods of ``t`` are known: it embeds nothing that can't be resolved."""
    seen: set[object] = set()
    todo = [t]
    while todo:
        inner = deref(todo.pop())
        origin = inner.symbol if type(inner) is Named else inner
        if origin in seen:
            continue
        seen.add(origin)
        under = underlying(inner)
        if type(under) is Unknown:
            return False
        if type(under) is Struct:
            todo.extend(field.type for field in under.fields if field.embedded)
        elif type(under) is Interface:
            todo.extend(embedded for embedded in under.embeds if type(underlying(embedded)) in (Interface, Unknown))
    return True


def method_set(t: Type) -> Mapping[str, Selection]:
    """The methods that a value of type ``t`` has as an interface would see them, promoted ones included.

    A method with a pointer receiver is in the set of the pointer type only, and of what embeds a pointer.
    """
    found = {name: method_of(t, name) for name in sorted(_method_names(t))}
    return {name: selection for name, selection in found.items() if selection is not None}


def method_of(t: Type, name: str) -> Selection | None:
    """The method ``name`` of the ``method_set`` of ``t``; None where that has none."""
    selection = lookup_field_or_method(t, name)
    if selection is None or selection.kind != "method" or not isinstance(selection.obj, Func):
        return None
    return selection if selection.indirect or not selection.obj.pointer_receiver else None


def _method_names(t: Type) -> set[str]:
    names: set[str] = set()
    seen: set[object] = set()
    todo = [t.element if type(t) is Pointer else t]
    while todo:
        inner = todo.pop()
        origin = inner.symbol if type(inner) is Named else inner
        if origin in seen:
            continue
        seen.add(origin)
        if type(inner) is Named:
            names.update(inner.symbol.methods)
        under = underlying(inner)
        if type(under) is Struct:
            todo.extend(deref(field.type) for field in under.fields if field.embedded)
        elif type(under) is Interface:
            names.update(interface_methods(under))
    return names

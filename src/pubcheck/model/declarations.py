"""Symbols of what a file declares at its top level. Nothing is evaluated here: types are made when asked for."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from pubcheck.model.info import Info
from pubcheck.model.initialiser import Initialiser
from pubcheck.model.scope import FileScope, InnerScope
from pubcheck.model.structure import arguments, substitute
from pubcheck.model.symbols import Const, Func, Symbol, TypeName, Var, VarKind
from pubcheck.model.type_expressions import written
from pubcheck.model.types import UNKNOWN, Named, Type, TypeParam
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pubcheck.model.package import Package

_NOTHING: Mapping[tuple[str, int], Symbol] = MappingProxyType({})


class Declarer:
    """Declares one file of a package."""

    def __init__(
        self, package: Package, file: ast.File, path: str, known: Mapping[tuple[str, int], Symbol] = _NOTHING
    ) -> None:
        """Declare what the file at ``path`` holds, which imports what ``file`` does.

        What is ``known`` by path and position is that symbol, from now on with the node that it is declared by anew.
        """
        self.scope = FileScope(package, file, path)
        self.initialisers: list[Initialiser] = []
        self._package = package
        self._path = path
        self._known = known
        self._info = Info(package, path, scope=self.scope)
        self._by_iota: dict[int | None, Info] = {}

    def names(self, file: ast.File, methods: Callable[[TypeName], Mapping[str, Func]]) -> Iterator[Symbol]:
        """Constants, variables and types of ``file`` or a part of it, ``_`` included."""
        for type_spec in file.types:
            known = self._known.get((self._path, type_spec.name.pos))
            if isinstance(known, TypeName):
                known.decl = type_spec
                yield known
            else:
                yield self._type(type_spec, methods)
        for value_spec in file.values:
            yield from self._values(value_spec)

    def function(self, decl: ast.FuncDecl, scope: Mapping[str, Symbol]) -> Func:
        """The symbol of a function or method whose receiver's type is in ``scope``."""
        known = self._known.get((self._path, decl.name.pos))
        if isinstance(known, Func):
            known.decl = decl
            return known
        owner, pointer = receiver_type(decl, scope)
        if not (decl.receiver_params or decl.type.type_params):
            make = partial(self._info.signature, decl.type)
            return Func(
                decl.name.name,
                self._package,
                make,
                self._path,
                decl.name.pos,
                decl=decl,
                receiver=owner,
                pointer_receiver=pointer,
            )
        inner = InnerScope(self.scope)
        info = Info(self._package, self._path, scope=inner)
        received = self._receiver_params(decl, owner, inner)
        params = declare_type_params(info, decl.type.type_params, inner)
        return Func(
            decl.name.name,
            self._package,
            partial(info.signature, decl.type, params),
            self._path,
            decl.name.pos,
            decl=decl,
            receiver=owner,
            pointer_receiver=pointer,
            receiver_params=received,
            type_params=params,
        )

    def _type(self, spec: ast.TypeSpec, methods: Callable[[TypeName], Mapping[str, Func]]) -> TypeName:
        info = self._info
        params: tuple[TypeName, ...] = ()
        if spec.type_params:
            inner = InnerScope(self.scope)
            info = Info(self._package, self._path, scope=inner)
            params = declare_type_params(info, spec.type_params, inner)
        return info.declare_type(spec, params, methods)

    def _values(self, spec: ast.ValueSpec) -> list[Symbol]:
        if spec.constant:
            info = self._by_iota.get(spec.iota)
            if info is None:
                info = self._by_iota[spec.iota] = self._info.with_iota(spec.iota)
            return [
                self._known.get((self._path, name.pos))
                or Const(
                    name.name,
                    self._package,
                    partial(info.constant_type, spec, index),
                    partial(info.constant_value, spec, index),
                    self._path,
                    name.pos,
                )
                for index, name in enumerate(spec.names)
            ]
        initialiser = Initialiser(self._package, self._path, self.scope, spec)
        made: list[Symbol] = []
        for index, name in enumerate(spec.names):
            make: Callable[[], Type] | Type = UNKNOWN
            if spec.type is not None:
                make = partial(written, self._info, spec.type)
            elif spec.values:
                make = partial(initialiser.type_of, index)
            known = self._known.get((self._path, name.pos))
            fresh = Var(name.name, self._package, VarKind.GLOBAL, make, self._path, name.pos)
            made.append(known if isinstance(known, Var) else fresh)
        initialiser.variables = tuple(made)  # type: ignore[arg-type]
        self.initialisers.append(initialiser)
        return made

    def _receiver_params(self, decl: ast.FuncDecl, owner: TypeName | None, inner: InnerScope) -> tuple[TypeName, ...]:
        declared = owner.type_params if owner is not None else ()
        mapping: dict[TypeName, Type] = {}
        made = []
        for index, name in enumerate(decl.receiver_params):
            constraint: Callable[[], Type] | Type = UNKNOWN
            if index < len(declared):
                constraint = partial(_constraint, declared[index], mapping)
            param = TypeName.parameter(name.name, self._package, constraint, self._path, name.pos)
            made.append(param)
            if name.name != "_":
                inner[name.name] = param
        mapping.update(arguments(declared, tuple([TypeParam(param) for param in made])))
        return tuple(made)


def _constraint(param: TypeName, mapping: Mapping[TypeName, Type]) -> Type:
    return substitute(param.constraint, mapping)


def declare_type_params(
    info: Info, fields: tuple[ast.Field, ...], scope: dict[str, Symbol | None]
) -> tuple[TypeName, ...]:
    """Declare a type parameter list into ``scope``, which ``info`` resolves its constraints in."""
    made = []
    for field in fields:
        make = partial(info.constraint, field.type)
        for name in field.names:
            param = TypeName.parameter(name.name, info.package, make, info.path, name.pos)
            made.append(param)
            if name.name != "_":
                scope[name.name] = param
    return tuple(made)


def receiver_type(decl: ast.FuncDecl, scope: Mapping[str, Symbol]) -> tuple[TypeName | None, bool]:
    """The type that a method is declared on, through an alias too, and whether the receiver is a pointer."""
    if decl.receiver is None:
        return None, False
    pointer = False
    x = decl.receiver.type
    while not isinstance(x, ast.Ident):
        if isinstance(x, ast.Star):
            pointer = True
        elif not isinstance(x, ast.Paren | ast.Index):
            return None, pointer
        x = x.x
    symbol = scope.get(x.name)
    if not isinstance(symbol, TypeName):
        return None, pointer
    if symbol.alias:
        aliased = symbol.type
        return (aliased.symbol if isinstance(aliased, Named) else None), pointer
    return symbol, pointer

"""Types whose values hold a lock, and where the text of a package names them."""

from __future__ import annotations

import re
import sys
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.model.structure import underlying
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Array, Named, Struct
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import Func
    from pubcheck.model.types import Type

_SYNC = frozenset(("Mutex", "RWMutex", "WaitGroup", "Once", "Cond", "Pool", "Map"))
_ATOMIC = frozenset(("Bool", "Int32", "Int64", "Uint32", "Uint64", "Uintptr", "Pointer", "Value"))
MAX_NESTING = 8
"""Structs by value inside structs that are looked through."""


class Held(NamedTuple):
    """What must not be copied: ``lock`` as Go prints it, in a field of ``inside`` unless it is the value itself."""

    lock: str
    inside: str

    @property
    def is_atomic(self) -> bool:
        """Whether it is an atomic type's value, and nothing around it."""
        return not self.inside and self.lock.startswith("atomic.")


def held_in(t: Type, depth: int = 0) -> Held | None:
    """The lock that a value of type ``t`` holds, itself or in one of its fields; None for pointers to locks."""
    if isinstance(t, Named):
        if _is_lock(t):
            return Held(_short(t), "")
        if depth < MAX_NESTING:
            inner = held_in(underlying(t), depth + 1)
            return inner and Held(inner.lock, _short(t))
    elif isinstance(t, Struct):
        held = next((held for field in t.fields if (held := held_in(field.type, depth + 1)) is not None), None)
        return held and Held(held.lock, held.inside or "a struct")
    elif isinstance(t, Array):
        held = held_in(t.element, depth + 1)
        return held and Held(held.lock, held.inside or "an array")
    return None


def _short(t: Named) -> str:
    """The name of a declared type as other packages write it, without its type arguments."""
    package = t.symbol.package
    return t.symbol.name if package is None else f"{package.name}.{t.symbol.name}"


def _is_lock(t: Named) -> bool:
    symbol = t.symbol
    path = symbol.package.path if symbol.package is not None else ""
    if (path == "sync" and symbol.name in _SYNC) or (path == "sync/atomic" and symbol.name in _ATOMIC):
        return True
    methods = symbol.methods
    return all(name in methods and _locks(methods[name]) for name in ("Lock", "Unlock"))


def _locks(method: Func) -> bool:
    signature = method.signature
    return method.pointer_receiver and signature is not None and not signature.params and not signature.results


def _qualified(file: GoSource) -> frozenset[tuple[bytes, bytes]]:
    return frozenset(_QUALIFIED.findall(file.source.data))


class Holders:
    """Names that tell from the text alone where a copy may be."""

    def __init__(self, package: Package, files: Sequence[GoSource]) -> None:
        self._package = package
        self._files = files
        self._imports: dict[str, dict[str, str]] = {}
        self._qualified: dict[tuple[str, str], bool] = {}
        self._specs = {spec.name.name: (spec, file) for file in files for spec in file.tree.file.types}
        self._holders: dict[str, bool] = {}

    def complete(self) -> Holders:
        """This, once all is known that follows from texts."""
        _ = self.mention
        return self

    def __eq__(self, other: object) -> bool:
        """Whether it tells the same of the same package."""
        return isinstance(other, Holders) and (self.named, self.mention) == (other.named, other.mention)

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def _own(self) -> frozenset[str]:
        """The package's types that hold locks."""
        return frozenset(name for name in self._specs if self._is_holder(name))

    def _is_holder(self, name: str) -> bool:
        """Whether the package's type ``name`` holds a lock: by what is written first, for types make others known."""
        known = self._holders.get(name)
        if known is None:
            spec, file = self._specs.get(name, (None, None))
            symbol = self._package.lookup(name) if spec is not None else None
            if spec is None or file is None or not isinstance(symbol, TypeName):
                return False
            self._holders[name] = False  # a type within itself adds nothing
            known = "Lock" in symbol.methods or self._may_hold(spec.type, file)
            known = self._holders[name] = known and held_in(symbol.type) is not None
        return known

    def _may_hold(self, type_: ast.Expr, file: GoSource) -> bool:
        """As ``by_value``, for the declaration of a type: also true for what only its type arguments may hold."""
        match type_:
            case ast.StructType():
                return any(self._may_hold(field.type, file) for field in type_.fields)
            case ast.Index():
                return any(self._may_hold(each, file) for each in (type_.x, *type_.indices))
            case ast.ArrayType():
                return self._may_hold(type_.element, file)
            case ast.Ident() if type_.name not in self._specs:
                return any(each.name == "." for each in file.tree.file.imports)
        return self.by_value(type_, file)

    @cached_property
    def named(self) -> frozenset[str]:
        """The types that hold locks and that the files name by value, qualified where they are other packages'."""
        return self._own.union(*(self._imported(file) for file in self._files))

    @cached_property
    def mention(self) -> re.Pattern[bytes] | None:
        """What a body holds that may copy a lock; None if none can, because no type that holds one is named."""
        if not self.named:
            return None
        places = {name for file in self._files for name in self._places(file)}
        types = "|".join(sorted(map(re.escape, self.named), key=len, reverse=True))
        variables = "|".join(sorted(map(re.escape, places), key=len, reverse=True)) or r"(?!)"
        begin, end = r"(?:[=(,:{]|\breturn|\brange)\s*", r"(?:\[[^\]\n]*\])?\s*(?:[,){}\n;/]|$)"
        copied = rf"{begin}\*+\(?[A-Za-z_]|{begin}(?:[\w.()\[\]]*\.)?(?:{variables}){end}"
        return re.compile(rf"{copied}|(?<![*&\w.])(?:{types})\b".encode())

    def by_value(self, type_: ast.Expr | None, file: GoSource) -> bool:
        """Whether a value of the type that is written so in ``file`` may hold a lock."""
        match type_:
            case ast.Ident():
                return self._is_holder(type_.name)
            case ast.Selector(x=ast.Ident(name=qualifier), name=name):
                path = self._imports_of(file).get(qualifier, "")
                return path != "" and self._holds((path, name.name))
            case ast.Paren() | ast.Index():
                return self.by_value(type_.x, file)
            case ast.ArrayType():
                return self.by_value(type_.element, file)
            case ast.StructType():
                return any(self.by_value(field.type, file) for field in type_.fields)
        return False

    def _contains(self, type_: ast.Expr | None, file: GoSource) -> bool:
        match type_:
            case ast.SliceType() | ast.ChanType():
                return self._contains(type_.element, file)
            case ast.MapType():
                return self._contains(type_.value, file)
        return self.by_value(type_, file)

    def _places(self, file: GoSource) -> Iterator[str]:
        """Fields and package variables that hold locks, or containers of what does."""
        for spec in file.tree.file.types:
            if isinstance(spec.type, ast.StructType):
                for field in spec.type.fields:
                    if self._contains(field.type, file):
                        yield from (name.name for name in field.names)
        for value in file.tree.file.values:
            if self._contains(value.type, file):
                yield from (name.name for name in value.names)

    def _imported(self, file: GoSource) -> set[str]:
        """The types of other packages that hold locks and that the file names without a pointer, qualified."""
        paths = self._imports_of(file)
        found = set()
        for qualifier, name in file.source.told(_QUALIFIED, partial(_qualified, file), 0, sys.maxsize):
            key = (paths.get(qualifier.decode(), ""), name.decode())
            if key[0] and self._holds(key):
                found.add(f"{qualifier.decode()}.{name.decode()}")
        return found

    def _imports_of(self, file: GoSource) -> dict[str, str]:
        """Import paths by the names that ``file`` most likely calls the packages by."""
        found = self._imports.get(file.source.path)
        if found is None:
            found = {each.name or each.path.rpartition("/")[2]: each.path for each in file.tree.file.imports}
            self._imports[file.source.path] = found
        return found

    def _holds(self, key: tuple[str, str]) -> bool:
        known = self._qualified.get(key)
        if known is None:
            package = self._package.import_(key[0])
            symbol = package.lookup(key[1]) if package is not None else None
            known = isinstance(symbol, TypeName) and held_in(symbol.type) is not None
            self._qualified[key] = known
        return known


_QUALIFIED = re.compile(rb"\b(?<![.*&])(\w++)\.([A-Z]\w*+)(?!\()")

"""The top level of a package of which only a few names will be asked for: each is declared when it is.

Who asks for all there is gets it, and what was declared before stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.model.declarations import Declarer
from pubcheck.model.symbols import Func, Symbol, TypeName
from pubcheck.model.types import Named
from pubcheck.syntax import Contents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pubcheck.model.initialiser import Initialiser
    from pubcheck.model.package import GoSource, Package
    from pubcheck.syntax import ast


class _Order(NamedTuple):
    """Where a declaration comes among those of its name, of which the first counts."""

    is_function: bool
    file: int
    is_value: bool
    pos: int


class Excerpt(Mapping[str, Symbol]):
    """What a package declares at its top level, by name."""

    def __init__(self, package: Package) -> None:
        """Take the files of ``package``; those are parsed at once whose text doesn't tell what they declare."""
        self._files = [_File(package, file, number) for number, file in enumerate(package.files)]
        self._found: dict[str, Symbol | None] = {}
        self._declared: dict[str, list[tuple[_Order, Symbol]]] = {}
        self._methods: dict[TypeName, list[tuple[_Order, Func]]] = {}
        self._functions: dict[Func, _File] = {}
        self._declare([(file, file.rest()) for file in self._files if file.contents is None])

    def get(self, name: str, default: object = None) -> Symbol | None:  # type: ignore[override]  # noqa: ARG002
        """What ``name`` stands for; None for nothing."""
        try:
            return self._found[name]
        except KeyError:
            found = self._found[name] = self._find(name)
            return found

    def __getitem__(self, name: str) -> Symbol:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        self._complete()
        return iter(list(self._declared))

    def __len__(self) -> int:
        self._complete()
        return len(self._declared)

    def symbols(self) -> Iterator[Symbol]:
        """All that there is, methods and what another declaration hides included."""
        self._complete()
        yield from self._functions
        for declared in self._declared.values():
            yield from (symbol for _, symbol in declared)

    def functions(self) -> list[tuple[Func, GoSource, Declarer]]:
        """All functions and methods, in the order of files and source, each with where it is at home."""
        self._complete()
        ordered = sorted(self._functions.items(), key=lambda each: (each[1].number, each[0].pos))
        return [(func, file.file, file.declarer) for func, file in ordered]

    def initialisers(self) -> list[Initialiser]:
        """All declarations of variables, in the order of files and source."""
        self._complete()
        return [one for file in self._files for one in sorted(file.declarer.initialisers, key=lambda one: one.spec.pos)]

    def _find(self, name: str) -> Symbol | None:
        self._declare([(file, file.part(file.names(name))) for file in self._files])
        return min(self._declared[name], key=_order)[1] if name in self._declared else None

    def _complete(self) -> None:
        self._declare([(file, file.rest()) for file in self._files])

    def _declare(self, parts: Iterable[tuple[_File, ast.File | None]]) -> None:
        """Declare what wasn't yet: functions come last, for a method has to find the type that it is one of."""
        fresh = [(file, part) for file, part in parts if part is not None]
        for file, part in fresh:
            for symbol in file.declarer.names(part, self._methods_of):
                is_value = not isinstance(symbol, TypeName)
                self._add(_Order(is_function=False, file=file.number, is_value=is_value, pos=symbol.pos), symbol)
        for file, part in fresh:
            for decl in part.functions:
                func = file.declarer.function(decl, self)
                order = _Order(is_function=True, file=file.number, is_value=False, pos=func.pos)
                self._functions[func] = file
                if func.receiver is not None:
                    self._methods.setdefault(func.receiver, []).append((order, func))
                elif decl.receiver is None and func.name != "init":
                    self._add(order, func)

    def _add(self, order: _Order, symbol: Symbol) -> None:
        if symbol.name != "_":
            self._declared.setdefault(symbol.name, []).append((order, symbol))

    def _methods_of(self, owner: TypeName) -> Mapping[str, Func]:
        return _Methods(owner, self)

    def receivers(self, owner: TypeName) -> list[str]:
        """The names that methods may call their receiver's type by."""
        return [owner.name, *(alias for alias in self._aliases if self._is_alias(alias, owner))]

    def methods(self, owner: TypeName, receivers: list[str], name: str | None) -> dict[str, Func]:
        """The methods of a type that are declared so far, in order, the one of a ``name`` or all others among them."""
        self._declare([(file, file.part(file.methods(receivers, name))) for file in self._files])
        found: dict[str, Func] = {}
        for _, func in sorted(self._methods.get(owner, ()), key=_order):
            found.setdefault(func.name, func)
        return found

    @cached_property
    def _aliases(self) -> list[str]:
        """What may be another name of a type and has methods."""
        known = [file.contents for file in self._files if file.contents is not None]
        aliases = {name for contents in known for name in contents.aliases}
        return sorted(aliases.intersection(name for contents in known for name in contents.methods))

    def _is_alias(self, name: str, owner: TypeName) -> bool:
        symbol = self.get(name)
        if not isinstance(symbol, TypeName) or not symbol.alias:
            return False
        return isinstance(symbol.type, Named) and symbol.type.symbol is owner


class _Methods(Mapping[str, "Func"]):
    """The methods of a type, by name."""

    def __init__(self, owner: TypeName, excerpt: Excerpt) -> None:
        self._owner = owner
        self._excerpt = excerpt
        self._receivers = excerpt.receivers(owner)
        self._found: dict[str, Func | None] = {}

    def get(self, name: str, default: object = None) -> Func | None:  # type: ignore[override]  # noqa: ARG002
        try:
            return self._found[name]
        except KeyError:
            found = self._found[name] = self._excerpt.methods(self._owner, self._receivers, name).get(name)
            return found

    def __getitem__(self, name: str) -> Func:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._excerpt.methods(self._owner, self._receivers, None))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _File:
    """A file, and which of its declarations have been read."""

    def __init__(self, package: Package, file: GoSource, number: int) -> None:
        self.file = file
        self.number = number
        self.contents = Contents.of(file.source)
        self._package = package
        self._left = set(range(1, len(self.contents))) if self.contents is not None else {0}

    @cached_property
    def declarer(self) -> Declarer:
        imports = self._whole() if self.contents is None else self.contents.parse((0,))
        return Declarer(self._package, imports, self.file.source.path)

    def names(self, name: str) -> Collection[int]:
        """The declarations that may declare ``name``."""
        return () if self.contents is None else self.contents.names.get(name, ())

    def methods(self, receivers: list[str], name: str | None) -> Collection[int]:
        """The declarations of methods with one of ``receivers``; of a ``name``, or all."""
        if self.contents is None:
            return ()
        among = [methods for receiver in receivers if (methods := self.contents.methods.get(receiver))]
        if name is not None:
            return [number for methods in among for number in methods.get(name, ())]
        return [number for methods in among for numbers in methods.values() for number in numbers]

    def part(self, numbers: Collection[int]) -> ast.File | None:
        """Those of the declarations that weren't read yet; None for none."""
        fresh = self._left.intersection(numbers)
        if not fresh:
            return None
        self._left -= fresh
        return self._whole() if self.contents is None else self.contents.parse(fresh)

    def rest(self) -> ast.File | None:
        """All declarations that weren't read yet; None where there are none."""
        return self.part(self._left)

    def _whole(self) -> ast.File:
        self.file.outline()
        self.file.tree.release()
        return self.file.tree.file


def _order(each: tuple[_Order, Symbol]) -> _Order:
    return each[0]

"""A package: what it declares, and what its functions' names mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from pubcheck.model.binder import bind_function
from pubcheck.model.declarations import Declarer
from pubcheck.model.excerpt import Excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pubcheck.model.info import Info
    from pubcheck.model.initialiser import Initialiser
    from pubcheck.model.project import PackageSource
    from pubcheck.model.sizes import Sizes
    from pubcheck.model.symbols import Func, Symbol, TypeName
    from pubcheck.source import SourceFile
    from pubcheck.syntax import SyntaxTree, ast


class GoSource(Protocol):
    """A file of a package."""

    @property
    def source(self) -> SourceFile:
        """Its bytes."""

    @property
    def tree(self) -> SyntaxTree:
        """What they parse to."""

    def outline(self) -> None:
        """Have them parsed for declarations only, unless there is a tree already."""


Name = TypeVar("Name", bound="Symbol")

_NO_METHODS: dict[str, Func] = {}


class Package:
    """A package from its files' declarations, which are read when first asked for.

    ``source`` is where it comes from; None for the built-in table and for ``unsafe``. Bodies are looked at only by
    ``info``.
    """

    def __init__(  # noqa: PLR0913 it has these parts
        self,
        path: str,
        name: str,
        files: Iterable[GoSource] = (),
        *,
        source: PackageSource | None = None,
        find: Callable[[str, Package], Package | None] = lambda _path, _importer: None,
        declare: Callable[[Package], Mapping[str, Symbol]] | None = None,
        sizes: Sizes | None = None,
        go_version: tuple[int, int] = (1, 22),
        partly: bool = False,
    ) -> None:
        """Make a package.

        Args:
            path: import path.
            name: name in the package clause.
            files: its files.
            source: where it comes from.
            find: gives an imported package by its path and its importer.
            declare: gives what it declares, where there are no files.
            sizes: the layout of types where it is built for; without it no constant is known that hangs on it.
            go_version: language version.
            partly: only those of its declarations are of interest that somebody asks for, until ``own``.
        """
        self.path = path
        self.name = name
        self.files = tuple(files)
        self.source = source
        self.go_version = go_version
        self.sizes = sizes
        self._find = find
        self._partly = partly
        self._excerpt: Excerpt | None = None
        self._imports: dict[str, Package | None] = {}
        self._scope: Mapping[str, Symbol] | None = None if declare is None else declare(self)
        self._functions: dict[ast.FuncDecl, Func] = {}
        self._homes: dict[ast.FuncDecl, tuple[GoSource, Declarer]] = {}
        self._methods: dict[TypeName, dict[str, Func]] = {}
        self._initialisers: tuple[Initialiser, ...] = ()
        self._redeclared: list[tuple[Symbol, Symbol]] = []

    def __repr__(self) -> str:
        return f"<Package {self.path}>"

    @property
    def scope(self) -> Mapping[str, Symbol]:
        """What the package declares at its top level, by name."""
        if self._scope is None and self._partly:
            self._scope = self._excerpt = Excerpt(self)
        return self._declared() if self._scope is None else self._scope

    def own(self) -> None:
        """Be of interest as a whole from now on: what it declares has the nodes of its files' trees."""
        if not self._partly:
            return
        self._partly = False
        if self._excerpt is not None:
            known = {(symbol.path, symbol.pos): symbol for symbol in self._excerpt.symbols()}
            self._functions.clear()
            self._homes.clear()
            self._declare_all(known)

    def lookup(self, name: str) -> Symbol | None:
        """The package-level declaration of ``name``; None if there is none."""
        return self.scope.get(name)

    @property
    def functions(self) -> tuple[Func, ...]:
        """Every function and method declared, in the order of files and source, ``init`` and ``_`` included."""
        self._declared()
        return tuple(self._functions.values())

    @property
    def initialisers(self) -> tuple[Initialiser, ...]:
        """Package-level variable declarations, in the order of files and source."""
        self._declared()
        return self._initialisers

    @property
    def redeclared(self) -> tuple[tuple[Symbol, Symbol], ...]:
        """Declarations of a name that is declared already, each with the first one, which counts."""
        self._declared()
        return tuple(self._redeclared)

    def import_(self, path: str) -> Package | None:
        """The package that this one imports by ``path``; None where it can't be found."""
        try:
            return self._imports[path]
        except KeyError:
            found = self._imports[path] = self._find(path, self)
            return found

    def file_of(self, decl: ast.FuncDecl) -> GoSource:
        """The file that declares a function of this package."""
        self._declared()
        return self._homes[decl][0]

    def func_of(self, decl: ast.FuncDecl) -> Func:
        """The symbol of a function declared in this package."""
        self._declared()
        return self._functions[decl]

    def info(self, decl: ast.FuncDecl, file: GoSource | None = None) -> Info:
        """Names and types of one function. Its ``body`` is made for this call: ask about its nodes and no others."""
        self._declared()
        home, declarer = self._homes[decl]
        if self._partly:
            home.outline()
        body = (file or home).tree.body(decl)
        return bind_function(self._functions[decl], declarer.scope, body)

    def _declared(self) -> Mapping[str, Symbol]:
        scope = self.scope if self._partly else self._scope
        if scope is None:
            return self._declare_all({})
        if self._partly and self._excerpt is not None and not self._homes:
            self._initialisers = tuple(self._excerpt.initialisers())
            for func, file, declarer in self._excerpt.functions():
                if func.decl is not None:
                    self._functions[func.decl] = func
                    self._homes[func.decl] = (file, declarer)
        return scope

    def _declare_all(self, known: Mapping[tuple[str, int], Symbol]) -> Mapping[str, Symbol]:
        """Declare what the files' trees hold; what is ``known`` at its place stays the symbol that it is."""
        scope: dict[str, Symbol] = {}
        self._scope = scope
        declarers = [(file, Declarer(self, file.tree.file, file.source.path, known)) for file in self.files]
        for file, declarer in declarers:
            for symbol in declarer.names(file.tree.file, self._methods_of):
                self._declare(symbol, scope)
        for file, declarer in declarers:
            for decl in file.tree.file.functions:
                self._add_function(scope, decl, file, declarer)
        scope.pop("_", None)
        self._initialisers = tuple([one for _, declarer in declarers for one in declarer.initialisers])
        return scope

    def _add_function(self, scope: dict[str, Symbol], decl: ast.FuncDecl, file: GoSource, declarer: Declarer) -> None:
        func = declarer.function(decl, scope)
        self._functions[decl] = func
        self._homes[decl] = (file, declarer)
        if decl.receiver is not None:
            if func.receiver is not None:
                self._declare(func, self._methods.setdefault(func.receiver, {}))
        elif func.name != "init":
            self._declare(func, scope)

    def _declare(self, symbol: Name, among: dict[str, Name]) -> None:
        first = among.setdefault(symbol.name, symbol)
        if first is not symbol and symbol.name != "_":
            self._redeclared.append((symbol, first))

    def _methods_of(self, name: TypeName) -> Mapping[str, Func]:
        return self._methods.get(name, _NO_METHODS)

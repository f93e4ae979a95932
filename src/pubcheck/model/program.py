"""All packages of a run, each made once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pubcheck.model.package import Package
from pubcheck.model.project.header import read_header
from pubcheck.model.sizes import Sizes
from pubcheck.model.stdlib import stub_source
from pubcheck.model.universe import unsafe_scope
from pubcheck.source import SourceFile
from pubcheck.syntax import SyntaxTree, parse

if TYPE_CHECKING:
    from pubcheck.model.project import PackageSource, Target

_DEFAULT_ARCH = "amd64"


class Finder(Protocol):
    """What a program asks for the packages that others import: a ``Project``."""

    @property
    def target(self) -> Target:
        """What the code is built for."""

    def find(self, import_path: str, importer: PackageSource) -> PackageSource | None:
        """The package that ``importer`` means by ``import_path``."""


class _Stub:
    """A package of the built-in table, as its one file."""

    def __init__(self, path: str, data: bytes) -> None:
        self.source = SourceFile(f"<{path}>", data)

    @cached_property
    def tree(self) -> SyntaxTree:
        return parse(self.source)

    def outline(self) -> None:
        """It has no bodies."""


class Stubs:
    """The built-in table of the standard library for one architecture, each package made once; and ``unsafe``."""

    def __init__(self, sizes: Sizes) -> None:
        """Make packages whose types are laid out as ``sizes`` says."""
        self.sizes = sizes
        self.unsafe = Package("unsafe", "unsafe", declare=unsafe_scope)
        self._packages: dict[str, Package | None] = {}

    def package(self, path: str) -> Package | None:
        """The package that the table has for ``path``; None where it has none."""
        if path not in self._packages:
            data = stub_source(path)
            self._packages[path] = None
            if data is not None:
                name = read_header(data).package
                stub = _Stub(path, data)
                self._packages[path] = Package(path, name, (stub,), find=self._import, sizes=self.sizes, partly=True)
        return self._packages[path]

    def _import(self, path: str, _importer: Package) -> Package | None:
        if path == "unsafe":
            return self.unsafe
        return self.package(path) or self.package(f"vendor/{path}")


class Program:
    """The packages of a project and whatever they import, declared as far as it is asked for."""

    def __init__(self, project: Finder | None, stubs: Stubs | None = None) -> None:
        """Look for imports in ``project``, and in the built-in table of the standard library for what it lacks.

        Another program's ``stubs`` are as good as new ones, if both are for one architecture.
        """
        self._project = project
        self._packages: dict[int, Package] = {}
        self.stubs = stubs or Stubs(Sizes(project.target.goarch if project is not None else _DEFAULT_ARCH))
        self.sizes = self.stubs.sizes

    def package(self, source: PackageSource, *, imported: bool = False) -> Package:
        """The package of ``source``; while it is only ``imported``, no more is declared than somebody asks for."""
        made = self._packages.get(id(source))
        if made is None:
            made = self._packages[id(source)] = Package(
                source.import_path,
                source.name,
                source.files,
                source=source,
                find=self._import,
                sizes=self.sizes,
                go_version=source.go_version,
                partly=imported,
            )
        elif not imported:
            made.own()
        return made

    def import_(self, path: str, importer: PackageSource | None) -> Package | None:
        """The package that ``importer`` means by ``path``; None where it can't be found.

        An importer of None is a package of the built-in table.
        """
        if path == "unsafe":
            return self.stubs.unsafe
        if path == "C":
            return None
        if importer is not None and self._project is not None:
            source = self._project.find(path, importer)
            if source is not None:
                return self.package(source, imported=True)
        found = self.stubs.package(path)
        return found if found is not None or importer is not None else self.stubs.package(f"vendor/{path}")

    def _import(self, path: str, importer: Package) -> Package | None:
        return self.import_(path, importer.source)

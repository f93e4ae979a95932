"""Scopes above functions: a file's imports, then its package, then the universe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.model.symbols import PackageName, Symbol, is_exported
from pubcheck.model.universe import UNIVERSE

if TYPE_CHECKING:
    from pubcheck.model.package import Package
    from pubcheck.syntax import ast

_MAJOR = re.compile(r"v[0-9]+")
_SUFFIX = re.compile(r"\.v[0-9]+$|[.-]go$")


class FileScope(dict[str, Symbol | None]):
    """The names that a file's top level sees; a name is looked for once, and None tells that there is none.

    An import without a name of its own goes by the name that the imported package declares. Packages are loaded only
    when something of theirs is asked for, so a name is first matched against what the import paths suggest.
    """

    __slots__ = ("_dotted", "_named", "_package", "_path", "_suggested", "_unnamed")

    def __init__(self, package: Package, file: ast.File, path: str) -> None:
        """Take the imports of ``file``, which lies at ``path``."""
        super().__init__()
        self._package = package
        self._path = path
        self._named: dict[str, ast.ImportSpec] = {}
        self._dotted: list[ast.ImportSpec] = []
        self._unnamed: list[ast.ImportSpec] = []
        self._suggested: dict[str, ast.ImportSpec] | None = None
        for spec in file.imports:
            if spec.path == "C":
                self._named["C"] = spec
            elif spec.name == ".":
                self._dotted.append(spec)
            elif spec.name not in ("", "_"):
                self._named[spec.name] = spec
            elif spec.name != "_":
                self._unnamed.append(spec)

    def __missing__(self, name: str) -> Symbol | None:
        found = self[name] = self._find(name)
        return found

    def _find(self, name: str) -> Symbol | None:
        spec = self._named.get(name)
        if spec is not None:
            return self._import(name, spec)
        found = self._package.scope.get(name)
        if found is not None:
            return found
        if self._suggested is None:
            unnamed = reversed(self._unnamed)  # of several the first counts
            self._suggested = {name: spec for spec in unnamed for name in suggested_names(spec.path)}
        spec = self._suggested.get(name)
        if spec is not None:
            return self._import(name, spec)
        if self._dotted and is_exported(name):
            for spec in self._dotted:
                imported = self._package.import_(spec.path)
                if imported is not None and name in imported.scope:
                    return imported.scope[name]
        return UNIVERSE.get(name) or self._declared(name)

    def _declared(self, name: str) -> Symbol | None:
        """The import whose package declares ``name`` as its own, whatever its path looks like."""
        for spec in self._unnamed:
            imported = self._package.import_(spec.path)
            if imported is not None and imported.name == name:
                return self._import(name, spec)
        return None

    def _import(self, name: str, spec: ast.ImportSpec) -> PackageName:
        return PackageName(name, self._package, spec.path, self._package.import_, self._path, spec.pos)


class InnerScope(dict[str, Symbol | None]):
    """Type parameters of a declaration before the file's scope."""

    __slots__ = ("_outer",)

    def __init__(self, outer: dict[str, Symbol | None]) -> None:
        """Lay an empty scope over ``outer``."""
        super().__init__()
        self._outer = outer

    def __missing__(self, name: str) -> Symbol | None:
        return self._outer[name]


def suggested_names(import_path: str) -> set[str]:
    """Names that a package at ``import_path`` is likely to declare."""
    parts = import_path.split("/")
    last = parts[-1]
    if len(parts) > 1 and _MAJOR.fullmatch(last):
        names = suggested_names("/".join(parts[:-1]))
        names.add(last)
        return names
    short = _SUFFIX.sub("", last).removeprefix("go-")
    return {last, short, short.replace("-", "_"), short.replace("-", ""), short.rpartition("-")[2]}

"""A project: the packages that were asked for, and the way from an import to the package it means.

Loading lists directories and reads the head of each file. Nothing is parsed, and no dependency is looked for, before
somebody asks. Nothing is ever downloaded, built or run.
"""

from __future__ import annotations

import os
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.model.project.directory import PackageReader, Place
from pubcheck.model.project.disk import Disk
from pubcheck.model.project.graph import ImportGraph, import_graph, levels
from pubcheck.model.project.modules import Module, ModuleFiles, absolute
from pubcheck.model.project.patterns import PatternMatcher
from pubcheck.model.project.target import LATEST, Target
from pubcheck.model.project.text import shown
from pubcheck.model.project.workspace import Workspace, open_workspace
from pubcheck.source import Overlay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pubcheck.model.project.problem import Problem
    from pubcheck.model.project.sources import PackageSource

NAMED_FILES = "command-line-arguments"
"""Import path of a package of files that were named one by one, as the go command has it."""


class Project:
    """Packages for one target.

    ``packages`` are those asked for, sorted by import path, and ``named`` those that they were chosen from.
    """

    def __init__(self, disk: Disk, files: ModuleFiles, target: Target, cwd: Path, std: Path | None) -> None:
        """Start with no packages; ``load`` is the way to make a project."""
        self.target = target
        self.packages: tuple[PackageSource, ...] = ()
        self.named: tuple[PackageSource, ...] = ()
        self._disk = disk
        self._files = files
        self._cwd = cwd
        self._std = std
        self._reader = PackageReader(disk, target)
        self._workspaces: dict[Path, Workspace] = {}
        self._loaded: dict[Path, tuple[PackageSource, ...]] = {}
        self._located: dict[PackageSource, dict[str, Place | None]] = {}
        self._wanted: frozenset[Path] = frozenset()

    @classmethod
    def load(  # noqa: PLR0913 each is a choice of the caller's
        cls,
        patterns: Sequence[str] | None,
        cwd: Path | None = None,
        target: Target | None = None,
        overlay: Overlay | None = None,
        *,
        goroot: Path | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Project:
        """List the packages that ``patterns`` name.

        Args:
            patterns: directories, files, import paths and wildcards, as the go command takes them; None for the package
                in ``cwd``.
            cwd: where relative patterns start; the current directory by default.
            target: what to build for; by default what the environment says.
            overlay: unsaved buffers, by absolute path.
            goroot: a Go distribution. By default ``GOROOT`` of the environment; where there is none, imports of the
                standard library lead nowhere.
            environ: the environment: ``GOOS``, ``GOARCH``, ``CGO_ENABLED``, ``GOROOT``, ``GOPATH``, ``GOMODCACHE``,
                ``GOWORK``.

        Raises:
            PatternError: a pattern names nothing that exists.
        """
        cwd = Path(os.path.abspath(cwd or "."))  # noqa: PTH100 links stay as they are
        disk = Disk(overlay or Overlay())
        files = ModuleFiles(disk, dict(environ))
        project = cls(disk, files, target or Target.from_environment(environ), cwd, _std(disk, goroot, environ))
        project._load(["."] if patterns is None else patterns)
        return project

    def narrow(self, packages: Iterable[PackageSource]) -> None:
        """Ask for ``packages`` alone, which are some of those asked for; the others are dependencies from now on."""
        self.packages = tuple(sorted(packages, key=_import_path))

    def asking_for(self, packages: Iterable[PackageSource]) -> Project:
        """The same project where ``packages`` are asked for, which are some of those that are known."""
        other = copy(self)
        other.narrow(packages)
        return other

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong so far, sorted; looking for dependencies may add to it."""
        return tuple(sorted(set(self._disk.problems)))

    def find(self, import_path: str, importer: PackageSource) -> PackageSource | None:
        """The package that ``import_path`` means in ``importer``; None where it isn't at hand.

        A package that was asked for comes with its test files, a dependency without. ``"C"`` and ``"unsafe"`` have no
        source.
        """
        tested = importer.tested
        if tested and import_path == tested.import_path:
            return tested
        place = self._locate(import_path, importer)
        if place is None:
            return None
        found = self._loaded.get(place.directory)
        if found is None:
            found = self._loaded[place.directory] = self._reader.packages(place, tests=False)
        return _importable(found)

    def _locate(self, import_path: str, importer: PackageSource) -> Place | None:
        located = self._located.get(importer)
        if located is None:
            located = self._located[importer] = {}
        if import_path not in located:
            located[import_path] = self._place_of(import_path, importer)
        return located[import_path]

    def _place_of(self, import_path: str, importer: PackageSource) -> Place | None:
        if import_path in {"C", "unsafe"}:
            return None
        workspace = importer.workspace
        if import_path.startswith(("./", "../")):
            return Place(absolute(importer.directory, import_path), import_path, importer.module, workspace)
        located = workspace.locate(import_path, importer.module)
        if not located:
            return None
        module, directory = located
        return Place(directory, module.import_path(directory) if module.standard else import_path, module, workspace)

    def imports(self, package: PackageSource, *, tests: bool = False) -> tuple[PackageSource, ...]:
        """The packages at hand that ``package`` imports; with ``tests``, its test files' imports count as well.

        An external test package consists of tests: its imports always count, the package it tests among them.
        """
        return self._imports(package, _paths(package, tests=tests))

    def _imports(self, package: PackageSource, paths: Iterable[str]) -> tuple[PackageSource, ...]:
        found = dict.fromkeys(self.find(path, package) for path in paths)
        return tuple(other for other in found if other and other is not package)

    def order(self, *, dependencies: bool = False) -> tuple[tuple[PackageSource, ...], ...]:
        """The packages in levels, bottom-up: what a package imports lies in an earlier level.

        Imports of in-package test files don't count, for they may form cycles; packages that import each other, which
        no compiler takes, share a level. Levels are sorted by import path.

        Args:
            dependencies: take in the packages of the main modules that are imported without being asked for.
        """
        edges = self._edges(dependencies=dependencies)
        return levels(sorted(edges, key=_import_path), edges.__getitem__)

    @property
    def workspaces(self) -> tuple[Workspace, ...]:
        """The workspaces that the packages asked for lie in."""
        return tuple(dict.fromkeys(package.workspace for package in self.packages))

    @property
    def std(self) -> Path | None:
        """``GOROOT/src``, where it is known."""
        return self._std

    def visible(self, package: PackageSource) -> tuple[PackageSource, ...]:
        """The packages of main modules whose declarations ``package`` imports, its tests' imports included."""
        near = [
            path
            for path in _paths(package, tests=True)
            if (place := self._locate(path, package)) is not None and place.module.main
        ]
        return self._imports(package, near)

    def graph(self) -> ImportGraph:
        """Who imports whom among the packages that were asked for and those of the main modules that they need."""
        edges = self._edges(dependencies=True)
        return import_graph(
            sorted(edges, key=_import_path), edges, {package: self._tested_with(package, edges) for package in edges}
        )

    def _tested_with(
        self, package: PackageSource, among: Mapping[PackageSource, Sequence[PackageSource]]
    ) -> list[PackageSource]:
        """Those ``among`` some packages that only the tests in ``package`` import."""
        found: dict[PackageSource, None] = {}
        for path in package.test_imports:
            place = self._locate(path, package)
            other = _importable(self._loaded.get(place.directory, ())) if place is not None else None
            if other is not None and other in among and other is not package:
                found[other] = None
        return list(found)

    def _edges(self, *, dependencies: bool) -> dict[PackageSource, list[PackageSource]]:
        chosen = dict.fromkeys(self.packages)
        edges: dict[PackageSource, list[PackageSource]] = {}
        pending = list(chosen)
        while pending:
            package = pending.pop()
            # Others are only located: reading the files of every dependency would cost more than all the rest.
            near = [path for path in _paths(package) if self._is_near(path, package, dependencies=dependencies)]
            found = self._imports(package, near)
            fresh = [other for other in found if other not in chosen] if dependencies else []
            chosen.update(dict.fromkeys(fresh))
            edges[package] = [other for other in found if other in chosen]
            pending += fresh
        return edges

    def _is_near(self, import_path: str, importer: PackageSource, *, dependencies: bool) -> bool:
        place = self._locate(import_path, importer)
        if place is None:
            return False
        main = place.module.main and not place.module.standard
        return (dependencies and main) or place.directory in self._wanted

    def _load(self, patterns: Sequence[str]) -> None:
        root = self._files.root_of(self._cwd) or self._files.used_from(self._cwd)
        workspace = self._workspace(root) if root else None
        matcher = PatternMatcher(self._cwd, self._files, workspace, std=self._std, cgo=self.target.cgo)
        bases: dict[Path, Path] = {}
        whole: dict[Path, bool] = {}
        named: dict[Path, set[Path]] = {}
        for match in (match for pattern in patterns for match in matcher.match(pattern)):
            bases.setdefault(match.directory, match.base)
            if match.file:
                named.setdefault(match.directory, set()).add(match.file)
            else:
                whole[match.directory] = whole.get(match.directory, False) or match.literal
        packages: list[PackageSource] = []
        for directory in sorted(bases):
            place = self._place(directory, bases[directory])
            packages += (
                self._whole(place, literal=whole[directory])
                if directory in whole
                else self._some(place, named[directory])
            )
        self.packages = self.named = tuple(sorted(packages, key=_import_path))
        self._wanted = frozenset(bases)

    def _whole(self, place: Place, *, literal: bool) -> tuple[PackageSource, ...]:
        found = self._loaded[place.directory] = self._reader.packages(place, tests=self.target.tests)
        if not found and literal:
            self._disk.complain(place.directory, "the build constraints leave out every Go file")
        return found

    def _some(self, place: Place, wanted: set[Path]) -> list[PackageSource]:
        """The packages that ``wanted`` files belong to; those that belong to none for this target make up their own."""
        tests = self.target.tests or any(path.name.endswith("_test.go") for path in wanted)
        found = self._loaded[place.directory] = self._reader.packages(place, tests=tests)
        packages: list[PackageSource] = []
        rest = set(wanted)
        for package in found:
            here = wanted.intersection(file.path for file in package.files)
            if here:
                package.wanted = frozenset(here)
                packages.append(package)
                rest -= here
        if rest:
            path = NAMED_FILES if place.directory == self._cwd else f"{NAMED_FILES} [{place.import_path}]"
            loose = Place(place.directory, path, place.module, place.workspace)
            packages += self._reader.named(loose, (file.name for file in rest))
        return packages

    def _place(self, directory: Path, base: Path) -> Place:
        root = self._files.root_of(directory)
        if root is None:
            module = self._bare_module(directory, base)
            workspace = self._workspaces.get(module.root)
            if workspace is None:
                workspace = self._workspaces[module.root] = Workspace(
                    (module,), module.root, (), self._files, self._std
                )
            return Place(directory, module.import_path(directory), module, workspace)
        workspace = self._workspace(root)
        vendored = workspace.vendored(directory)
        if vendored:
            return Place(directory, vendored[1], vendored[0], workspace)
        module = next(module for module in workspace.main if module.root == root)
        return Place(directory, module.import_path(directory), module, workspace)

    def _bare_module(self, directory: Path, base: Path) -> Module:
        """A tree without ``go.mod`` as a module: a GOPATH, or else what the user stands in or points at."""
        for gopath in self._files.environ.get("GOPATH", "").split(os.pathsep):
            source = Path(gopath, "src")
            if gopath and source in directory.parents:
                return Module("", source, LATEST, main=True, bare=True)
        root = self._cwd if self._cwd == directory or self._cwd in directory.parents else base
        return Module(shown(root.name) or "main", root, LATEST, main=True, bare=True)

    def _workspace(self, root: Path) -> Workspace:
        known = self._workspaces.get(root)
        if known is None:
            known = open_workspace(root, self._files, self._std)
            self._workspaces.update(dict.fromkeys((module.root for module in known.main), known))
        return known


def _import_path(package: PackageSource) -> str:
    return package.import_path


def _paths(package: PackageSource, *, tests: bool = False) -> Iterable[str]:
    """Import paths that count."""
    if tests or package.kind == "external-test":
        return dict.fromkeys((*package.imports, *package.test_imports))
    return package.imports


def _importable(packages: tuple[PackageSource, ...]) -> PackageSource | None:
    """The package that an import of a directory means: the first, unless it is made of tests alone."""
    if packages and any(not file.test for file in packages[0].files):
        return packages[0]
    return None


def _std(disk: Disk, goroot: Path | None, environ: Mapping[str, str]) -> Path | None:
    named = goroot or (Path(environ["GOROOT"]) if environ.get("GOROOT") else None)
    if named is None:
        return None
    source = Path(os.path.abspath(named / "src"))  # noqa: PTH100 links stay as they are
    return source if disk.is_directory(source) else None

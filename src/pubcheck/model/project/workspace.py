"""Where imports lead: main modules, vendor, replacements, the module cache, GOROOT, in the go command's order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.model.project.modules import Module, ModuleFiles, absolute, escaped, used_roots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pubcheck.model.project.modfile import Replace

_VERSION = re.compile(r"v(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([^+]*))?", re.ASCII)


class Workspace:
    """The main modules that are built together, and what they depend on.

    Only what the main modules' ``go.mod`` files require is known, and what an importing module's own one adds: since
    Go 1.17 a ``go.mod`` names all that its packages need.
    """

    def __init__(
        self,
        main: tuple[Module, ...],
        folder: Path,
        replaces: tuple[Replace, ...],
        files: ModuleFiles,
        std: Path | None,
    ) -> None:
        """Build ``main`` together.

        Args:
            main: the module itself, or those that ``go.work`` uses.
            folder: where ``go.work`` lies, or the module's root; its ``vendor`` directory counts.
            replaces: what ``go.work`` says; it goes before what the modules say.
            files: reads what the modules say.
            std: ``GOROOT/src``, where it is known.
        """
        self.main = tuple(sorted(main, key=lambda module: (-len(module.path), module.path)))
        self.std = std
        self._files = files
        self._disk = files.disk
        vendors = dict.fromkeys((folder / "vendor", *(module.root / "vendor" for module in self.main)))
        self._vendors = tuple(vendor for vendor in vendors if self._disk.is_directory(vendor))
        self._versions: dict[str, str] = {}
        self._replaced: dict[tuple[str, str], tuple[Path, Replace]] = {}
        self._dependencies: dict[tuple[str, str], Module | None] = {}
        self._located: dict[Path, dict[str, tuple[Module, Path] | None]] = {}
        """By the importing module's root, and import path."""
        self._add_replaces(folder, replaces)
        for module in main:
            gomod = files.gomod(module.root)
            self._add_replaces(module.root, gomod.replaces)
            for path, version in gomod.requires.items():
                if version_key(version) > version_key(self._versions.get(path, "")):
                    self._versions[path] = version

    def _add_replaces(self, folder: Path, replaces: tuple[Replace, ...]) -> None:
        for replace in replaces:
            self._replaced.setdefault((replace.path, replace.version), (folder, replace))

    def outside(self) -> Iterator[tuple[str, str, Module | None]]:
        """What the main modules need: path, version, and the module if it is at hand, sorted by path."""
        needed = dict.fromkeys((*self._versions.items(), *self._replaced))
        for path, version in sorted(needed):
            yield path, version, self._dependency(path, version)

    @property
    def vendors(self) -> tuple[Path, ...]:
        """The ``vendor`` directories that imports are looked for in."""
        return self._vendors

    def is_cached(self, module: Module) -> bool:
        """Whether a module lies in the module cache, where nothing ever changes."""
        cache = self._files.cache
        return cache is not None and cache in module.root.parents

    def locate(self, import_path: str, importer: Module) -> tuple[Module, Path] | None:
        """The module and the directory that hold ``import_path`` as a package of ``importer`` imports it.

        None where no such directory with Go files is at hand.
        """
        located = self._located.get(importer.root)
        if located is None:
            located = self._located[importer.root] = {}
        if import_path not in located:
            located[import_path] = next(self._candidates(import_path, importer), None)
        return located[import_path]

    def _candidates(self, import_path: str, importer: Module) -> Iterator[tuple[Module, Path]]:
        if not _is_clean(import_path):
            return
        if importer.standard:
            vendored = importer.root / "vendor" / import_path
            if self._holds_go(vendored):
                yield importer, vendored
        if "." not in import_path.partition("/")[0]:
            yield from self._standard(import_path)
        for module in self.main:
            directory = module.directory(import_path)
            if directory and self._holds_go(directory) and self._files.root_of(directory) in {module.root, None}:
                yield module, directory
        for vendor in self._vendors:
            if self._holds_go(vendor / import_path):
                yield self._vendored(vendor, import_path), vendor / import_path
        yield from self._required(import_path, importer)

    def _holds_go(self, directory: Path) -> bool:
        return bool(self._disk.entries(directory).files)

    def _standard(self, import_path: str) -> Iterator[tuple[Module, Path]]:
        if self.std and self._holds_go(self.std / import_path):
            root = self._files.root_of(self.std / import_path) or self.std
            known = next((module for module in self.main if module.root == root), None)
            yield known or self._files.module(root, path="std" if root == self.std else ""), self.std / import_path

    def vendored(self, directory: Path) -> tuple[Module, str] | None:
        """The module and the import path of a directory inside one of the workspace's ``vendor`` directories.

        What GOROOT vendors is part of its own modules, with ``vendor`` in its import paths.
        """
        if any(module.standard for module in self.main):
            return None
        for vendor in self._vendors:
            if vendor in directory.parents:
                import_path = directory.relative_to(vendor).as_posix()
                return self._vendored(vendor, import_path), import_path
        return None

    def _vendored(self, vendor: Path, import_path: str) -> Module:
        modules = self._files.vendored(vendor)
        for path in _prefixes(import_path):
            if path in modules:
                return modules[path]
        return self._files.module(vendor / import_path, path=import_path)

    def _required(self, import_path: str, importer: Module) -> Iterator[tuple[Module, Path]]:
        if self._files.cache is None and not self._replaced:
            return
        own = {} if importer.main else self._files.gomod(importer.root).requires
        for path in _prefixes(import_path):
            version = self._versions.get(path) or own.get(path, "")
            module = self._dependency(path, version)
            directory = module.directory(import_path) if module else None
            if module and directory and self._holds_go(directory):
                yield module, directory

    def _dependency(self, path: str, version: str) -> Module | None:
        key = (path, version)
        if key not in self._dependencies:
            self._dependencies[key] = self._find_dependency(path, version)
        return self._dependencies[key]

    def _find_dependency(self, path: str, version: str) -> Module | None:
        replaced = self._replaced.get((path, version)) or self._replaced.get((path, ""))
        if replaced and not replaced[1].target_version:
            root = absolute(replaced[0], replaced[1].target)
            return self._files.module(root, path=path, version=version)
        origin, taken = (replaced[1].target, replaced[1].target_version) if replaced else (path, version)
        cache = self._files.cache
        if not taken or cache is None:
            return None
        root = cache / f"{escaped(origin)}@{escaped(taken)}"
        return self._files.module(root, path=path, version=taken) if self._disk.is_directory(root) else None


def _prefixes(import_path: str) -> Iterator[str]:
    """``a/b/c``, ``a/b``, ``a``."""
    while import_path:
        yield import_path
        import_path = import_path.rpartition("/")[0]


def _is_clean(import_path: str) -> bool:
    """Whether an import path can't lead out of the directory that it is looked up in."""
    return not (set(import_path.split("/")) & {"", ".", ".."} or "\0" in import_path or "\\" in import_path)


def version_key(version: str) -> tuple[object, ...]:
    """Sorts versions as semantic versioning does; what is no version comes first."""
    found = _VERSION.match(version)
    if not found:
        return ()
    release = tuple(int(part or 0) for part in found.group(1, 2, 3))
    if found[4] is None:
        return (*release, 1)
    # Numeric identifiers sort before words; the leading number keeps the two kinds apart.
    words = tuple((0, int(word), "") if _is_number(word) else (1, 0, word) for word in found[4].split("."))
    return (*release, 0, words)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def open_workspace(root: Path, files: ModuleFiles, std: Path | None) -> Workspace:
    """The workspace of the module in ``root``: that of the ``go.work`` that uses it, else its own.

    Args:
        root: a directory with a ``go.mod``.
        files: reads module files.
        std: ``GOROOT/src`` where it is known; inside of a GOROOT it is found.
    """
    module = files.module(root, main=True)
    if module.standard:
        std = root if module.path == "std" else root.parent
        return Workspace((module,), root, (), files, std)
    found = files.gowork(root)
    if not found:
        return Workspace((module,), root, (), files, std)
    folder, gowork = found
    roots = used_roots(folder, gowork)
    main = tuple(files.module(used, main=True) for used in roots if files.root_of(used) == used)
    return Workspace(main, folder, gowork.replaces, files, std)

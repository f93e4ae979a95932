"""Modules on the disk: which one a directory belongs to, and what its files say."""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Severity
from pubcheck.model.project.gomod import GoMod, read_gomod
from pubcheck.model.project.gowork import GoWork, read_gowork
from pubcheck.model.project.modfile import Complaint, read_go_version
from pubcheck.model.project.target import LATEST
from pubcheck.model.project.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pubcheck.model.project.disk import Disk

WITHOUT_GO_LINE = (1, 16)
"""The language version of a module whose ``go.mod`` has no ``go`` line, as the modules reference has it."""

STANDARD = frozenset(("std", "cmd"))


class Module(msgspec.Struct, frozen=True):
    """A module, or a tree without ``go.mod`` that is treated as one.

    ``root`` is absolute. ``version`` is empty for what isn't taken at a version. ``main`` is true for the modules that
    were asked for, and those of their workspace. An empty ``path`` means that import paths start at the root.
    """

    path: str
    root: Path
    go_version: tuple[int, int]
    version: str = ""
    main: bool = False
    bare: bool = False

    @property
    def standard(self) -> bool:
        """Whether this is the standard library, or the go command's own tools."""
        return self.path in STANDARD

    def import_path(self, directory: Path) -> str:
        """Import path of the package in ``directory``, which lies under the root."""
        inside = shown(directory.relative_to(self.root))
        prefix = "" if self.path == "std" else self.path
        if inside == ".":
            return self.path
        return f"{prefix}/{inside}" if prefix else inside

    def directory(self, import_path: str) -> Path | None:
        """Where the package ``import_path`` would lie in this module; None where it can't be in it."""
        if self.path in {"", "std"}:
            return self.root / import_path
        if import_path == self.path:
            return self.root
        inside = import_path.removeprefix(self.path + "/")
        return self.root / inside if inside != import_path else None


class ModuleFiles:
    """Reads ``go.mod``, ``go.work`` and ``modules.txt``, each once."""

    def __init__(self, disk: Disk, environ: Mapping[str, str]) -> None:
        """Look for module files through ``disk``; ``environ`` names a workspace and the module cache."""
        self.disk = disk
        self.environ = environ
        self._roots: dict[Path, Path | None] = {}
        self._gomods: dict[Path, GoMod] = {}
        self._goworks: dict[Path, GoWork] = {}
        self._vendored: dict[Path, dict[str, Module]] = {}

    def root_of(self, directory: Path) -> Path | None:
        """The nearest directory upward that has a ``go.mod``."""
        passed: list[Path] = []
        root: Path | None = None
        folder = directory
        while folder not in self._roots:
            passed.append(folder)
            if self.disk.has_gomod(folder):
                root = folder
                break
            above = folder.parent
            if above == folder:
                break
            folder = above
        else:
            root = self._roots[folder]
        self._roots.update(dict.fromkeys(passed, root))
        return root

    def gomod(self, root: Path) -> GoMod:
        """What the ``go.mod`` in ``root`` says."""
        known = self._gomods.get(root)
        if known is None:
            path = root / "go.mod"
            text = self.disk.read_text(path) if self.disk.exists(path) else ""
            known = self._gomods[root] = read_gomod(text or "")
            if text is not None and self.disk.exists(path):
                self._complain(path, known.complaints)
        return known

    def module(self, root: Path, *, path: str = "", version: str = "", main: bool = False) -> Module:
        """The module in ``root``, under ``path`` where that is given (a ``replace`` may rename a module)."""
        gomod = self.gomod(root)
        guess = LATEST if main and gomod.complaints else WITHOUT_GO_LINE
        return Module(path or gomod.module or shown(root.name), root, gomod.go_version or guess, version, main)

    def gowork(self, root: Path) -> tuple[Path, GoWork] | None:
        """The workspace that the module in ``root`` is part of, with the directory of its ``go.work``."""
        found = self._find_gowork(root)
        return found if found and root in used_roots(*found) else None

    def used_from(self, directory: Path) -> Path | None:
        """Root of a module of the workspace that ``directory``, itself in no module, lies in."""
        found = self._find_gowork(directory)
        return next((root for root in used_roots(*found) if self.root_of(root) == root), None) if found else None

    def _find_gowork(self, directory: Path) -> tuple[Path, GoWork] | None:
        named = self.environ.get("GOWORK", "")
        if named == "off":
            return None
        candidates = [Path(named)] if named else [folder / "go.work" for folder in (directory, *directory.parents)]
        path = next((path for path in candidates if self.disk.exists(path)), None)
        if path is None:
            return None
        known = self._goworks.get(path)
        if known is None:
            known = self._goworks[path] = read_gowork(self.disk.read_text(path) or "")
            self._complain(path, known.complaints)
        return path.parent, known

    def vendored(self, vendor: Path) -> dict[str, Module]:
        """The modules that ``vendor/modules.txt`` names, by path; their packages lie under ``vendor``."""
        known = self._vendored.get(vendor)
        if known is None:
            path = vendor / "modules.txt"
            text = self.disk.read_text(path) if self.disk.exists(path) else None
            known = self._vendored[vendor] = {} if text is None else _read_modules_txt(text, vendor)
        return known

    @cached_property
    def cache(self) -> Path | None:
        """The module cache, where there is one."""
        place = self._cache_place()
        return place if place is not None and self.disk.is_directory(place) else None

    def _cache_place(self) -> Path | None:
        if cache := self.environ.get("GOMODCACHE"):
            return Path(cache)
        if gopath := self.environ.get("GOPATH", "").split(os.pathsep)[0]:
            return Path(gopath, "pkg", "mod")
        home = self.environ.get("HOME") or self.environ.get("USERPROFILE")
        return Path(home, "go", "pkg", "mod") if home else None

    def _complain(self, path: Path, complaints: tuple[Complaint, ...]) -> None:
        for complaint in complaints:
            self.disk.complain(path, complaint.message, complaint.line, Severity.ERROR)


def _read_modules_txt(text: str, vendor: Path) -> dict[str, Module]:
    modules: dict[str, Module] = {}
    path = ""
    for line in text.splitlines():
        match line.split():
            case ["#", path, version, *_] if version.startswith("v"):
                modules[path] = Module(path, vendor / path, WITHOUT_GO_LINE, version)
            case ["#", path, *_]:
                modules[path] = Module(path, vendor / path, WITHOUT_GO_LINE)
            case ["##", *_] if path in modules and (found := re.search(r"\bgo (\S+)", line)):
                go_version = read_go_version(found[1]) or WITHOUT_GO_LINE
                modules[path] = msgspec.structs.replace(modules[path], go_version=go_version)
    return modules


def used_roots(folder: Path, gowork: GoWork) -> tuple[Path, ...]:
    """Directories that the ``go.work`` in ``folder`` uses."""
    return tuple(dict.fromkeys(absolute(folder, use) for use in gowork.uses))


def absolute(base: Path, path: str) -> Path:
    """``path`` as seen from the directory ``base``, without ``.`` and ``..``; links aren't followed."""
    return Path(os.path.normpath(base / path))


def escaped(text: str) -> str:
    """A module path or version as the module cache spells it: capitals become ``!`` and the small letter."""
    return re.sub("[A-Z]", lambda capital: "!" + capital[0].lower(), text)

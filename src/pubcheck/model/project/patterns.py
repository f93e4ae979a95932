"""Package patterns: what the arguments of ``pubcheck`` name, as ``go help packages`` has it.

Three liberties are taken. A relative directory needs no ``./`` before it when it exists. Where the walk of a wildcard
starts outside of any module, it goes into the modules it meets; inside a module a nested one ends it, as in the go
command, but not one that the module's ``go.work`` uses: who keeps them in one workspace means them all by ``./...``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.model.project.modules import ModuleFiles, absolute, used_roots
from pubcheck.model.project.problem import PatternError
from pubcheck.model.project.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.model.project.disk import Disk
    from pubcheck.model.project.workspace import Workspace

WILDCARD = "..."


class Match(msgspec.Struct, frozen=True):
    """A directory that a pattern names.

    ``base`` is where the pattern starts: in a tree without ``go.mod`` import paths are counted from there. ``file`` is
    the one file that was named, or None for the whole package. ``literal`` is false where a wildcard matched.
    """

    directory: Path
    base: Path
    file: Path | None = None
    literal: bool = False


class PatternMatcher:
    """Finds the directories that patterns name."""

    def __init__(
        self, cwd: Path, files: ModuleFiles, workspace: Workspace | None, *, std: Path | None, cgo: bool
    ) -> None:
        """Understand patterns as typed in ``cwd``, whose workspace, if it is in one, resolves import paths."""
        self._cwd = cwd
        self._files = files
        self._disk: Disk = files.disk
        self._workspace = workspace
        self._std = std
        self._cgo = cgo

    def match(self, pattern: str) -> list[Match]:
        """The directories that ``pattern`` names, sorted. A wildcard that matches nothing is a problem.

        Raises:
            PatternError: what is named literally doesn't exist or holds no Go, or the pattern isn't supported.
        """
        if not pattern or "\0" in pattern:
            raise PatternError(
                "an empty pattern names no package" if not pattern else "a pattern can't hold a NUL byte"
            )
        if pattern in {"all", "tool"}:
            raise PatternError(
                f"the pattern `{pattern}` isn't supported: name directories, or `work` for all main modules"
            )
        if pattern.endswith(".go") and WILDCARD not in pattern:
            file = absolute(self._cwd, pattern)
            if self._disk.exists(file):
                return [Match(file.parent, file.parent, file)]
            if not self._disk.is_directory(file):
                raise PatternError(f"there is no file {pattern}")
        if pattern in {"work", "std", "cmd", WILDCARD}:
            matches = self._reserved(pattern)
        elif _is_path(pattern):
            matches = self._local(pattern)
        else:
            matches = (self._local(pattern) if self._names_directory(pattern) else []) or self._imported(pattern)
        if not matches:
            self._complain_of_nothing(pattern)
        return sorted(matches, key=lambda match: match.directory)

    def _base(self, pattern: str) -> Path:
        return absolute(self._cwd, _literal_prefix(pattern) or ".")

    def _names_directory(self, pattern: str) -> bool:
        return not pattern.startswith(WILDCARD) and self._disk.is_directory(self._base(pattern))

    def _local(self, pattern: str) -> list[Match]:
        if WILDCARD not in pattern:
            directory = absolute(self._cwd, pattern)
            if not self._disk.is_directory(directory):
                raise PatternError(f"there is no directory {pattern}")
            if not self._disk.entries(directory).files:
                raise PatternError(f"there are no Go files in {pattern}")
            return [Match(directory, directory, literal=True)]
        base = self._base(pattern)
        if not self._disk.is_directory(base):
            raise PatternError(f"there is no directory {_literal_prefix(pattern)}")
        wanted = _regex(absolute(self._cwd, pattern).as_posix())
        return [Match(directory, base) for directory in self._walk(base) if wanted.fullmatch(directory.as_posix())]

    def _reserved(self, pattern: str) -> list[Match]:
        if pattern in {"work", WILDCARD}:
            if self._workspace is None:
                raise PatternError(f"`{pattern}` names the packages of the main modules, and there is no go.mod here")
            roots = [module.root for module in self._workspace.main]
        elif self._std is None:
            raise PatternError(f"`{pattern}` needs a GOROOT, and none is known")
        else:
            roots = [self._std if pattern == "std" else self._std / "cmd"]
        vendored = pattern in {"std", "cmd"}
        found = [Match(directory, root) for root in roots for directory in self._walk(root, vendored=vendored)]
        if vendored and not self._cgo:
            found = [match for match in found if not match.directory.as_posix().endswith("/src/runtime/cgo")]
        return found

    def _imported(self, pattern: str) -> list[Match]:
        workspace = self._workspace
        if WILDCARD not in pattern:
            return [self._imported_literally(pattern)]
        wanted = _regex(pattern)
        modules = list(workspace.main) if workspace else []
        found = [
            Match(directory, module.root)
            for module in modules
            for directory in self._walk(module.root)
            if wanted.fullmatch(module.import_path(directory))
        ]
        if self._std and not found and "." not in pattern.partition(WILDCARD)[0].partition("/")[0]:
            std = self._std
            found = [
                Match(directory, std)
                for directory in self._walk(std)
                if wanted.fullmatch(directory.relative_to(std).as_posix())
            ]
        return found

    def _imported_literally(self, pattern: str) -> Match:
        workspace = self._workspace
        located = workspace.locate(pattern, workspace.main[0]) if workspace and workspace.main else None
        if located:
            return Match(located[1], located[0].root, literal=True)
        if self._std and self._disk.entries(absolute(self._std, pattern)).files:
            return Match(absolute(self._std, pattern), self._std, literal=True)
        raise PatternError(f"there is no directory or package {pattern}")

    def _walk(self, top: Path, *, vendored: bool = False) -> Iterator[Path]:
        """Directories with Go files under ``top`` that wildcards match; with ``vendored``, vendored ones too."""
        module = self._files.root_of(top)
        # What builtin holds documents the language and is no package.
        hidden = module / "builtin" if module and self._files.gomod(module).module == "std" else None
        ignored = _Ignored(module, self._files.gomod(module).ignores if module else ())
        gowork = self._files.gowork(module) if module else None
        used = frozenset(used_roots(*gowork)) if gowork else frozenset()
        stack = [top]
        while stack:
            directory = stack.pop()
            entries = self._disk.entries(directory)
            if directory != top and module and entries.has_gomod and directory not in used:
                continue
            if entries.files and directory != hidden:
                yield directory
            # A directory named vendor may be a package of its own; what lies below it is vendored.
            if directory.name == "vendor" and directory != top and not vendored:
                continue
            below = (directory / name for name in entries.directories if name[0] not in "_." and name != "testdata")
            stack.extend(path for path in below if not ignored.covers(path))

    def _complain_of_nothing(self, pattern: str) -> None:
        base = self._base(pattern)
        wanted = _regex(absolute(self._cwd, pattern).as_posix())
        below = self._disk.entries(base).directories
        nested = [
            name
            for name in below
            if wanted.fullmatch((base / name).as_posix()) and self._disk.entries(base / name).has_gomod
        ]
        hint = ""
        if nested:
            hint = f"; the module in {nested[0]} is one of its own: name its directory, or `work` if a go.work uses it"
        self._disk.complain(base, f"the pattern `{shown(pattern)}` matches no packages{hint}")


class _Ignored:
    """The ``ignore`` directives of a ``go.mod``: ``./x`` counts from the root, ``x`` is ignored at any depth."""

    def __init__(self, root: Path | None, patterns: tuple[str, ...]) -> None:
        self._root = root
        self._rooted = tuple(f"/{path.removeprefix('./').strip('/')}/" for path in patterns if path.startswith("./"))
        self._anywhere = tuple(f"/{path.strip('/')}/" for path in patterns if not path.startswith("./"))

    def covers(self, directory: Path) -> bool:
        if self._root is None or not (self._rooted or self._anywhere):
            return False
        path = f"/{directory.relative_to(self._root).as_posix()}/"
        return path.startswith(self._rooted) or any(pattern in path for pattern in self._anywhere)


def _is_path(pattern: str) -> bool:
    return pattern.startswith(("./", "../")) or pattern in {".", ".."} or Path(pattern).is_absolute()


def _literal_prefix(pattern: str) -> str:
    """The directory that a pattern starts with, before any wildcard."""
    before, wildcard, _ = pattern.replace(os.sep, "/").partition(WILDCARD)
    if not wildcard:
        return pattern
    folder, slash, _ = before.rpartition("/")
    return folder + slash


def _regex(pattern: str) -> re.Pattern[str]:
    """``...`` matches anything; a final ``/...`` matches nothing as well."""
    text = ".*".join(re.escape(part) for part in pattern.split(WILDCARD))
    return re.compile(text.removesuffix("/.*") + "(?:/.*)?" if text.endswith("/.*") else text, re.DOTALL)

"""Where the frames of a log lie in the checkout: it may come from another machine, another system, or ``-trimpath``."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pubcheck.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.races.log import Frame

_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_DRIVE = re.compile(r"[A-Za-z]:")
_SKIPPED = frozenset({"vendor", "testdata", "node_modules"})
_LARGEST = 16 << 20


class Places:
    """The Go files of a checkout."""

    def __init__(self, root: Path) -> None:
        """Look below ``root``, an absolute path."""
        self._root = root
        self._modules = dict(_modules(root))
        self._sources: dict[str, SourceFile | None] = {}
        self._found: dict[tuple[str, str], str | None] = {}

    def span(self, frame: Frame) -> Span | None:
        """The code on the frame's line; None where the file isn't part of the checkout, or is shorter by now."""
        source = self.source(frame)
        if source is None or frame.line >= source.lines.line_count + 1:
            return None
        start, end = source.lines.line_range(frame.line)
        text = source.data[start:end]
        return source.span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))

    def source(self, frame: Frame) -> SourceFile | None:
        """The file of a frame."""
        path = self._path(frame)
        if path is None:
            return None
        if path not in self._sources:
            self._sources[path] = _read(path)
        return self._sources[path]

    @property
    def sources(self) -> dict[str, SourceFile]:
        """The files that were asked for, by path."""
        return {path: source for path, source in self._sources.items() if source is not None}

    def _path(self, frame: Frame) -> str | None:
        key = (package_of(frame.function), frame.path)
        if key not in self._found:
            found = next((path for path in self._candidates(*key) if path.is_file()), None)
            self._found[key] = None if found is None else found.as_posix()
        return self._found[key]

    def _candidates(self, package: str, shown: str) -> Iterator[Path]:
        """Where the file may be: as it is shown, where its package is, and where the end of its path leads."""
        plain = _DRIVE.sub("", shown, count=1).replace("\\", "/") if _DRIVE.match(shown) else shown
        path = PurePosixPath(plain)
        if path.suffix != ".go" or ".." in path.parts:
            return
        if path.is_absolute() and Path(path).is_relative_to(self._root):
            yield Path(path)
        home = self._home(package)
        if home is not None:
            yield home / path.name
        elif package not in ("main", "main_test"):
            return  # the standard library's or a dependency's, whatever may be called like it here
        parts = path.parts[1:] if path.is_absolute() else path.parts
        for first in range(len(parts)):
            yield self._root.joinpath(*parts[first:])

    def _home(self, package: str) -> Path | None:
        """The folder of a package of the checkout's modules."""
        for name in (package, package.removesuffix("_test")):
            for module, folder in self._modules.items():
                if name == module or name.startswith(f"{module}/"):
                    home = folder / name[len(module) + 1 :]
                    if home.is_dir():
                        return home
        return None


def package_of(function: str) -> str:
    """The import path of a function as the linker names it: ``example.com/m/sub.(*T).Method``."""
    folder, slash, rest = function.rpartition("/")
    return f"{folder}{slash}{rest.partition('.')[0]}".replace("%2e", ".")


def name_of(function: str) -> str:
    """The function without its package."""
    return function.rpartition("/")[2].partition(".")[2] or function


def _modules(root: Path) -> Iterator[tuple[str, Path]]:
    """The modules of the checkout by their paths, the deepest first, that of a folder above among them."""
    above = next((folder for folder in root.parents if (folder / "go.mod").is_file()), None)
    folders = [*_with_module(root), *([above] if above else [])]
    for folder in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        try:
            named = _MODULE.search((folder / "go.mod").read_text("utf-8", "replace"))
        except OSError:
            continue
        if named:
            yield named[1], folder


def _with_module(folder: Path) -> Iterable[Path]:
    return [
        path.parent
        for path in folder.rglob("go.mod")
        if not _SKIPPED & {*path.relative_to(folder).parts}
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _read(path: str) -> SourceFile | None:
    try:
        file = Path(path)
        return SourceFile(path, file.read_bytes()) if file.stat().st_size <= _LARGEST else None
    except OSError:
        return None

"""Looking at directories and files, each once, with unsaved buffers laid over them. What can't be read is a problem."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Severity
from pubcheck.model.project.problem import Problem
from pubcheck.model.project.text import printable, shown

if TYPE_CHECKING:
    from pathlib import Path

    from pubcheck.source import Overlay

MAX_FILE_SIZE = 16 << 20
"""Bytes. Larger Go files are data; they are left out."""


class Entries(msgspec.Struct, frozen=True):
    """What a directory holds, sorted. ``files`` are Go files that the go command would look at."""

    files: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    has_gomod: bool = False


_NOTHING = Entries()


class Disk:
    """The file system as one run sees it."""

    def __init__(self, overlay: Overlay) -> None:
        """Look through ``overlay``."""
        self.overlay = overlay
        self.problems: list[Problem] = []
        self._entries: dict[Path, Entries] = {}

    def complain(self, path: Path | str, message: str, line: int = 0, severity: Severity = Severity.WARNING) -> None:
        """Note a problem."""
        self.problems.append(Problem(shown(path), line, message, severity))

    def read(self, path: Path | str) -> bytes | None:
        """Content of ``path``, or None and a problem."""
        try:
            return self.overlay.read(path)
        except OSError as error:
            self.complain(path, f"can't be read: {error.strerror or error}", severity=Severity.ERROR)
            return None

    def read_text(self, path: Path) -> str | None:
        """Content of a module file as text, or None and a problem."""
        data = self.read(path)
        return None if data is None else data.decode("utf-8-sig", "replace")

    def exists(self, path: Path) -> bool:
        """Whether ``path`` is a file, on the disk or as a buffer."""
        return self.overlay.has(path) or os.path.isfile(path)  # noqa: PTH113 Path.is_file raises on some names

    def is_directory(self, path: Path) -> bool:
        """Whether ``path`` is a directory that can be reached, or will be once the buffers in it are saved."""
        return bool(self.overlay.names(path)) or os.path.isdir(path)  # noqa: PTH112 Path.is_dir raises on some names

    def has_gomod(self, directory: Path) -> bool:
        """Whether a ``go.mod`` lies in ``directory``."""
        known = self._entries.get(directory)
        return self.exists(directory / "go.mod") if known is None else known.has_gomod

    def entries(self, directory: Path) -> Entries:
        """What ``directory`` holds; nothing, and a problem, where it can't be listed. A missing one holds nothing."""
        known = self._entries.get(directory)
        if known is None:
            known = self._entries[directory] = self._list(directory)
        return known

    def _list(self, directory: Path) -> Entries:
        files = {name for name in self.overlay.names(directory) if _is_go_file(name)}
        directories: list[str] = []
        has_gomod = self.overlay.has(directory / "go.mod")
        try:
            with os.scandir(directory) as found:
                for entry in found:
                    name = entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if printable(name):
                            directories.append(name)
                        else:
                            self.complain(entry.path, "left out: its name isn't valid UTF-8")
                    elif name == "go.mod":
                        has_gomod = True
                    elif _is_go_file(name) and name not in files and self._is_readable(entry):
                        files.add(name)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return Entries(tuple(sorted(files))) if files else _NOTHING
        except OSError as error:
            self.complain(directory, f"can't be listed: {error.strerror or error}", severity=Severity.ERROR)
        return Entries(tuple(sorted(files)), tuple(sorted(directories)), has_gomod)

    def _is_readable(self, entry: os.DirEntry[str]) -> bool:
        try:
            status = entry.stat()
        except OSError as error:
            self.complain(entry.path, f"left out: {error.strerror or error}")
            return False
        if not stat.S_ISREG(status.st_mode):
            return False
        if not printable(entry.name):
            self.complain(entry.path, "left out: its name isn't valid UTF-8")
            return False
        if status.st_size > MAX_FILE_SIZE:
            self.complain(entry.path, f"left out: it is larger than {MAX_FILE_SIZE >> 20} MiB")
            return False
        return True


def _is_go_file(name: str) -> bool:
    return name.endswith(".go") and name[0] not in "_."

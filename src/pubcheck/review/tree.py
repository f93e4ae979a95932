"""The files of the reviewed repository, read so that nothing but them is ever shown."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 4 << 20
"""Bytes of a file that a snippet is cut from."""
_SUFFIX = ".go"


class Tree:
    """Go files below a folder.

    A pull request may hold a link to any file of the machine that checks it, the environment of the process among
    them, so what a path leads to counts, and not what it is called.
    """

    def __init__(self, root: Path) -> None:
        """Read below ``root``, an absolute path."""
        self._root = root.resolve()
        self._known: dict[str, tuple[str, ...] | None] = {}

    def lines(self, path: str) -> tuple[str, ...] | None:
        """The lines of the file at ``path``, which is relative to the root; None where it isn't one to be shown."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> tuple[str, ...] | None:
        try:
            real = (self._root / path).resolve(strict=True)
            status = real.stat()
            if not real.is_relative_to(self._root) or real.suffix != _SUFFIX or not stat.S_ISREG(status.st_mode):
                return None
            if status.st_size > _LARGEST:
                return None
            text = real.read_bytes().decode("utf-8", "replace")
        except (OSError, ValueError, RuntimeError):
            return None
        return tuple(line.removesuffix("\r") for line in text.split("\n"))

"""One Go file: its path, its bytes, its lines."""

from __future__ import annotations

import hashlib
from functools import cached_property

from pubcheck.source.position import LineIndex, Span


def digest(data: bytes) -> bytes:
    """Hash of a file's content, for caches."""
    return hashlib.blake2b(data, digest_size=16).digest()


class SourceFile:
    """The bytes of a file under the name that diagnostics show.

    ``path`` uses forward slashes and is absolute or relative as the caller wants it shown; nothing here reads a disk.
    """

    def __init__(self, path: str, data: bytes) -> None:
        """Wrap ``data`` as the content of ``path``."""
        self.path = path
        self.data = data

    @cached_property
    def lines(self) -> LineIndex:
        """The file's line index, made when first asked for."""
        return LineIndex(self.data)

    def span(self, start: int, end: int) -> Span:
        """The span of bytes ``start`` to ``end`` (not included) of this file."""
        return Span(self.path, start, end)

    def text(self, start: int, end: int) -> str:
        """Source text between two offsets, with invalid bytes replaced."""
        return self.data[start:end].decode("utf-8", "replace")

"""One Go file: its path, its bytes, its lines."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from pubcheck.source.position import LineIndex, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


def digest(data: bytes) -> bytes:
    """Hash of a file's content, for caches."""
    return hashlib.blake2b(data, digest_size=16).digest()


class Pattern(Protocol):
    """What may stand in a file: a regular expression, or something else that can be compared and is looked for."""

    def __hash__(self) -> int:
        """As it is compared."""

    def search(self, data: bytes, /) -> object:
        """Something, or None where it isn't in ``data``."""


def found(data: bytes, what: bytes | Pattern) -> bool:
    """Whether ``what`` stands in ``data``."""
    return what in data if isinstance(what, bytes) else what.search(data) is not None


class SourceFile:
    """The bytes of a file under the name that diagnostics show.

    ``path`` uses forward slashes and is absolute or relative as the caller wants it shown; nothing here reads a disk.
    """

    def __init__(self, path: str, data: bytes) -> None:
        """Wrap ``data`` as the content of ``path``."""
        self.path = path
        self.data = data
        self._holds: dict[bytes | Pattern, bool] = {}

    @cached_property
    def lines(self) -> LineIndex:
        """The file's line index, made when first asked for."""
        return LineIndex(self.data)

    def span(self, start: int, end: int) -> Span:
        """The span of bytes ``start`` to ``end`` (not included) of this file."""
        return Span(self.path, start, end)

    def text(self, start: int, end: int) -> str:
        """Source text between two offsets, with invalid bytes replaced."""
        return self.piece(start, end).decode("utf-8", "replace")

    def piece(self, start: int, end: int) -> bytes:
        """The bytes between two offsets."""
        return self.data[start:end]

    def holds(self, what: bytes | Pattern, start: int = 0, end: int | None = None) -> bool:
        """Whether ``what`` stands anywhere in the file, which many ask alike, or between two offsets."""
        if end is not None:
            return found(self.data[start:end], what)
        known = self._holds.get(what)
        if known is None:
            known = self._holds[what] = found(self.data, what)
        return known

    def reading(self, start: int, end: int) -> None:
        """Somebody is given what follows from the bytes between two offsets alone; for files that are watched."""

    def wipe(self, readers: int) -> None:
        """Those readers are no more; for files that are watched."""

    def told(self, about: Hashable, tell: Callable[[], T], start: int, end: int) -> T:
        """What ``tell`` gives, which follows from the text around two offsets; for files that are watched.

        Args:
            about: what is asked.
            tell: answers from the file as it is at the time.
            start: where it is asked about: it hangs on nothing but the body of the function that this lies in.
            end: the end of that place.
        """
        del about, start, end
        return tell()

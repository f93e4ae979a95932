"""A Go file cut at its declarations and at its functions' bodies, by its text alone.

What other packages see of a file is what lies outside of those bodies. So the text between them says whether an edit
may matter to others. And a place told as the piece of a declaration and the distance from where that begins stays true
while other declarations come, go, grow and shrink.

The cut is on the safe side: only what certainly is the body of a function declared at the top level is one. In source
that isn't well-formed, or isn't laid out as gofmt would, less is cut out than could be.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator

SKIPPED = rb"""//[^\n]*+|/\*(?s:.*?)\*/|"(?:[^"\\\n]|\\.)*+"|`[^`]*+`|'(?:[^'\\\n]|\\.)++'"""
_TOP = re.compile(SKIPPED + rb"|[{}]|^(?:func|type|var|const|import|package)\b", re.MULTILINE)
_BRACE = re.compile(SKIPPED + rb"|[{}]")
_SIGNATURE = re.compile(SKIPPED + rb"|[{}()\[\]\n]")
_TYPE_WITH_BRACES = re.compile(rb"\b(?:struct|interface)\s*\Z")
_DECLARATION = re.compile(rb"^(?:func|type|var|const|import|package)\b", re.MULTILINE)
_HEAD = re.compile(
    rb"(?:func\s*\(\s*(?:[\w\x80-\xff]+\s+)?\*?\s*([\w\x80-\xff]+)[^()]*\)|[a-z]+\s*\(?)\s*([\w\x80-\xff]*)"
)
_SHIFT = 32
_PIECES = 3
"""A declaration's pieces: what comes before a body, the body, and what comes after it."""


class Declaration(NamedTuple):
    """A top-level declaration with the comment right above it.

    Attributes:
        anchor: tells it from others of the file; hangs on its keyword and its name, not on where it stands.
        text: itself, without the body of a function.
    """

    anchor: int
    text: bytes


class Segments:
    """A file's declarations, and the bodies in them, in turn."""

    __slots__ = ("_anchors", "_data", "_index", "_starts", "declarations")

    def __init__(self, data: bytes) -> None:
        """Cut ``data``; ``declarations`` is the hash of what lies outside of bodies."""
        self._data = data
        self._starts = [0]
        self._anchors = [0]
        found = _cut(data)
        outside = hashlib.blake2b(digest_size=16)
        at = 0
        for start, end in found.bodies:
            outside.update((start - at).to_bytes(8))
            outside.update(data[at:start])
            at = end
        outside.update(data[at:])
        self.declarations = outside.digest()
        self._place(found)
        self._index = dict(zip(self._anchors, self._starts, strict=True))

    def _place(self, found: _Cut) -> None:
        """Name the pieces between the cuts."""
        taken = {0}
        inner = dict(zip([bisect_right(found.heads, (start,)) for start, _ in found.bodies], found.bodies, strict=True))
        for number, (head, keyword) in enumerate(found.heads, 1):
            anchor = _anchor(self._data, keyword)
            while anchor in taken:
                anchor += _PIECES
            taken.add(anchor)
            if head:
                self._starts.append(head)
                self._anchors.append(anchor)
            else:
                self._anchors[0] = anchor
            if number in inner:
                self._starts += inner[number]
                self._anchors += (anchor + 1, anchor + 2)

    def split(self) -> Iterator[Declaration]:
        """The declarations, in order; what comes before the first one is one, too."""
        text = b""
        for at, (anchor, start) in enumerate(zip(self._anchors, self._starts, strict=True)):
            piece = self._data[start : self._starts[at + 1] if at + 1 < len(self._starts) else len(self._data)]
            kind = anchor % _PIECES
            text = piece if kind == 0 else text + b"{}" if kind == 1 else text + piece
            if at + 1 == len(self._anchors) or self._anchors[at + 1] % _PIECES == 0:
                yield Declaration(anchor - kind, text.rstrip())

    def relative(self, offset: int) -> int:
        """``offset`` as a piece and the distance from its start, in one number."""
        index = bisect_right(self._starts, offset) - 1
        return (self._anchors[index] << _SHIFT) | (offset - self._starts[index])

    def absolute(self, place: int) -> int:
        """The offset that ``relative`` made ``place`` of; something in the file where there is no such piece now."""
        start = self._index.get(place >> _SHIFT, 0)
        return start + (place & ((1 << _SHIFT) - 1))


class _Cut(NamedTuple):
    """Where bodies begin and end, and where declarations begin: with their comment, and with their keyword."""

    bodies: list[tuple[int, int]]
    heads: list[tuple[int, int]]


def bodies(data: bytes) -> list[tuple[int, int]]:
    """The extents of functions' bodies, braces included."""
    return _cut(data).bodies


def body_by_body(before: bytes, after: bytes) -> Iterator[bytes]:
    """``after`` by way of texts that differ in one body each from the one before; none where more differs."""
    old, new = bodies(before), bodies(after)
    if _outside(before, old) != _outside(after, new):
        return
    for (start, end), (other_start, other_end) in zip(old, new, strict=True):
        if before[start:end] != after[other_start:other_end]:
            yield after[:other_end] + before[end:]


def _outside(data: bytes, inner: list[tuple[int, int]]) -> list[bytes]:
    starts, ends = [0, *(end for _, end in inner)], [*(start for start, _ in inner), len(data)]
    return [data[start:end] for start, end in zip(starts, ends, strict=True)]


def _cut(data: bytes) -> _Cut:
    found = _Cut([], [])
    at = 0
    comment = (0, -1)
    while (token := _TOP.search(data, at)) is not None:
        start, at = token.span()
        kind = token[0]
        if kind[:1] == b"/":
            comment = _comments(data, comment, start, at)
        elif kind == b"{":
            end = _closed(data, at)
            if end is None:
                break
            at = end
        elif kind == b"}":
            break
        elif kind[:1].isalpha():
            found.heads.append((comment[0] if data[comment[1] : start] in (b"\n", b"\r\n") else start, start))
            if kind == b"func" and (brace := _body_start(data, at)) is not None:
                end = _closed(data, brace + 1)
                if end is None:
                    break
                if _DECLARATION.search(data, brace, end) is None:
                    found.bodies.append((brace, end))
                at = end
    return found


def _comments(data: bytes, before: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """The run of comments in lines of their own that ends with one at ``start``, where ``before`` is the last one."""
    if data[before[1] : start] in (b"\n", b"\r\n"):
        return before[0], end
    return (start, end) if data[:start].endswith(b"\n") or start == 0 else (0, -1)


def _anchor(data: bytes, keyword: int) -> int:
    """What a declaration is told by, a multiple of ``_PIECES`` that isn't zero."""
    head = _HEAD.match(data, keyword)
    name = b".".join(each for each in head.groups() if each) if head is not None else b""
    return _PIECES + crc32(data[keyword : keyword + 3] + name) // 8 * _PIECES


def body_end(data: bytes, start: int) -> int | None:
    """The end of the body whose brace is at ``start``, if it certainly is one; None if not."""
    end = _closed(data, start + 1)
    return None if end is None or _DECLARATION.search(data, start, end) is not None else end


def _body_start(data: bytes, at: int) -> int | None:
    """Where the body of the function begins whose parameters come after ``at``; None where it has none."""
    depth = 0
    while (token := _SIGNATURE.search(data, at)) is not None:
        start, at = token.span()
        kind = token[0]
        if kind in (b"(", b"["):
            depth += 1
        elif kind in (b")", b"]"):
            depth -= 1
        elif kind == b"{":
            if depth == 0 and _TYPE_WITH_BRACES.search(data, max(start - 40, 0), start) is None:
                return start
            end = _closed(data, at)
            if end is None:
                return None
            at = end
        elif kind == b"}" or (kind == b"\n" and depth <= 0):
            return None
    return None


def _closed(data: bytes, at: int) -> int | None:
    """The end of the block that was opened before ``at``; None if it has none."""
    depth = 1
    for token in _BRACE.finditer(data, at):
        kind = token[0]
        if kind == b"{":
            depth += 1
        elif kind == b"}":
            depth -= 1
            if depth == 0:
                return token.end()
    return None

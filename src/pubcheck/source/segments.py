"""A Go file cut at its functions' bodies, by its text alone.

What other packages see of a file is what lies outside of those bodies. So the text between them says whether an edit
may matter to others, and a place told as a segment and the distance from its beginning stays true while bodies before
it grow and shrink.

The cut is on the safe side: only what certainly is the body of a function declared at the top level is one. In source
that isn't well-formed, or isn't laid out as gofmt would, less is cut out than could be.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right

_SKIPPED = rb"""//[^\n]*+|/\*(?s:.*?)\*/|"(?:[^"\\\n]|\\.)*+"|`[^`]*+`|'(?:[^'\\\n]|\\.)++'"""
_TOP = re.compile(_SKIPPED + rb"|[{}]|^func\b", re.MULTILINE)
_BRACE = re.compile(_SKIPPED + rb"|[{}]")
_SIGNATURE = re.compile(_SKIPPED + rb"|[{}()\[\]\n]")
_TYPE_WITH_BRACES = re.compile(rb"\b(?:struct|interface)\s*\Z")
_DECLARATION = re.compile(rb"^(?:func|type|var|const|import|package)\b", re.MULTILINE)
_SHIFT = 32


class Segments:
    """The bodies of a file's functions and what lies between them, in turn, from the file's start."""

    __slots__ = ("_starts", "declarations")

    def __init__(self, data: bytes) -> None:
        """Cut ``data``; ``declarations`` is the hash of what lies outside of bodies."""
        self._starts = [0]
        outside = hashlib.blake2b(digest_size=16)
        at = 0
        for start, end in bodies(data):
            outside.update((start - at).to_bytes(8))
            outside.update(data[at:start])
            self._starts += (start, end)
            at = end
        outside.update(data[at:])
        self.declarations = outside.digest()

    def relative(self, offset: int) -> int:
        """``offset`` as a segment and the distance from its start, in one number."""
        index = bisect_right(self._starts, offset) - 1
        return (index << _SHIFT) | (offset - self._starts[index])

    def absolute(self, place: int) -> int:
        """The offset that ``relative`` made ``place`` of; the end of the last segment where there are fewer now."""
        index = min(place >> _SHIFT, len(self._starts) - 1)
        return self._starts[index] + (place & ((1 << _SHIFT) - 1))


def bodies(data: bytes) -> list[tuple[int, int]]:
    """The extents of functions' bodies, braces included."""
    found: list[tuple[int, int]] = []
    at = 0
    while (token := _TOP.search(data, at)) is not None:
        at = token.end()
        kind = token[0]
        if kind == b"{":
            end = _closed(data, at)
            if end is None:
                break
            at = end
        elif kind == b"func":
            start = _body_start(data, at)
            if start is None:
                continue
            end = _closed(data, start + 1)
            if end is None:
                break
            if _DECLARATION.search(data, start, end) is None:
                found.append((start, end))
            at = end
        elif kind == b"}":
            break
    return found


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

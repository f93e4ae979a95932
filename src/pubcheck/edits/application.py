"""Edits applied to the bytes of one file."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pubcheck.diagnostic import Edit


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """``data`` with all ``edits`` made, whose offsets all count in ``data``.

    Insertions at one place keep their order. A line that is inserted ends as the lines of the file do.

    Args:
        data: a file's bytes.
        edits: well-formed edits of that file, in any order.
    """
    ending = b"\r\n" if _has_crlf(data) else b"\n"
    parts = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        parts += [data[at : edit.span.start], _lines_ended(edit.text.encode("utf-8", "surrogateescape"), ending)]
        at = edit.span.end
    parts.append(data[at:])
    return b"".join(parts)


def well_formed(edits: Iterable[Edit], size: int) -> bool:
    """Whether the edits of one fix in a file of ``size`` bytes lie inside of it and don't overlap each other."""
    spans = sorted((edit.span.start, edit.span.end) for edit in edits)
    inside = all(0 <= start <= end <= size for start, end in spans)
    return inside and all(end <= start for (_, end), (start, _) in pairwise(spans))


def in_conflict(one: Sequence[Edit], other: Sequence[Edit]) -> bool:
    """Whether two fixes are better made one after the other: they change, or only touch, the same bytes."""
    spans = {edit.span for edit in one}
    return any(
        edit.span.path == span.path and edit.span.start <= span.end and span.start <= edit.span.end
        for edit in other
        for span in spans
    )


def _has_crlf(data: bytes) -> bool:
    """Whether most lines end in CRLF."""
    return 2 * data.count(b"\r\n") > data.count(b"\n")


def _lines_ended(text: bytes, ending: bytes) -> bytes:
    return text if ending == b"\n" else text.replace(b"\r\n", b"\n").replace(b"\n", ending)

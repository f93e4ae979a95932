"""The difference of two texts as ``patch`` and ``git apply`` read it."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CONTEXT = 3
_NO_NEWLINE = "\n\\ No newline at end of file\n"


def unified_diff(path: str, before: bytes, after: bytes) -> str:
    """What leads from ``before`` to ``after`` in the file ``path``; empty where they are the same.

    Bytes that aren't UTF-8 come out as surrogates: write it with the error handler ``surrogateescape``.
    """
    if before == after:
        return ""
    return "".join((f"--- a/{path}\n", f"+++ b/{path}\n", *_hunks(_lines(before), _lines(after))))


def _lines(data: bytes) -> list[str]:
    """The lines with their endings; only a newline ends one."""
    lines = [line + "\n" for line in data.decode("utf-8", "surrogateescape").split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT):
        _, first, _, second, _ = group[0]
        _, _, last, _, end = group[-1]
        yield f"@@ -{_range(first, last)} +{_range(second, end)} @@\n"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from _marked(" ", before[i1:i2])
            else:
                yield from _marked("-", before[i1:i2])
                yield from _marked("+", after[j1:j2])


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield mark + (line if line.endswith("\n") else line + _NO_NEWLINE)

"""What a fix makes of a file as a whole: its edits, the imports that go with them, and gofmt's columns."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Edit
from pubcheck.edits.alignment import aligned
from pubcheck.edits.application import applied, well_formed
from pubcheck.edits.imports import added, left_over
from pubcheck.source import SourceFile, Span
from pubcheck.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pubcheck.diagnostic import Fix
    from pubcheck.syntax import SyntaxTree

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def finished(source: SourceFile, edits: Sequence[Edit], needs: Iterable[str] = ()) -> bytes | None:
    """The file after ``edits``, which need the packages ``needs`` to be imported.

    None where that isn't Go any more, as far as it was before.
    """
    if not well_formed(edits, len(source.data)):
        return None
    before = parse(source)
    tree = _then(before, edits)
    tree = _then(tree, added(tree, needs))
    tree = _then(tree, left_over(before, tree))
    if _faults(tree) > _faults(before):
        return None
    tree = _then(tree, aligned(tree, _changed_lines(source.data, tree.source.data)))
    return tree.source.data


def complete(fix: Fix, source_of: Callable[[str], SourceFile | None]) -> tuple[Edit, ...]:
    """All that has to be edited if ``fix`` is made alone: what the imports and the columns around it need, too."""
    edits: list[Edit] = []
    for path in dict.fromkeys(edit.span.path for edit in fix.edits):
        source = source_of(path)
        own = [edit for edit in fix.edits if edit.span.path == path]
        whole = None if source is None else finished(source, own, fix.imports(path))
        if source is None or whole is None or whole == applied(source.data, own):
            edits += own
        else:
            edits += _difference(source, whole)
    return tuple(edits)


def _then(tree: SyntaxTree, edits: Sequence[Edit]) -> SyntaxTree:
    if not edits:
        return tree
    return parse(SourceFile(tree.source.path, applied(tree.source.data, edits)))


def _faults(tree: SyntaxTree) -> int:
    return len(tree.errors)


def _lines(data: bytes) -> list[bytes]:
    """The lines with their endings."""
    return _LINE.findall(data)


def _changed_lines(before: bytes, after: bytes) -> set[int]:
    """The lines of ``after`` that ``before`` doesn't have there, counted from 1, and those beside what is gone."""
    changed: set[int] = set()
    for tag, _, _, first, end in _opcodes(_lines(before), _lines(after)):
        if tag != "equal":
            changed.update(range(first, end + 2))
    return changed


def _difference(source: SourceFile, after: bytes) -> list[Edit]:
    """Edits of whole lines that lead to ``after``."""
    old = _lines(source.data)
    new = _lines(after)
    starts = [0, *accumulate(len(line) for line in old)]
    return [
        Edit(Span(source.path, starts[i1], starts[i2]), b"".join(new[j1:j2]).decode("utf-8", "surrogateescape"))
        for tag, i1, i2, j1, j2 in _opcodes(old, new)
        if tag != "equal"
    ]


def _opcodes(old: list[bytes], new: list[bytes]) -> list[tuple[str, int, int, int, int]]:
    """The differences of two lists of lines; only what lies between their common ends is compared."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    matcher = SequenceMatcher(None, old[first : len(old) - last], new[first : len(new) - last], autojunk=False)
    return [(tag, i1 + first, i2 + first, j1 + first, j2 + first) for tag, i1, i2, j1, j2 in matcher.get_opcodes()]

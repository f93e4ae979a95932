"""Declarations that an error elsewhere in the file would take with it.

When braces don't match, the parser can see a whole file as one error. Go as ``gofmt`` lays it out begins each top-level
declaration in the first column: the file is cut there and each piece parsed by itself, at its own offsets. A function
that lacks closing braces gets them in the blank bytes that follow it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import tree_sitter

from pubcheck.syntax.grammar import LANGUAGE, kinds
from pubcheck.syntax.lexical import occurrences, open_braces, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

_START: Final = pattern(rb"^(?:package|import|func|type|var|const)\b")
_DECLARATIONS: Final = frozenset(
    kinds(
        "package_clause",
        "import_declaration",
        "function_declaration",
        "method_declaration",
        "type_declaration",
        "var_declaration",
        "const_declaration",
    )
)


class Piece(NamedTuple):
    """A tree of a part of a file; ``closed`` tells how many braces were written for it."""

    root: Node
    closed: int = 0


def pieces(root: Node, data: bytes) -> list[Piece]:
    """Trees of ``data``: separate ones for its declarations if ``root`` has lost one of them."""
    if not root.has_error:
        return [Piece(root)]
    starts = [match.start() for match in occurrences(_START, data)]
    known = {node.start_byte for node in root.named_children if node.kind_id in _DECLARATIONS}
    if known.issuperset(starts):
        return [Piece(root)]
    bounds = list(zip([0, *starts[1:]], [*starts[1:], len(data)], strict=True))
    found = [Piece(parse_range(data, start, end)) for start, end in bounds]
    text = bytearray(data)
    closed = [_close(text, *bounds[index]) if piece.root.has_error else 0 for index, piece in enumerate(found)]
    whole = bytes(text)
    return [
        Piece(parse_range(whole, *bounds[index]), count) if count else found[index]
        for index, count in enumerate(closed)
    ]


def _close(data: bytearray, start: int, end: int) -> int:
    """Write the braces that a function lacks over the blanks at its end, if there is room; how many those were."""
    if not data.startswith(b"func", start):
        return 0
    missing = open_braces(data, start, end)
    piece = data[start:end]
    if not 0 < missing <= len(piece) - len(piece.rstrip()):
        return 0
    data[end - missing : end] = b"}" * missing
    return missing


def parse_range(data: bytes, start: int, end: int) -> Node:
    """The tree of a part of ``data``, at its own offsets."""
    return parse_ranges(data, [(start, end)])


def parse_ranges(data: bytes, places: Iterable[tuple[int, int]]) -> Node:
    """The tree of some parts of ``data``, in order, as if nothing stood between them, at their own offsets."""
    ranges = [tree_sitter.Range((0, start), (0, end), start, end) for start, end in places]
    return tree_sitter.Parser(LANGUAGE, included_ranges=ranges).parse(data).root_node

"""Declarations that an error elsewhere in the file would take with it.

When braces don't match, the parser can see a whole file as one error. Go as ``gofmt`` lays it out begins each top-level
declaration in the first column: the file is cut there and each piece parsed by itself, at its own offsets. A function
that lacks closing braces gets them in the blank bytes that follow it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tree_sitter

from pubcheck.syntax.grammar import COMMENT, LANGUAGE, kinds
from pubcheck.syntax.lexical import occurrences, open_braces, pattern

if TYPE_CHECKING:
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


def pieces(root: Node, data: bytes) -> list[Node] | None:
    """Roots of separate parses of the declarations of ``data``; None where ``root`` has lost none of them."""
    starts = [match.start() for match in occurrences(_START, data)]
    known = {node.start_byte for node in root.named_children if node.kind_id in _DECLARATIONS}
    if not starts or known.issuperset(starts):
        return None
    bounds = list(zip([0, *starts[1:]], [*starts[1:], len(data)], strict=True))
    roots = [_parse_range(data, start, end) for start, end in bounds]
    closed = bytearray(data)
    unclosed = [index for index, root in enumerate(roots) if root.has_error and _close(closed, *bounds[index])]
    whole = bytes(closed)
    for index in unclosed:
        roots[index] = _parse_range(whole, *bounds[index])
    return roots


def _close(data: bytearray, start: int, end: int) -> bool:
    """Write the braces that a function lacks over the blanks at its end; whether there was a need and room for them."""
    if not data.startswith(b"func", start):
        return False
    missing = open_braces(data, start, end)
    piece = data[start:end]
    if not 0 < missing <= len(piece) - len(piece.rstrip()):
        return False
    data[end - missing : end] = b"}" * missing
    return True


def _parse_range(data: bytes, start: int, end: int) -> Node:
    at = tree_sitter.Range((0, start), (0, end), start, end)
    return tree_sitter.Parser(LANGUAGE, included_ranges=[at]).parse(data).root_node


def is_declaration(node: Node) -> bool:
    """Whether a top-level node is what Go allows there, or a comment."""
    return node.kind_id in _DECLARATIONS or node.kind_id == COMMENT

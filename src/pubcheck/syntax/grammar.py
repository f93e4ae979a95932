"""The grammar's names as numbers: kind ids are what a conversion dispatches on."""

from __future__ import annotations

from typing import Final

import tree_sitter
import tree_sitter_go

LANGUAGE: Final = tree_sitter.Language(tree_sitter_go.language())

ERROR: Final = 0xFFFF
"""Kind id of what the parser skipped. Like a comment it stands between the children that a production gives."""

KIND_NAMES: Final[tuple[str, ...]] = tuple(LANGUAGE.node_kind_for_id(i) or "" for i in range(LANGUAGE.node_kind_count))
"""Kind id to name; an operator's or keyword's name is its text."""


def kinds(*names: str, named: bool = True) -> tuple[int, ...]:
    """All kind ids of the given names: aliases give a name more than one.

    Raises:
        LookupError: the grammar has no such kind.
    """
    found = []
    for name in names:
        ids = [i for i, kind in enumerate(KIND_NAMES) if kind == name and LANGUAGE.node_kind_is_named(i) == named]
        if not ids:
            raise LookupError(f"the grammar has no kind {name!r}")
        found += ids
    return tuple(found)


def kind(name: str, *, named: bool = True) -> int:
    """The public kind id of ``name``.

    Raises:
        LookupError: the grammar has no such kind.
    """
    found = LANGUAGE.id_for_node_kind(name, named)
    if found is None:
        raise LookupError(f"the grammar has no kind {name!r}")
    return found


def token(text: str) -> int:
    """Kind id of a keyword, operator or bracket."""
    return kind(text, named=False)


BLOCK: Final = kind("block")
COMMENT: Final = kind("comment")
EXTRAS: Final = frozenset((COMMENT, ERROR))
"""What may stand between any two children."""

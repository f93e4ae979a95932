"""The blocks of a natural loop (Aho et al., "Compilers", 9.6): those from which its end is reached past its header."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def grow(body: set[int], latch: int, before: Sequence[Sequence[int]]) -> None:
    """Add to ``body``, which has the header, what leads to ``latch``; ``before`` are the predecessors of each block."""
    stack = [latch]
    while stack:
        at = stack.pop()
        if at not in body:
            body.add(at)
            stack.extend(before[at])

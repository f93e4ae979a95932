"""A value of an atomic type is copied: what is stored to one of them the other never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.pointers import by_pointer
from pubcheck.rules.support.copying import copies_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find atomic values that are passed, returned, assigned or ranged over by value."""
    for copy in copies_of(package):
        if copy.held.is_atomic:
            yield Finding(
                span=copy.span,
                values={"copied": copy.words, "atomic": copy.held.lock},
                because=("the copy reads the memory plainly, and is another location from then on",),
                fixes=by_pointer(package, copy),
                location=copy.held.lock,
                symbol=copy.symbol,
            )

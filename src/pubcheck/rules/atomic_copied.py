"""A value of an atomic type is copied: what is stored to one of them the other never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.pointers import by_pointer
from pubcheck.rules.support.copying import copies_of
from pubcheck.rules.support.written import is_silenced_for_vet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.copying import Copy


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
                confidence=Confidence.LOW
                if _is_moved(package, copy) or is_silenced_for_vet(package, copy.span)
                else None,
            )


def _is_moved(package: PackageFacts, copy: Copy) -> bool:
    """Whether a local goes into a literal: so what nobody else has yet is put where it is to stay."""
    return copy.how == "literal" and copy.text.isidentifier() and package.package.lookup(copy.text) is None

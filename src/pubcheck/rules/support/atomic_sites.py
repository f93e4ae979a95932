"""The atomic operations of a package that its functions do themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import Site
from pubcheck.analysis.portions import by_portion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, Atomic, Point


@by_portion
def atomic_sites(_package: PackageFacts, portion: Portion) -> Iterator[tuple[Site, Atomic]]:
    """The atomic operations that functions do themselves, tests aside, by function and position."""
    return (
        (Site(function, access), access.atomic)
        for function in portion.functions
        for access in function.accesses
        if access.atomic is not None and not access.trace
    )


def looks_before(function: FunctionFacts, access: Access, seen: frozenset[Point]) -> list[Access]:
    """The atomic operations among ``seen`` that told ``function`` what is in the memory of ``access``."""
    return [
        each
        for each in function.accesses
        if each.point in seen and each.atomic is not None and each.atomic.kind.reads and each.path == access.path
    ]

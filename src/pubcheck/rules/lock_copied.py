"""A value that holds a lock is copied."""

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


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find copies of values that hold a lock, a WaitGroup, a Once or their like."""
    for copy in copies_of(package):
        if not copy.held.is_atomic:
            article = "an" if copy.held.lock.startswith("atomic.") else "a"
            yield Finding(
                span=copy.span,
                values={"copied": copy.words, "lock": f"{article} `{copy.held.lock}`"},
                because=(f"the copy's `{copy.held.lock}` is another one: who uses it doesn't meet who uses the first",),
                fixes=by_pointer(package, copy),
                location=copy.held.inside or copy.held.lock,
                symbol=copy.symbol,
                confidence=Confidence.LOW if is_silenced_for_vet(package, copy.span) else None,
            )

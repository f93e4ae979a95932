"""Guarded memory is written under the read side of its lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.support.changed_by_readers import changed_objects
from pubcheck.rules.support.guard_findings import findings
from pubcheck.rules.support.unguarded import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find them in ``package``, one finding a location; what a library's methods write, too."""
    yield from findings(package, Kind.SHARED_WRITE)
    yield from changed_objects(package)

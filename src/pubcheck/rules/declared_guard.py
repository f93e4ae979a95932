"""A location is accessed without the lock that a comment names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.support.annotated import annotated_findings
from pubcheck.rules.support.guard_findings import findings
from pubcheck.rules.support.unguarded import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find them in ``package``, one finding a location."""
    yield from findings(package, Kind.DECLARED)
    yield from annotated_findings(package)

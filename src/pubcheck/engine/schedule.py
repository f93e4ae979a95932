"""Which packages can be worked on now, and which of them should be first."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class Schedule:
    """Packages that wait for those below them.

    Of those that can be worked on the first is the one that most work hangs on: its own, and the longest way of work
    above it. So the way that takes longest is never left for the end, where nothing could go on beside it.
    """

    def __init__(self, below: Mapping[str, Collection[str]], work: Mapping[str, int]) -> None:
        """Plan for the packages of ``below``, none of which is above itself, and each one's ``work`` in any unit."""
        self._open = {package: {one for one in under if one in below} for package, under in below.items()}
        self._above: dict[str, list[str]] = {package: [] for package in below}
        for package, under in self._open.items():
            for one in under:
                self._above[one].append(package)
        self._urgency = self._urgencies(work)
        self.work = sum(work[package] for package in below)
        self._ready: list[tuple[int, str]] = []
        self._offer(package for package, under in self._open.items() if not under)

    @property
    def width(self) -> float:
        """How many could work on it at once on an average, if no work were done twice; 1 where there is none."""
        longest = max(self._urgency.values(), default=0)
        return self.work / longest if longest else 1.0

    def take(self) -> str | None:
        """The package to begin with now; None where all that are left wait for others."""
        return heappop(self._ready)[1] if self._ready else None

    def done(self, package: str) -> None:
        """Those that waited for ``package`` wait no longer."""
        free = []
        for one in self._above[package]:
            self._open[one].discard(package)
            if not self._open[one]:
                free.append(one)
        self._offer(free)

    def _offer(self, packages: Iterable[str]) -> None:
        for package in packages:
            heappush(self._ready, (-self._urgency[package], package))

    def _urgencies(self, work: Mapping[str, int]) -> dict[str, int]:
        urgency: dict[str, int] = {}
        # Whoever is above another has more below it, so this order goes from the top down.
        for package in sorted(self._open, key=lambda one: (-len(self._open[one]), one)):
            urgency[package] = work[package] + max((urgency[one] for one in self._above[package]), default=0)
        return urgency

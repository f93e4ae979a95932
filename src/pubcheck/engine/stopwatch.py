"""Where the time of a run goes: the processor's, by what it was spent on, so that other programs don't count.

All work on a package is one thread's, whose clock is read many times as quickly as that of the process.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Stopwatch:
    """Sums seconds of processor time under names, phases and rules apart."""

    def __init__(self) -> None:
        """Start the run's own clock."""
        self._started = perf_counter()
        self.phases: dict[str, float] = defaultdict(float)
        self.rules: dict[str, float] = defaultdict(float)
        self._read = 0.0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the time spent inside under the phase ``name``."""
        started = self._read = thread_time()
        try:
            yield
        finally:
            self.phases[name] += thread_time() - started

    def ran(self, rule: str) -> None:
        """Count the time since the rule before had run, or the phase began, under ``rule``.

        Most rules take no longer to see that a package isn't theirs than a look at the clock takes.
        """
        now = thread_time()
        self.rules[rule] += now - self._read
        self._read = now

    def add(self, phases: Mapping[str, float], rules: Mapping[str, float]) -> None:
        """Add what another stopwatch measured."""
        for table, more in ((self.phases, phases), (self.rules, rules)):
            for name, seconds in more.items():
                table[name] += seconds

    @property
    def seconds(self) -> float:
        """Time since the stopwatch was made, as people's clocks tell it."""
        return perf_counter() - self._started

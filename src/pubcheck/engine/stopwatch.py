"""Where the time of a run goes: the processor's, by what it was spent on, so that other programs don't count."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from time import perf_counter, process_time
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

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the time spent inside under the phase ``name``."""
        with _timed(self.phases, name):
            yield

    @contextmanager
    def rule(self, name: str) -> Iterator[None]:
        """Count the time spent inside under the rule ``name``."""
        with _timed(self.rules, name):
            yield

    def add(self, phases: Mapping[str, float], rules: Mapping[str, float]) -> None:
        """Add what another stopwatch measured."""
        for table, more in ((self.phases, phases), (self.rules, rules)):
            for name, seconds in more.items():
                table[name] += seconds

    @property
    def seconds(self) -> float:
        """Time since the stopwatch was made, as people's clocks tell it."""
        return perf_counter() - self._started


@contextmanager
def _timed(table: dict[str, float], name: str) -> Iterator[None]:
    started = process_time()
    try:
        yield
    finally:
        table[name] += process_time() - started

"""Outcomes of packages, one after the other in this process: recalled where they are known, else found."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pubcheck.engine.task import Outcome, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pubcheck.engine.analyst import Analyst
    from pubcheck.model.project import PackageSource


class Known(Protocol):
    """What is known before the work begins."""

    def recall(self, source: PackageSource) -> Outcome | None:
        """The outcome of a package, if it is known."""

    def task(self, source: PackageSource, taught: Iterable[str]) -> Task:
        """The task for a package, with the known facts of those below it that aren't among the ``taught``."""

    def remember(self, source: PackageSource, outcome: Outcome) -> None:
        """Take in an outcome."""

    def close(self) -> None:
        """Keep what is to be kept."""


class Work:
    """The work of one run."""

    def __init__(self, analyst: Callable[[], Analyst], known: Known | None) -> None:
        """Look among the ``known`` outcomes first, if there are any; ``analyst`` is made when it is needed."""
        self._make = analyst
        self._known = known
        self._taught: set[str] = set()

    @cached_property
    def _analyst(self) -> Analyst:
        return self._make()

    def outcome(self, source: PackageSource) -> Outcome:
        """The outcome of a package, once those below it have been asked for."""
        if self._known is None:
            return self._analyst.run(Task(source.import_path))
        outcome = self._known.recall(source)
        if outcome is None:
            task = self._known.task(source, self._taught)
            outcome = self._analyst.run(task)
            self._taught.update(task.facts, (source.import_path,))
            self._known.remember(source, outcome)
        return outcome

    def close(self) -> None:
        """Keep for later runs what was found, also when the run ends early."""
        if self._known is not None:
            self._known.close()

"""From packages to their outcomes: each is recalled, or handed out, when those below it are done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future

    from pubcheck.engine.crew import Crew
    from pubcheck.engine.ledger import Ledger
    from pubcheck.engine.schedule import Schedule
    from pubcheck.engine.task import Outcome
    from pubcheck.model.project import PackageSource


class Dispatch:
    """One run's packages on their way."""

    def __init__(
        self, packages: Mapping[str, PackageSource], schedule: Schedule, ledger: Ledger, begun: Callable[[str], None]
    ) -> None:
        """Plan for ``packages`` by import path.

        Args:
            packages: all there are.
            schedule: when each can be worked on.
            ledger: what is known of them.
            begun: told of each package before it is.
        """
        self._packages = packages
        self._schedule = schedule
        self._ledger = ledger
        self._begun = begun
        self._running: dict[Future[Outcome], PackageSource] = {}

    def outcomes(self, crew: Crew) -> Iterator[Outcome]:
        """What becomes of each package, as it comes; ``crew`` works on those that aren't known."""
        while True:
            while len(self._running) < crew.room and (package := self._schedule.take()) is not None:
                self._begun(package)
                source = self._packages[package]
                known = self._ledger.recall(source)
                if known is None:
                    self._running[crew.begin(source, self._ledger)] = source
                else:
                    self._schedule.done(package)
                    yield known
            if not self._running:
                return
            from concurrent.futures import FIRST_COMPLETED, wait  # noqa: PLC0415 where all is known nobody waits

            for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                yield self._finished(future, crew)

    def _finished(self, future: Future[Outcome], crew: Crew) -> Outcome:
        from concurrent.futures import CancelledError  # noqa: PLC0415 as above

        source = self._running.pop(future)
        error = CancelledError() if future.cancelled() else future.exception()
        outcome = future.result() if error is None else crew.again(source, self._ledger, error)
        self._ledger.remember(source, outcome)
        self._schedule.done(source.import_path)
        return outcome

"""What packages are worked on with: this process alone, as many as pay, or somebody else's executor."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.engine.crew import Alone, Crew
from pubcheck.engine.effort import paying

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from pubcheck.engine.plan import Plan
    from pubcheck.engine.schedule import Schedule


class Hands(NamedTuple):
    """How a run's tasks are shared out.

    Attributes:
        jobs: the number of processes, this one alone for 1; None for as many as pay.
        executor: does them instead, wherever it may be, if the same files are there and the same version of pubcheck.
        room: how many it is good to have given the executor at once.
    """

    jobs: int | None = 1
    executor: Executor | None = None
    room: int = 8

    @contextmanager
    def crew(self, plan: Plan, tasks: int, schedule: Schedule) -> Iterator[Crew]:
        """Who does ``tasks`` tasks or so of ``plan``; whatever ends the context ends them."""
        crew = self._crew(plan, tasks, schedule)
        try:
            yield crew
        except BaseException:
            crew.kill()
            raise
        crew.close()

    def _crew(self, plan: Plan, tasks: int, schedule: Schedule) -> Crew:
        if not tasks:
            return Alone(plan)
        if self.executor is not None:
            from pubcheck.engine.remote import Remote  # noqa: PLC0415 most runs are at home

            return Remote(self.executor, plan, self.room)
        jobs = min(self._jobs(schedule), tasks) if tasks > 1 else 1
        if jobs <= 1:
            return Alone(plan)
        from pubcheck.engine.workers import Workers  # noqa: PLC0415 most runs need no pool

        plan.prepare()
        return Workers(jobs, plan)

    def _jobs(self, schedule: Schedule) -> int:
        if self.jobs is not None:
            return self.jobs
        from pubcheck.engine.workers import can_fork  # noqa: PLC0415

        return paying(schedule.work, schedule.width, forked=can_fork())


ALONE = Hands()
"""This process and no other."""

"""Tasks that are done behind an executor, by whoever has nothing but what is sent along.

That is the plan, by which the project is loaded where the task is done, once for each thread there. So the files must
be there too, under the same paths; that they are the same is looked at before each task.
"""

from __future__ import annotations

import pickle
import threading
from typing import TYPE_CHECKING

from pubcheck import __version__
from pubcheck.engine.crew import Others, task_for
from pubcheck.source import digest

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from pubcheck.engine.ledger import Ledger
    from pubcheck.engine.plan import Plan
    from pubcheck.engine.task import Outcome, Task
    from pubcheck.model.project import PackageSource

_TURNS = 3
"""How often a task is sent once more that came back with an error: the analyst has none, so it was lost on its way."""
_mine = threading.local()
"""In a worker, the plan that its thread is at work on, by its key."""


class UnlikeError(RuntimeError):
    """A worker isn't fit for the plan, and won't be next time: the text says why."""


class Remote(Others):
    """Whoever is behind an executor, perhaps on other machines."""

    def __init__(self, executor: Executor, plan: Plan, room: int) -> None:
        """Send ``plan`` and its tasks to ``executor``, ``room`` of them at a time."""
        self._plan = pickle.dumps(plan)
        self._key = digest(self._plan)
        super().__init__(executor, work, room=room)

    def begin(self, source: PackageSource, ledger: Ledger) -> Future[Outcome]:
        """Have a package worked on."""
        given = (__version__, self._key, self._plan, content(source))
        return self._executor.submit(work, *given, task_for(source, ledger))

    def again(self, source: PackageSource, ledger: Ledger, error: BaseException) -> Outcome:
        """Have a package worked on whose worker was lost, and give it up where that goes on."""
        for _ in range(_TURNS):
            if isinstance(error, UnlikeError):
                break
            try:
                return self.begin(source, ledger).result()
            except Exception as another:  # noqa: BLE001 what an executor raises for what it lost is its own
                error = another
        return super().again(source, ledger, error)


def work(version: str, key: bytes, plan: bytes, expected: bytes, task: Task) -> Outcome:
    """Do ``task`` of the ``plan`` whose digest is ``key``, if the package's files are the ``expected`` ones here.

    Raises:
        UnlikeError: another version of pubcheck is installed here, or other files are.
    """
    if version != __version__:
        raise UnlikeError(f"the worker has pubcheck {__version__}, and not {version}")
    if getattr(_mine, "key", None) != key:
        _mine.plan = pickle.loads(plan)  # noqa: S301 from who may have anything done here
        _mine.key = key
    mine: Plan = _mine.plan
    source = next((one for one in mine.frontend.wanted if one.import_path == task.package), None)
    if source is None or content(source) != expected:
        raise UnlikeError("the worker sees other files: it needs the same ones under the same paths")
    return mine.analyst.run(task)


def content(source: PackageSource) -> bytes:
    """What tells a package's files from others."""
    return digest(b"".join(file.digest for file in source.files))

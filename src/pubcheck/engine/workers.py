"""Processes of this machine that work on packages side by side.

Where the system can, they are forked when the project is loaded: they begin with all of it, at no cost, and share its
memory. Elsewhere each starts anew and loads the project itself. They end with this process, however it ends.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from pubcheck.engine.crew import Others, task_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from pubcheck.engine.analyst import Analyst
    from pubcheck.engine.ledger import Ledger
    from pubcheck.engine.plan import Plan
    from pubcheck.engine.task import Outcome, Task
    from pubcheck.model.project import PackageSource

_FORKED = sys.platform == "linux"
"""Elsewhere a fork of a process whose system libraries have threads may hang."""

_analysts: list[Analyst] = []
"""In a worker, who does its tasks: one."""


def can_fork() -> bool:
    """Whether workers can be forked from here: a fork takes one thread along, and the locks of all."""
    return _FORKED and threading.active_count() == 1


class Workers(Others):
    """A pool of processes. Where one dies, what it worked on is lost only if it dies of that again."""

    def __init__(self, count: int, plan: Plan) -> None:
        """Start ``count`` processes that do tasks of ``plan``."""
        self._count = count
        self._plan = plan
        self._pool = _Pool(count, plan)
        super().__init__(self._pool, work, room=count + 1)

    def begin(self, source: PackageSource, ledger: Ledger) -> Future[Outcome]:
        """Have a package worked on."""
        try:
            return super().begin(source, ledger)
        except BrokenExecutor:
            self._pool.shutdown()
            self._executor = self._pool = _Pool(self._count, self._plan)
            return super().begin(source, ledger)

    def again(self, source: PackageSource, ledger: Ledger, error: BaseException) -> Outcome:
        """After a process died, work on a package once more, in a process that does nothing else."""
        if not isinstance(error, BrokenExecutor):
            return super().again(source, ledger, error)
        self._pool.shutdown()
        broken, self._pool = self._pool, _Pool(1, self._plan)
        try:
            return self._pool.submit(work, task_for(source, ledger)).result()
        except BrokenExecutor:
            self._pool.shutdown()
            died = RuntimeError(f"the process that worked on it died{self._pool.cause()}")
            return super().again(source, ledger, died)
        except BaseException:
            self._pool.kill()
            raise
        finally:
            self._pool.shutdown(wait=False)
            self._pool = broken

    def close(self) -> None:
        """See the processes end, which have nothing to do any more."""
        self._pool.shutdown()

    def kill(self) -> None:
        """End the processes, whatever they are doing."""
        self._pool.kill()


class _Pool(ProcessPoolExecutor):
    """Processes that can be made to end at once."""

    def __init__(self, count: int, plan: Plan) -> None:
        context = multiprocessing.get_context("fork" if can_fork() else "spawn")
        super().__init__(count, context, _begin, (plan,))
        before = {*multiprocessing.active_children()}
        gc.freeze()  # what the children never collect, they never copy
        with _interrupts_held():
            for _ in range(count):
                self.submit(_nothing)
        self._children = {*multiprocessing.active_children()} - before

    def kill(self) -> None:
        for child in self._children:
            child.kill()
        for child in self._children:
            child.join()
        self.shutdown(wait=False, cancel_futures=True)  # it may wait for ever for the rest of a result

    def cause(self) -> str:
        """By which signal or with which code its process ended, where that is known."""
        codes = sorted({child.exitcode for child in self._children if child.exitcode})
        return f" ({', '.join(map(_cause, codes))})" if codes else ""


def work(task: Task) -> Outcome:
    """Do ``task``, in a worker."""
    return _analysts[0].run(task)


def _nothing() -> None:
    """What a pool is given for its processes to start."""


def _begin(plan: Plan) -> None:
    """A worker's first step."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    _analysts[:] = [plan.analyst]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C for later, so that a process which is just being started doesn't die of it with a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _cause(code: int) -> str:
    try:
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
    except ValueError:
        return f"signal {-code}"

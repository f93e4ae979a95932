"""Who does the tasks of a run: this process alone, or others through an executor.

A task may be done anywhere: what it needs of other packages' facts goes with it, and what is missing is worked out
where it is done. So it makes no difference to the outcome who does it, in which order, and what that one did before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pubcheck.engine.crashes import crash
from pubcheck.engine.task import Outcome, Task

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor, Future

    from pubcheck.engine.ledger import Ledger
    from pubcheck.engine.plan import Plan
    from pubcheck.model.project import PackageSource

_NO_WORD = bytes(byte if chr(byte).isalnum() or byte == ord("_") or byte > 0x7F else 0x20 for byte in range(0x100))


class Crew(Protocol):
    """Takes packages and promises their outcomes."""

    @property
    def room(self) -> int:
        """How many packages it is good to have given it at once."""

    def begin(self, source: PackageSource, ledger: Ledger) -> Future[Outcome]:
        """Have a package worked on, once all below it are in the ledger."""

    def again(self, source: PackageSource, ledger: Ledger, error: BaseException) -> Outcome:
        """What becomes of a package whose future failed with ``error``."""

    def close(self) -> None:
        """Nothing more is to come."""

    def kill(self) -> None:
        """Give up what is under way, at once."""


class Alone:
    """This process, which does one task after the other."""

    room = 1

    def __init__(self, plan: Plan) -> None:
        """Do tasks of ``plan``."""
        self._plan = plan
        self._taught: set[str] = set()

    def begin(self, source: PackageSource, ledger: Ledger) -> Future[Outcome]:
        """Work on a package at once, with the facts of those below that were recalled."""
        below = {other.import_path for other in self._plan.frontend.graph.below[source]} - self._taught
        facts = {path: known for path in sorted(below) if (known := ledger.facts(path))}
        self._taught.update(facts, (source.import_path,))
        from concurrent.futures import Future  # noqa: PLC0415 where all is known nothing is promised

        future: Future[Outcome] = Future()
        questions = tuple(ledger.questions(source))
        future.set_result(self._plan.analyst.run(Task(source.import_path, facts, questions, exports=ledger.keeps)))
        return future

    def again(self, source: PackageSource, _ledger: Ledger, error: BaseException) -> Outcome:
        """The analyst keeps failures to itself, so this is for whoever has to mend it."""
        raise RuntimeError(source.import_path) from error

    def close(self) -> None:
        """Nobody else has to know."""

    def kill(self) -> None:
        """Nothing is under way."""


class Others:
    """Whoever is behind an executor, which is its owner's to end."""

    def __init__(self, executor: Executor, work: Callable[..., Outcome], *given: Any, room: int) -> None:
        """Submit ``work`` to ``executor``, with what is ``given`` before each task."""
        self.room = room
        self._executor = executor
        self._work = work
        self._given = given

    def begin(self, source: PackageSource, ledger: Ledger) -> Future[Outcome]:
        """Have a package worked on."""
        return self._executor.submit(self._work, *self._given, task_for(source, ledger))

    def again(self, source: PackageSource, _ledger: Ledger, error: BaseException) -> Outcome:
        """Give the package up."""
        return Outcome(source.import_path, crashes=(crash(source, "the work", error),))

    def close(self) -> None:
        """Nothing is left under way."""

    def kill(self) -> None:
        """What is under way goes on, and nobody waits for it."""


def task_for(source: PackageSource, ledger: Ledger) -> Task:
    """The task for somebody who may know nothing, with those facts that the package may ask for.

    These are the facts of functions that it names, of packages that it imports. What is asked beyond that, such as of a
    function that only others name, is too rare to send everything for it.
    """
    imports = {*source.imports, *source.test_imports}
    if source.tested is not None:
        imports.add(source.tested.import_path)
    words = _words(source)
    needed = {}
    for path in sorted(imports):
        facts = {name: data for name, data in ledger.facts(path).items() if _base(name) in words}
        if facts:
            needed[path] = facts
    return Task(source.import_path, needed, tuple(ledger.questions(source)))


def _words(source: PackageSource) -> frozenset[bytes]:
    words: set[bytes] = set()
    for file in source.files:
        words.update(file.source.data.translate(_NO_WORD).split())
    return frozenset(words)


def _base(full_name: str) -> bytes:
    """The last word of a function's name."""
    return full_name.rpartition(".")[2].encode()

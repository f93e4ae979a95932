"""What is known about a package: its functions' facts, grouped by what they touch."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pubcheck.analysis.ambient import ambient_locks
from pubcheck.analysis.by_key import asked_by_key
from pubcheck.analysis.callgraph import CallGraph
from pubcheck.analysis.goroutines import ByName, Goroutines, LocalRace, in_order, local_races
from pubcheck.analysis.lasting import LastingFields
from pubcheck.analysis.located import Section, Site, located, sections
from pubcheck.analysis.parallel import NOBODY_KNOWN, Threads
from pubcheck.analysis.portions import Portion, by_portion
from pubcheck.analysis.relevance import is_test
from pubcheck.analysis.remembering import asked
from pubcheck.analysis.runners import running
from pubcheck.analysis.sharing import Sharing
from pubcheck.analysis.standing import StandingFunctions
from pubcheck.knowledge import Knowledge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pubcheck.analysis.ambient import Ambient
    from pubcheck.analysis.callgraph import Edge, Launch
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.parallel import Thread
    from pubcheck.analysis.standing import Imported
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location
    from pubcheck.model.package import Package

T = TypeVar("T")


class PackageFacts(StandingFunctions):
    """The facts of one package, found when they are asked for."""

    def around(self, path: str, pos: int, end: int) -> Iterator[FunctionFacts]:
        """The functions and literals of the file ``path`` that two offsets lie in, as far as they could matter."""
        functions = self.test_functions if is_test(path) else self.functions
        return (one for one in functions if one.path == path and one.pos <= pos and end <= one.end)

    @asked
    def by_name(self) -> dict[str, FunctionFacts]:
        """The functions by their names and full names."""
        return _named(self.functions)

    @asked
    def _declared_by_name(self) -> dict[str, FunctionFacts]:
        return _named(each for each in self.functions if not each.enclosing)

    def function(self, name: str) -> FunctionFacts | None:
        """The function of that name: ``(*Cache).Get``, ``(*Cache).Get.func1``, or a full name."""
        if not self.kept:
            return self.by_name.get(name)
        # Literals come and go with edits: who asks for one needn't know of others.
        around, literal, _ = name.partition(".func")
        declared = self._declared_by_name.get(around)
        if not literal or declared is None:
            return declared if not literal else self.by_name.get(name)
        portion = self.portion_of(declared)
        literals = self.answer(("literals by name", portion.key), partial(_literals_by_name, portion))
        return literals.get(name)

    @asked_by_key
    def locations(self) -> Mapping[Location, tuple[Site, ...]]:
        """Accesses by what they touch (see ``located``)."""
        return located(self)

    @asked
    def threads(self) -> Threads:
        """Which goroutines run which functions, tests apart, and what overlaps."""
        return Threads(self.graph, self.running, program=self.package.name == "main")

    @asked
    def graph(self) -> CallGraph:
        """Who calls and who starts whom, tests apart."""
        return CallGraph(self)

    @asked_by_key
    def running(self) -> Mapping[str, frozenset[Thread]]:
        """The threads that may run each function, by its name."""
        return running(self)

    def threads_of(self, function: FunctionFacts) -> frozenset[Thread]:
        """As ``Threads.of``."""
        return self.running.get(function.name, NOBODY_KNOWN)

    @asked_by_key
    def calls(self) -> Mapping[str, list[Edge]]:
        """``CallGraph.calls``."""
        return self.graph.calls

    @asked_by_key
    def called(self) -> Mapping[str, list[Edge]]:
        """``CallGraph.called``."""
        return self.graph.called

    @asked_by_key
    def launches(self) -> Mapping[str, list[Launch]]:
        """``CallGraph.launches``."""
        return self.graph.launches

    @asked
    def unseen(self) -> frozenset[str]:
        """``CallGraph.unseen``."""
        return frozenset(self.graph.unseen)

    @asked
    def sharing(self) -> Sharing:
        """Which objects the goroutines of ``threads`` have in common."""
        return Sharing(self.threads, LastingFields(self))

    def goroutines(self, portion: Portion) -> Goroutines:
        """The goroutines that the functions of ``portion`` and their literals start."""
        return self.answer(("goroutines", portion.key), partial(self._goroutines, portion))

    def _goroutines(self, portion: Portion) -> Goroutines:
        return Goroutines(portion.functions, self.summary_of, self._lookup if self.kept else None)

    def _lookup(self, name: str, user: FunctionFacts) -> FunctionFacts | None:
        """As ``ByName.lookup`` among all functions; who asks has asked for the names that it may mean alone."""
        return self._declared.get(name) or self._literals(user).get((user.path, name))

    @asked
    def _declared(self) -> dict[str, FunctionFacts]:
        return ByName(self.functions).declared

    def _literals(self, user: FunctionFacts) -> dict[tuple[str, str], FunctionFacts]:
        portion = self.portion_of(user)
        return self.answer(("literals", portion.key), lambda: ByName(portion.functions).literals)

    @asked
    def local_races(self) -> tuple[LocalRace, ...]:
        """Races on variables that functions share with the goroutines that they start, the package's tests aside."""
        return in_order(_local_races(self))

    @asked_by_key
    def ambient(self) -> Mapping[str, Ambient]:
        """What is held around each function by those who call it, by its name."""
        return ambient_locks(self.graph)

    @asked_by_key
    def uses(self) -> Mapping[Location, list[Use]]:
        """The accesses that tell what guards the package's own variables and fields, and who lacks the guard."""
        from pubcheck.analysis.uses import gather  # noqa: PLC0415 it asks this class

        return gather(self)

    @asked_by_key
    def guards(self) -> Mapping[Location, Guard]:
        """The locks that guard the package's own variables and fields, declared or inferred."""
        from pubcheck.analysis.guards import infer  # noqa: PLC0415 it asks this class

        return infer(self)

    @asked
    def polled(self) -> Mapping[Location, tuple[Location, ...]]:
        """What the package shares with others of its module, with the locks beside it (see ``polling``)."""
        from pubcheck.analysis.polling import polled  # noqa: PLC0415 as above

        return polled(self)

    def sections(self, lock: Location) -> tuple[Section, ...]:
        """The critical sections of all locks at ``lock`` in this package, its tests' aside."""
        return tuple(sections(self.functions, lock))


@by_portion
def _local_races(package: PackageFacts, portion: Portion) -> Iterator[LocalRace]:
    yield from local_races(package.goroutines(portion))


def _named(functions: Iterable[FunctionFacts]) -> dict[str, FunctionFacts]:
    """``functions`` by name and full name; of those that have one, the first."""
    functions = tuple(functions)[::-1]
    return {each.name: each for each in functions} | {each.full_name: each for each in functions}


def _literals_by_name(portion: Portion) -> dict[str, FunctionFacts]:
    return _named(each for each in portion.functions if each.enclosing)


def analyse(
    package: Package,
    imports: Mapping[str, Imported],
    blocking: tuple[str, ...] = (),
    checkpoint: Callable[[], None] = lambda: None,
    *,
    kept: bool = False,
) -> PackageFacts:
    """The facts of ``package``.

    Args:
        package: the package.
        imports: facts of packages that it imports, by import path; one that isn't there is unknown.
        blocking: patterns of functions that wait, beside those that are known (see ``knowledge.Knowledge``).
        checkpoint: called now and then while functions are analysed; what it raises ends the analysis.
        kept: whether ``PackageFacts.renewed`` will be asked for, which takes more memory.

    Returns:
        Facts that are found when they are asked for; this never raises for bad source. A function whose analysis
        fails is one of the ``problems``.
    """
    return PackageFacts(package, imports, Knowledge(blocking), checkpoint, kept=kept)

"""What is known about a package: its functions' facts, grouped by what they touch."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from pubcheck.analysis.ambient import ambient_locks
from pubcheck.analysis.answers import Answers
from pubcheck.analysis.assembly import function_facts
from pubcheck.analysis.by_key import asked_by_key
from pubcheck.analysis.callgraph import CallGraph
from pubcheck.analysis.goroutines import ByName, Goroutines, LocalRace, in_order, local_races
from pubcheck.analysis.keeping import KeptFunctions
from pubcheck.analysis.lasting import LastingFields
from pubcheck.analysis.located import Section, Site, located, sections
from pubcheck.analysis.parallel import NOBODY_KNOWN, Threads
from pubcheck.analysis.portions import Portion, by_portion
from pubcheck.analysis.relevance import bodies, is_test, relevant
from pubcheck.analysis.remembering import asked
from pubcheck.analysis.runners import running
from pubcheck.analysis.sharing import Sharing
from pubcheck.analysis.solver import InternalProblem, Solver
from pubcheck.knowledge import Knowledge
from pubcheck.model.symbols import is_exported
from pubcheck.source import READERS, Marks
from pubcheck.source.readers import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pubcheck.analysis.ambient import Ambient
    from pubcheck.analysis.callgraph import Edge, Launch, Resolver
    from pubcheck.analysis.frame import Frame
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.parallel import Thread
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location, Summary
    from pubcheck.flow import ir
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func

T = TypeVar("T")


class Imported(Protocol):
    """What is asked of a package that another one imports."""

    @property
    def package(self) -> Package:
        """The package."""

    def summary_of(self, func: Func) -> Summary:
        """What callers know about a function of the package."""


class PackageFacts:
    """The facts of one package, found when they are asked for.

    Attributes:
        package: the package, for questions about types and declarations.
        path: its import path.
        kept: whether its functions will be edited; see ``renewed``.
        told: what was found in single functions' texts, which outlives edits of others.
    """

    def __init__(
        self,
        package: Package,
        imports: Mapping[str, Imported],
        knowledge: Knowledge | None = None,
        checkpoint: Callable[[], None] = lambda: None,
        *,
        kept: bool = False,
    ) -> None:
        """Prepare to analyse ``package``; see ``analyse``."""
        self.package = package
        self.path = package.path
        self.kept = kept
        self._imports = imports
        self._solver = Solver(package, knowledge or Knowledge(), partial(_foreign, imports), checkpoint)
        self._lowered: dict[Func, ir.Function | None] = {}
        self.told: dict[object, Any] = {}
        self._answers = Answers()
        self._marks = Marks()
        self._tests: dict[str, FunctionFacts] = {}
        self._before: dict[Frame, FunctionFacts] = {}
        self._functions = KeptFunctions(package) if kept else None
        self._edited: set[Func] = set()
        self._renewed = False
        self._moved = False
        self._analysed = 0

    def answer(self, about: object, find: Callable[[], T], *, reads: bool = True) -> T:
        """What ``find`` gives, found once; while the package is edited, again when it matters (see ``answers``)."""
        if not self.kept:
            if about not in self.told:
                self.told[about] = find()
            return cast("T", self.told[about])
        self._settle()
        return self._answers.ask(about, find, reads=reads)

    def renewed(self, changed: Iterable[Func], readers: int) -> None:
        """Nothing has changed but the bodies of ``changed``, of whose text ``readers`` have read.

        Nothing else may have moved (see ``source.Elastic``), in this package or in those that it imports, and these
        facts must have been ``kept``.
        """
        changed = tuple(changed)
        analysed, summaries = self._solver.renew(changed)
        for func in changed:
            self._lowered.pop(func, None)
            readers |= self._marks.of(("lowered", func))
        for func in summaries:
            readers |= self._marks.of(("summary", func))
        if summaries:
            readers |= self._marks.of("summaries")
        if self._solver.unseen_calls_changed():
            readers |= self._marks.of("unseen")
        self._edited.update(changed)
        self._renewed = True
        self._moved |= analysed
        self._forget_found_by(readers | self._marks.of("tests"))

    def _settle(self) -> None:
        """Have all functions say what they say since the last edit, and forget what others made of what they said."""
        functions = self._functions
        if functions is None or not functions.known or not self._renewed:
            return
        self._renewed = False
        try:
            with READERS.nobody():
                readers = self._taken(functions) if self._is_moved else functions.tell_again(self._edited)
        except BaseException:
            self._renewed = True
            self._answers.forget(ALL)
            raise
        self._edited.clear()
        self._moved = False
        self._forget_found_by(readers)

    @property
    def _is_moved(self) -> bool:
        """Whether a function may say something else, or others may be those that matter."""
        return self._moved or not self._answers.has("relevant")

    def _taken(self, functions: KeptFunctions) -> int:
        """Have ``functions`` say what they say now; to whom it makes a difference."""
        return functions.take(self._functions_that_matter(tests=False), self._edited)

    def _forget_found_by(self, readers: int) -> None:
        gone = self._answers.forget(readers)
        if gone:
            self._marks.wipe(gone)
            paths = {func.path for func in self._edited}
            for file in self.package.files:
                if file.source.path in paths:
                    file.source.wipe(gone)

    @property
    def functions(self) -> tuple[FunctionFacts, ...]:
        """The functions, methods and literals of the package that could matter, by file and position, without tests.

        Those are what ``relevance`` finds and what they call. In a package whose source mentions no lock, atomic,
        goroutine or channel there are none.
        """
        if self._functions is None:
            return self._found_functions
        return self._made(self._functions).all

    def _made(self, functions: KeptFunctions) -> KeptFunctions:
        """``functions`` as they are now."""
        self._settle()
        if not functions.known:
            with READERS.nobody():
                self._taken(functions)
            self._edited.clear()
            self._renewed = self._moved = False
        return functions

    @property
    def portions(self) -> tuple[Portion, ...]:
        """``functions`` in portions; all are one where nothing is going to change."""
        if self._functions is None:
            return (Portion(("", 0), self.functions),)
        return self._made(self._functions).portions.all

    def portion_of(self, function: FunctionFacts) -> Portion:
        """The portion that a function of the package is in, which is no test."""
        return self.portions[0] if self._functions is None else self._functions.portions.of(function)

    @asked
    def _found_functions(self) -> tuple[FunctionFacts, ...]:
        return self._functions_that_matter(tests=False)

    @asked
    def test_functions(self) -> tuple[FunctionFacts, ...]:
        """As ``functions``, of the package's tests alone: for questions about a place that lies in one."""
        self._marks.note("tests")
        return self._functions_that_matter(tests=True)

    def test_functions_where(self, holds: Callable[[bytes], bool]) -> tuple[FunctionFacts, ...]:
        """Those of ``test_functions`` whose source is as ``holds`` asks, their literals and what of tests they call.

        Tests are half of most packages: a question about a few of them is no reason to look at all.
        """
        self._marks.note("tests")
        wanted = [func for func, body in bodies(self.package, tests=True) if holds(body)]
        return self._facts_of(wanted, tests=True)

    def _functions_that_matter(self, *, tests: bool) -> tuple[FunctionFacts, ...]:
        if self.kept and not tests:
            wanted = self._answers.ask("relevant", lambda: relevant(self.package))
        else:
            wanted = relevant(self.package, tests=tests)
        return self._facts_of(wanted, tests=tests)

    def _facts_of(self, wanted: list[Func], *, tests: bool) -> tuple[FunctionFacts, ...]:
        if not wanted:
            return ()
        for func in wanted:
            self._solver.analysed(func)
        all_units = (*self._solver.units.values(), *self._solver.initialisers(tests=tests))
        units = [unit for unit in all_units if is_test(unit.path) is tests]
        if self.kept:
            reached = self._solver.below(wanted)
            units = [unit for unit in units if unit.func is None or unit.func in reached]
        found = dict(function_facts(self._solver, units, self._before))
        made = sorted(found.values(), key=lambda each: (each.path, each.pos))
        if self.kept and not tests:
            self._before = found
        if not self.kept and not tests:
            for unit in units:
                unit.frames = []  # of tests other ones may be asked for, whose callers these are
        return tuple(map(self._as_before, made) if self.kept and tests else made)

    def _as_before(self, test: FunctionFacts) -> FunctionFacts:
        """A test's facts as they were made before, with what they have found out since, where they hold."""
        old = self._tests.get(test.name)
        if old is not None and old.says_the_same(test):
            return old
        self._tests[test.name] = test
        return test

    @property
    def resolver(self) -> Resolver:
        """What knows what names and values mean."""
        return self._solver

    def called_elsewhere(self, function: ir.Function) -> bool:
        """Whether functions that nobody looked at call it."""
        self._marks.note("unseen")
        return self._solver.called_elsewhere(function)

    def lowered(self, func: Func) -> ir.Function | None:
        """The instructions of a function of this package, for questions about what stands there.

        Nothing is interpreted, and what it calls isn't looked at. None where it can't be lowered.
        """
        if not self.kept:
            return self._solver.lowered(func)
        self._marks.note(("lowered", func))
        if func not in self._lowered:
            self._lowered[func] = self._solver.lowered(func)
        return self._lowered[func]

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

    def summary(self, full_name: str) -> Summary | None:
        """What callers know about a function or method of this package, also where the package doesn't matter."""
        func = self._by_full_name.get(full_name)
        return None if func is None else self.summary_of(func)

    def summary_of(self, func: Func) -> Summary:
        """As ``summary``, by the symbol of a function of this package or of one that it imports."""
        if self.kept:
            self._marks.note(("summary", func))
        return self._solver.summary_of(func)

    @asked
    def _by_full_name(self) -> dict[str, Func]:
        return {self._solver.full_name(func): func for func in self.package.functions}

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

    @property
    def problems(self) -> tuple[InternalProblem, ...]:
        """Functions whose analysis failed so far."""
        return tuple(self._solver.problems)

    def release(self) -> None:
        """Let go of what only this package's own rules need; summaries stay for its importers."""
        for name, value in vars(PackageFacts).items():
            if isinstance(value, asked | asked_by_key):
                self.__dict__.pop(name, None)
        self.told.clear()
        self._solver.release()

    def exported(self, encode: Callable[[], T]) -> T:
        """What ``encode`` makes of all that importers may ask about; the more was analysed, the more that is."""
        if self._analysed != self._solver.analysed_functions:
            self._analysed = self._solver.analysed_functions
            self._forget_found_by(self._marks.of("summaries"))
        return self.answer("exported", encode)

    @property
    def known_summaries(self) -> Iterator[tuple[Func, Summary]]:
        """What importers may call and was analysed so far, in no particular order, each with its summary."""
        self._marks.note("summaries")
        return (one for one in self._solver.summaries() if is_exported(one[0].name))

    def export(self) -> dict[str, Summary]:
        """Summaries of all declared functions by full name, to be stored."""
        return {name: self.summary_of(func) for name, func in sorted(self._by_full_name.items())}


@by_portion
def _local_races(package: PackageFacts, portion: Portion) -> Iterator[LocalRace]:
    yield from local_races(package.goroutines(portion))


def _named(functions: Iterable[FunctionFacts]) -> dict[str, FunctionFacts]:
    """``functions`` by name and full name; of those that have one, the first."""
    functions = tuple(functions)[::-1]
    return {each.name: each for each in functions} | {each.full_name: each for each in functions}


def _literals_by_name(portion: Portion) -> dict[str, FunctionFacts]:
    return _named(each for each in portion.functions if each.enclosing)


def _foreign(imports: Mapping[str, Imported], func: Func) -> Summary | None:
    """What one of ``imports`` tells of its function."""
    facts = imports.get(func.package.path) if func.package is not None else None
    return facts.summary_of(func) if facts is not None and facts.package is func.package else None


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

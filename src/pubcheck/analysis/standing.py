"""The functions of a package as they stand, each by itself: the same after edits as if found anew."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from pubcheck.analysis.answers import Answers
from pubcheck.analysis.assembly import function_facts
from pubcheck.analysis.by_key import asked_by_key
from pubcheck.analysis.keeping import KeptFunctions
from pubcheck.analysis.portions import Portion
from pubcheck.analysis.relevance import bodies, is_test, relevant
from pubcheck.analysis.remembering import asked
from pubcheck.analysis.solver import Solver
from pubcheck.knowledge import Knowledge
from pubcheck.model.symbols import is_exported
from pubcheck.source import READERS, Marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pubcheck.analysis.callgraph import Resolver
    from pubcheck.analysis.frame import Frame
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.unit import InternalProblem
    from pubcheck.facts import Summary
    from pubcheck.flow import ir
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func
    from pubcheck.source.readers import Reader

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class Imported(Protocol):
    """What is asked of a package that another one imports."""

    @property
    def package(self) -> Package:
        """The package."""

    def summary_of(self, func: Func) -> Summary:
        """What callers know about a function of the package."""


class StandingFunctions:
    """The functions of one package, found when they are asked for and kept up with edits.

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

    def answer(self, about: object, find: Callable[[], T]) -> T:
        """What ``find`` gives, found once; while the package is edited, again when it matters (see ``answers``)."""
        if not self.kept:
            if about not in self.told:
                self.told[about] = find()
            return cast("T", self.told[about])
        self._settle()
        return self._answers.ask(about, find)

    def entry(self, about: object, find: Callable[[], Mapping[K, V]], key: K) -> V | None:
        """What the mapping that ``find`` gives has for ``key``, as for ``answer`` while the package is edited."""
        self._settle()
        return self._answers.entry(about, find, key)

    def renewed(self, changed: Iterable[Func], readers: set[Reader]) -> None:
        """Nothing has changed but the bodies of ``changed``, of whose text ``readers`` have read.

        Nothing else may have moved (see ``source.Elastic``), in this package or in those that it imports, and these
        facts must have been ``kept``.
        """
        changed = tuple(changed)
        analysed, summaries = self._solver.renew(changed)
        different: list[object] = ["tests"]
        for func in changed:
            self._lowered.pop(func, None)
            different.append(("lowered", func))
        different += (("summary", func) for func in summaries)
        if summaries:
            different.append("summaries")
        if self._solver.unseen_calls_changed():
            different.append("unseen")
        self._edited.update(changed)
        self._renewed = True
        self._moved |= analysed
        self._answers.forget(readers | self._marks.changed(*different))

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
            self._answers.forget_all()
            raise
        self._edited.clear()
        self._moved = False
        self._answers.forget(readers)

    @property
    def _is_moved(self) -> bool:
        """Whether a function may say something else, or others may be those that matter."""
        return self._moved or not self._answers.has("relevant")

    def _taken(self, functions: KeptFunctions) -> set[Reader]:
        """Have ``functions`` say what they say now; to whom it makes a difference."""
        return functions.take(self._functions_that_matter(tests=False), self._edited)

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

    @property
    def problems(self) -> tuple[InternalProblem, ...]:
        """Functions whose analysis failed so far."""
        return tuple(self._solver.problems)

    def release(self) -> None:
        """Let go of what only this package's own rules need; summaries stay for its importers."""
        for each in type(self).__mro__:
            for name, value in vars(each).items():
                if isinstance(value, asked | asked_by_key):
                    self.__dict__.pop(name, None)
        self.told.clear()
        self._solver.release()

    def exported(self, encode: Callable[[], T]) -> T:
        """What ``encode`` makes of all that importers may ask about; the more was analysed, the more that is."""
        if self._analysed != self._solver.analysed_functions:
            self._analysed = self._solver.analysed_functions
            self._answers.forget(self._marks.changed("summaries"))
        return self.answer("exported", encode)

    @property
    def known_summaries(self) -> Iterator[tuple[Func, Summary]]:
        """What importers may call and was analysed so far, in no particular order, each with its summary."""
        self._marks.note("summaries")
        return (one for one in self._solver.summaries() if is_exported(one[0].name))

    def export(self) -> dict[str, Summary]:
        """Summaries of all declared functions by full name, to be stored."""
        return {name: self.summary_of(func) for name, func in sorted(self._by_full_name.items())}


def _foreign(imports: Mapping[str, Imported], func: Func) -> Summary | None:
    """What one of ``imports`` tells of its function."""
    facts = imports.get(func.package.path) if func.package is not None else None
    return facts.summary_of(func) if facts is not None and facts.package is func.package else None

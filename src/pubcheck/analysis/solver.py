"""Bottom-up over the call graph: every function is interpreted once what it calls has been.

Functions are analysed when they are first asked for, with the strongly connected components of the call graph that
they lead to; those of other packages are asked of those packages' solvers.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from pubcheck.analysis.annotations import with_annotated_effects
from pubcheck.analysis.components import components
from pubcheck.analysis.conditions import Conditions
from pubcheck.analysis.contracts import declared_contract
from pubcheck.analysis.interpret import interpret
from pubcheck.analysis.methods import Methods, mutex_effects
from pubcheck.analysis.mutexes import whole_mutex
from pubcheck.analysis.relevance import bodies, is_test
from pubcheck.analysis.summaries import summarise
from pubcheck.analysis.survey import Survey
from pubcheck.analysis.unit import InternalProblem, Unit
from pubcheck.facts import NO_CONTRACT, Contract, Summary
from pubcheck.flow import ir, lower, lower_initialisers
from pubcheck.flow.sameness import same
from pubcheck.source import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pubcheck.facts import AccessPath
    from pubcheck.knowledge import Effect, Knowledge
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func, TypeName
    from pubcheck.model.types import Type

MAX_ROUNDS = 4
"""How often mutually recursive functions are analysed."""
SMALL = 12
"""Of more functions than this, a third look at all of them costs more than it tells."""


_CALLED = re.compile(rb"\b(\w++)\(")


class Solver:
    """The functions of one package; a ``frame.World`` for each of them."""

    def __init__(
        self,
        package: Package,
        knowledge: Knowledge,
        foreign: Callable[[Func], Summary | None],
        checkpoint: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare for ``package``.

        Args:
            package: the package.
            knowledge: what libraries do.
            foreign: gives the summaries of other packages' functions.
            checkpoint: called now and then; what it raises ends the analysis.
        """
        self.package = package
        self.problems: list[InternalProblem] = []
        self.units: dict[Func, Unit] = {}
        self._knowledge = knowledge
        self._foreign = foreign
        self._finished: set[Func] = set()
        self._surveys: dict[int, Survey] = {}
        self._closures: dict[int, Summary] = {}
        self._names: dict[Func, str] = {}
        self._effects: dict[Func, tuple[Effect, ...]] = {}
        self._owners: dict[TypeName, str] = {}
        self._initialisers: dict[bool, list[Unit]] = {}
        self._methods = Methods(package)
        self._conditions = Conditions(package)
        self._checkpoint = checkpoint
        self._reached: tuple[Sequence[Func], set[Func]] | None = None

    def full_name(self, func: Func) -> str:
        """``Func.full_name``, made once."""
        name = self._names.get(func)
        if name is None:
            name = self._names[func] = func.full_name
        return name

    def owner(self, type_name: TypeName | None) -> str | None:
        """A declared type as the steps of access paths name it."""
        if type_name is None:
            return None
        name = self._owners.get(type_name)
        if name is None:
            name = self._owners[type_name] = type_name.full_name
        return name

    def survey(self, function: ir.Function) -> Survey:
        """A look over a function or literal, made once."""
        known = self._surveys.get(id(function))
        if known is None:
            known = self._surveys[id(function)] = Survey(function)
        return known

    def effects(self, full_name: str) -> tuple[Effect, ...]:
        """What is known about a library function."""
        return self._knowledge.effects(full_name)

    def closure_summary(self, closure: ir.Function) -> Summary | None:
        """What is known about a literal of this package."""
        return self._closures.get(id(closure))

    def canonical_lock(self, path: AccessPath) -> AccessPath:
        """The mutex that ``path`` is another name of: what a condition variable was made with, what embeds it."""
        return whole_mutex(self._conditions.mutex_of(path), self.package)

    def implementations(self, func: Func, interface: Type) -> tuple[Func, ...]:
        """The methods that a call through an interface may mean, if they are few."""
        return self._methods.implementations(func, interface)

    def all_implementations(self, func: Func, interface: Type) -> tuple[Func, ...]:
        """The methods that a call through an interface may run, if all are known."""
        return self._methods.all_implementations(func, interface)

    def known_effects(self, func: Func) -> tuple[Effect, ...]:
        """What is known about a function by its name, or that of what it stands for."""
        known = self._effects.get(func)
        if known is None:
            known = self._effects[func] = self.effects(self.full_name(func)) or self.effects(mutex_effects(func))
        return known

    def declares(self, func: Func) -> bool:
        """Whether a function is of this package."""
        return func.package is self.package

    def summary_of(self, func: Func) -> Summary:
        """As ``summary``, by the function's symbol, in whichever package it is."""
        if func.package is not self.package:
            return self._foreign(func) or Summary(self.full_name(func), known=False)
        unit = self.analysed(func)
        return unit.summary if unit.summary is not None else Summary(self.full_name(func))

    def contract_of(self, unit: Unit) -> Contract:
        """What a function's name, comment or annotations say that it relies on."""
        if unit.contract is None:
            func = unit.func
            unit.contract = (
                declared_contract(func, self.package.file_of(func.decl).source, self.package)
                if func is not None and func.decl is not None
                else NO_CONTRACT
            )
        return unit.contract

    def called_elsewhere(self, function: ir.Function) -> bool:
        """Whether the package's source, tests apart, calls a declared function where nobody looked."""
        return function.func is not None and function.func.name.encode() in self._called_unseen

    @cached_property
    def _called_unseen(self) -> set[bytes]:
        """Names that are called in functions which nobody asked for, tests apart."""
        found: set[bytes] = set()
        with READERS.nobody():
            for func, body in bodies(self.package):
                if func not in self.units:
                    found.update(_CALLED.findall(body, body.find(b"{")))
        return found

    def release(self) -> None:
        """Let go of everything but summaries."""
        for unit in self.units.values():
            unit.frames = []
            if unit.func in self._finished:
                unit.root = None
        self._surveys.clear()
        self._closures.clear()
        self._initialisers.clear()

    def renew(self, changed: Iterable[Func]) -> tuple[bool, set[Func]]:
        """The bodies of ``changed`` have another text: analyse them, and callers where it makes a difference.

        Returns:
            Whether any was analysed anew, and the functions of which callers know something else now.
        """
        changed = list(changed)
        known = {func: unit.summary for func, unit in self.units.items()}
        for func in list(changed):
            fresh = Unit(self.full_name(func), func, self._lower(func))
            unit = self.units.get(func)
            if unit is not None and same(unit.root, fresh.root):
                changed.remove(func)
            else:
                self._drop(func)
                self.units[func] = fresh
        if not changed:
            return False, set()
        self._conditions = Conditions(self.package)
        self._reached = None
        different: set[Func] = set()
        self._renew(changed, known, different)
        if different:
            self._renew([*self.units], known, different)
        for unit in chain.from_iterable(self._initialisers.values()):
            if not different.isdisjoint(self._callees_of(unit)):
                unit.summary = None
        return True, different

    def _renew(self, roots: list[Func], known: Mapping[Func, Summary | None], different: set[Func]) -> None:
        """Analyse what isn't finished below ``roots``, and who calls what is ``different`` from what was ``known``."""
        for component in self._bottom_up(roots):
            if not self._finished.issuperset(component) or any(
                not different.isdisjoint(self._all_callees(func)) for func in component
            ):
                self._finished.difference_update(component)
                self._forget_problems(component)
                for func in component:
                    self.units[func].summary = self.units[func].contract = None
                self._analyse(self._in_order(component))
                different.update(func for func in component if self.units[func].summary != known.get(func))

    def unseen_calls_changed(self) -> bool:
        """Whether ``called_elsewhere`` has other answers than when it was asked last, after an edit."""
        before = self.__dict__.pop("_called_unseen", None)
        return before is not None and self._called_unseen != before

    def _drop(self, func: Func) -> None:
        """Forget a function and its literals."""
        unit = self.units.pop(func, None)
        self._finished.discard(func)
        for function in list(self._within(unit.root if unit is not None else None)):
            self._surveys.pop(id(function), None)
            self._closures.pop(id(function), None)

    def _bottom_up(self, roots: list[Func]) -> Iterator[list[Func]]:
        """The components of the call graph below ``roots``, whether they are finished or not."""
        placed: set[Func] = set()
        for root in roots:
            if root not in placed:
                found = components(root, lambda func: [each for each in self._all_callees(func) if each not in placed])
                for component in found:
                    placed.update(component)
                    yield component

    def _forget_problems(self, component: list[Func]) -> None:
        names = {self.full_name(func) for func in component} | {
            root.name for func in component if (root := self.units[func].root) is not None
        }
        self.problems = [problem for problem in self.problems if problem.function not in names]

    def below(self, roots: Sequence[Func]) -> set[Func]:
        """``roots`` and what of this package they lead to."""
        if self._reached is None or self._reached[0] != roots:
            reached, work = set(roots), [*roots]
            while work:
                for callee in self._all_callees(work.pop()):
                    if callee not in reached:
                        reached.add(callee)
                        work.append(callee)
            self._reached = roots, reached
        return self._reached[1]

    @property
    def analysed_functions(self) -> int:
        """How many are analysed."""
        return len(self._finished)

    def summaries(self) -> Iterator[tuple[Func, Summary]]:
        """The functions that are analysed, each with its summary."""
        for func in self._finished:
            summary = self.units[func].summary
            if summary is not None:
                yield func, summary

    # --- bottom-up over the call graph

    def analysed(self, func: Func) -> Unit:
        """``func`` with all that is known about it, itself and what it calls analysed."""
        unit = self.units.get(func)
        if unit is None:
            try:
                for component in components(func, self._callees):
                    self._checkpoint()
                    self._analyse(self._in_order(component))
            except BaseException:
                for begun in self.units.keys() - self._finished:
                    self._drop(begun)
                raise
            unit = self.units[func]
        return unit

    def _in_order(self, component: list[Func]) -> list[Func]:
        """One order for functions that call each other, whichever of them was asked for.

        What comes out of a few rounds may depend on the order, and must not depend on who asked.
        """
        if len(component) == 1:
            return component
        members = set(component)
        first = min(component, key=lambda func: (func.path, func.pos))
        return next(components(first, lambda func: [each for each in self._callees(func) if each in members]))

    def _callees(self, func: Func) -> list[Func]:
        """Those of ``_all_callees`` that aren't finished."""
        return [each for each in self._all_callees(func) if each not in self._finished]

    def _all_callees(self, func: Func) -> list[Func]:
        """Functions of this package that ``func``, which is lowered by this, or a literal in it calls."""
        unit = self._unit(func)
        if unit.callees is None:
            unit.callees = self._callees_of(unit)
        return unit.callees

    def _callees_of(self, unit: Unit) -> list[Func]:
        found: dict[Func, None] = {}
        for function in self._within(unit.root):
            survey = self.survey(function)
            for callee in survey.callees:
                if type(callee) is ir.StaticCallee:
                    found[callee.func] = None
                elif type(callee) is ir.InterfaceCallee:
                    found.update(dict.fromkeys(self.implementations(callee.func, callee.interface)))
            found.update(dict.fromkeys(survey.values))
        return [each for each in found if each.package is self.package]

    def _unit(self, func: Func) -> Unit:
        unit = self.units.get(func)
        if unit is None:
            unit = self.units[func] = Unit(self.full_name(func), func, self._lower(func))
        return unit

    def lowered(self, func: Func) -> ir.Function | None:
        """The instructions of ``func``, with nothing known about what they do; None where it can't be lowered."""
        unit = self.units.get(func)
        return unit.root if unit is not None and unit.root is not None else self._lower(func)

    def _lower(self, func: Func) -> ir.Function | None:
        try:
            return lower(func, self.package)
        except Exception as error:  # noqa: BLE001 one function's failure must not end the package
            self._fail(self.full_name(func), func.path, error)
            return None

    def _fail(self, function: str, path: str, error: Exception) -> None:
        self.problems.append(InternalProblem(function, path, f"{type(error).__name__}: {error}"))

    def _analyse(self, component: list[Func]) -> None:
        """Analyse functions that call each other until nothing new comes out."""
        units = [self.units[func] for func in component]
        if len(component) > 1 or component[0] in self._callees(component[0]):
            self._repeat(units, MAX_ROUNDS if len(component) <= SMALL else 2)
        else:
            self._analyse_unit(units[0])
        self._finished.update(component)

    def _repeat(self, units: list[Unit], rounds: int) -> None:
        """Analyse each unit of a component in each round that finds what it calls changed since its last turn."""
        inner = {unit: [self.units[func] for func in self._callees(unit.func)] for unit in units if unit.func}
        changed: dict[Unit, int] = {}
        turn = 0
        looked: dict[Unit, int] = {}
        for _ in range(rounds):
            for unit in units:
                if unit in looked and all(changed.get(callee, 0) < looked[unit] for callee in inner[unit]):
                    continue
                turn += 1
                looked[unit] = turn
                before = unit.summary
                self._analyse_unit(unit)
                if unit.summary != before:
                    changed[unit] = turn

    def _analyse_unit(self, unit: Unit) -> None:
        unit.frames = []
        if unit.root is None:
            unit.summary = Summary(unit.name, known=False)
            return
        try:
            summary = self._interpret(unit, unit.root, unit.name, "")
            unit.summary = with_annotated_effects(summary, self.contract_of(unit), unit.root)
        except Exception as error:  # noqa: BLE001 one function's failure must not end the package
            self._fail(unit.root.name, unit.root.path, error)
            unit.frames = []
            unit.summary = Summary(unit.name, known=False)

    def _interpret(self, unit: Unit, function: ir.Function, name: str, around: str) -> Summary:
        for literal in self.survey(function).literals:
            self._closures[id(literal)] = self._interpret(unit, literal, literal.name, function.name)
        frame = interpret(function, self)
        unit.frames.append((frame, around))
        summary = summarise(frame, name)
        frame.finish()
        return summary

    def initialisers(self, *, tests: bool) -> list[Unit]:
        """What initialises package variables, of tests or of the rest, a unit for each file that has any."""
        known = self._initialisers.get(tests)
        if known is None:
            known = self._initialisers[tests] = [
                Unit(f"{self.package.path}.{function.name}", None, function)
                for function in lower_initialisers(self.package, lambda path: is_test(path) is tests)
            ]
        for unit in known:
            if unit.summary is None:
                self._analyse_unit(unit)
        return known

    def _within(self, function: ir.Function | None) -> Iterator[ir.Function]:
        if function is not None:
            yield function
            for literal in self.survey(function).literals:
                yield from self._within(literal)

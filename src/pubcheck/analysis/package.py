"""What is known about a package: its functions' facts, grouped by what they touch.

Functions are analysed bottom-up over the strongly connected components of the call graph, each when it is first asked
for: by a rule, which asks for all of a package that matters, or by a caller in another package, which asks for one
and what that calls.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.analysis.components import components
from pubcheck.analysis.contracts import declared_contract, entry_locks
from pubcheck.analysis.frame import Frame, literals
from pubcheck.analysis.function import Events, FunctionFacts
from pubcheck.analysis.interpret import interpret
from pubcheck.analysis.methods import Methods
from pubcheck.analysis.summaries import summarise
from pubcheck.facts import NO_CONTRACT, Access, Contract, LockAction, Start, Summary
from pubcheck.flow import ir, lower, lower_initialisers
from pubcheck.knowledge import Knowledge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis.frame import Invocation
    from pubcheck.facts import Blocking, Location, LockEvent, LockSet
    from pubcheck.knowledge import Effect
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func, TypeName
    from pubcheck.model.types import Type

CONCURRENT = re.compile(rb"sync|atomic|\bgo\s+[\w(]|\bchan\b|<-")
"""What a package's source mentions somewhere if anything in it can matter."""

MAX_ROUNDS = 4
"""How often mutually recursive functions are analysed, and how far locks on entry are followed down."""


class InternalProblem(msgspec.Struct, frozen=True, gc=False):
    """The analysis of one function failed; the run goes on without it. ``error`` is the exception's text."""

    function: str
    path: str
    error: str


class Site(NamedTuple):
    """An access and the function that it is in."""

    function: FunctionFacts
    access: Access

    @property
    def protection(self) -> LockSet:
        """Locks that are certainly held there, by contract with the callers too."""
        return self.function.protection(self.access)


class Section(NamedTuple):
    """A critical section: a lock is acquired at ``acquire`` in ``function``, and ``blocking`` happens under it."""

    function: FunctionFacts
    acquire: LockEvent
    blocking: tuple[Blocking, ...]


class _Unit:
    """A declared function (or a file's initialisers) with the literals in it."""

    __slots__ = ("frames", "func", "name", "root", "summary")

    def __init__(self, name: str, func: Func | None, root: ir.Function | None) -> None:
        self.name = name
        self.func = func
        self.root = root
        self.frames: list[tuple[Frame, str]] = []  # each with the name of the function around it
        self.summary: Summary | None = None


class PackageFacts:
    """The facts of one package, found when they are asked for.

    Attributes:
        package: the package, for questions about types and declarations.
        path: its import path.
    """

    def __init__(
        self, package: Package, imports: Mapping[str, PackageFacts], knowledge: Knowledge | None = None
    ) -> None:
        """Prepare to analyse ``package``; ``imports`` holds the facts of those that it imports, by path."""
        self.package = package
        self.path = package.path
        self._imports = imports
        self._knowledge = knowledge or Knowledge()
        self._units: dict[Func, _Unit] = {}
        self._closures: dict[int, Summary] = {}
        self._names: dict[Func, str] = {}
        self._owners: dict[TypeName, str] = {}
        self._methods = Methods(package)
        self._problems: list[InternalProblem] = []

    # --- for rules

    @cached_property
    def functions(self) -> tuple[FunctionFacts, ...]:
        """Every function, method and literal of the package, by file and position.

        In a package whose source mentions no lock, atomic, goroutine or channel there are none.
        """
        if not self.matters:
            return ()
        units = [self._analysed(func) for func in self.package.functions]
        units += self._initialisers
        made = self._facts(units)
        return tuple(sorted(made, key=lambda each: (each.ir.path, each.ir.pos)))

    @cached_property
    def matters(self) -> bool:
        """Whether anything in the package can run at the same time as something else."""
        return any(CONCURRENT.search(file.source.data) for file in self.package.files)

    @cached_property
    def _by_name(self) -> dict[str, FunctionFacts]:
        return {each.name: each for each in reversed(self.functions)} | {
            each.full_name: each for each in reversed(self.functions)
        }

    def function(self, name: str) -> FunctionFacts | None:
        """The function of that name: ``(*Cache).Get``, ``(*Cache).Get.func1``, or a full name."""
        return self._by_name.get(name)

    def summary(self, full_name: str) -> Summary | None:
        """What callers know about a function or method of this package, also where the package doesn't matter."""
        func = self._by_full_name.get(full_name)
        return None if func is None else self.summary_of(func)

    @cached_property
    def _by_full_name(self) -> dict[str, Func]:
        return {self.full_name(func): func for func in self.package.functions}

    @cached_property
    def locations(self) -> Mapping[Location, tuple[Site, ...]]:
        """Accesses by what they touch, plain and atomic, in order of position.

        Each access is there once: in the function that does it, not in its callers; only accesses that callees in
        *other* packages do through what they were given are those of the call.
        """
        own = {file.source.path for file in self.package.files}
        found: dict[Location, list[Site]] = {}
        for function in self.functions:
            for access in function.accesses:
                if access.origin is not None and access.origin.path in own:
                    continue
                location = access.location
                if location is not None:
                    found.setdefault(location, []).append(Site(function, access))
        return {location: tuple(found[location]) for location in sorted(found)}

    def sections(self, lock: Location) -> tuple[Section, ...]:
        """The critical sections of all locks at ``lock`` in this package."""
        found: list[Section] = []
        for function in self.functions:
            for event in function.locks:
                if event.action is LockAction.RELEASE or event.trace or event.lock.location != lock:
                    continue
                blocking = tuple(
                    each for each in function.blocking if any(held.path == event.lock.path for held in each.held.must)
                )
                found.append(Section(function, event, blocking))
        return tuple(found)

    @property
    def problems(self) -> tuple[InternalProblem, ...]:
        """Functions whose analysis failed so far."""
        return tuple(self._problems)

    def export(self) -> dict[str, Summary]:
        """Summaries of all declared functions by full name, to be stored."""
        return {name: self.summary_of(func) for name, func in sorted(self._by_full_name.items())}

    # --- what one function's interpretation asks (``frame.World``)

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
            package = type_name.package
            name = self._owners[type_name] = (
                f"{package.path}.{type_name.name}" if package is not None else type_name.name
            )
        return name

    def effects(self, full_name: str) -> tuple[Effect, ...]:
        """What is known about a library function."""
        return self._knowledge.effects(full_name)

    def closure_summary(self, closure: ir.Function) -> Summary | None:
        """What is known about a literal of this package."""
        return self._closures.get(id(closure))

    def implementations(self, func: Func, interface: Type) -> tuple[Func, ...]:
        """The methods that a call through an interface may mean, if they are few."""
        return self._methods.implementations(func, interface)

    def summary_of(self, func: Func) -> Summary:
        """As ``summary``, by the function's symbol, in whichever package it is."""
        if func.package is not self.package:
            facts = self._imports.get(func.package.path) if func.package is not None else None
            if facts is None or facts.package is not func.package:
                return Summary(self.full_name(func), known=False)
            return facts.summary_of(func)
        unit = self._analysed(func)
        return unit.summary if unit.summary is not None else Summary(self.full_name(func))

    # --- bottom-up over the call graph

    def _analysed(self, func: Func) -> _Unit:
        unit = self._units.get(func)
        if unit is None:
            for component in components(func, self._callees):
                self._analyse(component)
            unit = self._units[func]
        return unit

    def _callees(self, func: Func) -> list[Func]:
        """Functions of this package that ``func``, which is lowered by this, or a literal in it calls."""
        unit = self._unit(func)
        found: dict[Func, None] = {}
        for function in _within(unit.root):
            for block in function.blocks:
                for instruction in block.instructions:
                    callee = _callee(instruction)
                    if type(callee) is ir.StaticCallee:
                        found[callee.func] = None
                    elif type(callee) is ir.InterfaceCallee:
                        found.update(dict.fromkeys(self.implementations(callee.func, callee.interface)))
                    for named in _function_values(instruction):
                        found[named] = None
        return [each for each in found if each.package is self.package and each not in self._finished]

    @cached_property
    def _finished(self) -> set[Func]:
        return set()

    def _unit(self, func: Func) -> _Unit:
        unit = self._units.get(func)
        if unit is None:
            root = None
            try:
                root = lower(func, self.package)
            except Exception as error:  # noqa: BLE001 one function's failure must not end the package
                self._fail(self.full_name(func), func.path, error)
            unit = self._units[func] = _Unit(self.full_name(func), func, root)
        return unit

    def _fail(self, function: str, path: str, error: Exception) -> None:
        self._problems.append(InternalProblem(function, path, f"{type(error).__name__}: {error}"))

    def _analyse(self, component: list[Func]) -> None:
        """Analyse functions that call each other until nothing new comes out."""
        units = [self._units[func] for func in component]
        recursive = len(component) > 1 or component[0] in self._callees(component[0])
        for _ in range(MAX_ROUNDS if recursive else 1):
            before = [unit.summary for unit in units]
            for unit in units:
                self._analyse_unit(unit)
            if [unit.summary for unit in units] == before:
                break
        self._finished.update(component)

    def _analyse_unit(self, unit: _Unit) -> None:
        unit.frames = []
        if unit.root is None:
            unit.summary = Summary(unit.name, known=False)
            return
        try:
            unit.summary = self._interpret(unit, unit.root, unit.name, "")
        except Exception as error:  # noqa: BLE001 one function's failure must not end the package
            self._fail(unit.root.name, unit.root.path, error)
            unit.frames = []
            unit.summary = Summary(unit.name, known=False)

    def _interpret(self, unit: _Unit, function: ir.Function, name: str, around: str) -> Summary:
        for literal in literals(function):
            self._closures[id(literal)] = self._interpret(unit, literal, literal.name, function.name)
        frame = interpret(function, self)
        unit.frames.append((frame, around))
        return summarise(frame, name)

    @cached_property
    def _initialisers(self) -> list[_Unit]:
        units = []
        for function in lower_initialisers(self.package):
            unit = _Unit(f"{self.path}.{function.name}", None, function)
            self._analyse_unit(unit)
            units.append(unit)
        return units

    # --- facts of functions

    def _facts(self, units: list[_Unit]) -> Iterator[FunctionFacts]:
        frames = [(unit, frame, around) for unit in units for frame, around in unit.frames]
        starts = _starts(frame for _, frame, _ in frames)
        contracts = self._contracts(units, starts)
        for unit, frame, around in frames:
            name = frame.fn.name if around else unit.name
            summary = unit.summary if not around else self._closures.get(id(frame.fn))
            yield FunctionFacts(
                frame.fn,
                name,
                around,
                _events(frame),
                summary or Summary(name, known=False),
                starts=starts.get(name, frozenset()),
                constructor=not around and _constructs(unit),
                test=frame.fn.path.endswith("_test.go"),
                contract=contracts.get(name, NO_CONTRACT),
            )

    def _contracts(self, units: list[_Unit], starts: dict[str, frozenset[Start]]) -> dict[str, Contract]:
        """Contracts by full name, or a literal's name."""
        names: dict[int, str] = {}
        bodies: dict[str, ir.Function] = {}
        invocations: dict[str, list[tuple[Frame, Invocation]]] = {}
        exposed: set[str] = {name for name, how in starts.items() if how - {Start.DEFER}}
        found: dict[str, Contract] = {}
        for unit in units:
            if unit.func is not None and unit.func.decl is not None:
                found[unit.name] = declared_contract(unit.func, self.package.file_of(unit.func.decl).source)
                if unit.func.name[:1].isupper() or unit.func.name in ("main", "init"):
                    exposed.add(unit.name)
            for frame, around in unit.frames:
                names[id(frame)] = frame.fn.name if around else unit.name
                bodies[names[id(frame)]] = frame.fn
                exposed.update(self._used_as_values(frame.fn))
                for invoked in frame.invoked.values():
                    for invocation in invoked:
                        func = invocation.code.func
                        closure = invocation.code.closure
                        name = self.full_name(func) if func is not None else closure.name if closure is not None else ""
                        invocations.setdefault(name, []).append((frame, invocation))
        for _ in range(MAX_ROUNDS):
            before = dict(found)
            for name, calls in invocations.items():
                if name in exposed or name not in bodies:
                    continue
                held = entry_locks(bodies[name], calls, before, names)
                known = found.get(name, NO_CONTRACT)
                if held and held != known.held:
                    evidence = known.evidence or f"every caller of `{name.rpartition('/')[2]}` holds it"
                    found[name] = Contract(held, known.unknown, evidence)
            if found == before:
                break
        return found

    def _used_as_values(self, function: ir.Function) -> Iterator[str]:
        for block in function.blocks:
            for instruction in block.instructions:
                for func in _function_values(instruction):
                    yield self.full_name(func)


def analyse(package: Package, imports: Mapping[str, PackageFacts], blocking: tuple[str, ...] = ()) -> PackageFacts:
    """The facts of ``package``.

    Args:
        package: the package.
        imports: facts of packages that it imports, by import path; one that isn't there is unknown.
        blocking: patterns of functions that wait, beside those that are known (see ``knowledge.Knowledge``).

    Returns:
        Facts that are found when they are asked for; this never raises for bad source. A function whose analysis
        fails is one of the ``problems``.
    """
    return PackageFacts(package, imports, Knowledge(blocking))


def _within(function: ir.Function | None) -> Iterator[ir.Function]:
    if function is not None:
        yield function
        for literal in literals(function):
            yield from _within(literal)


def _callee(instruction: ir.Instruction) -> ir.Callee | None:
    if type(instruction) in _CALLING:
        return instruction.call.callee  # type: ignore[attr-defined, no-any-return]
    return None


_CALLING = frozenset((ir.Call, ir.Go, ir.Defer))


def _function_values(instruction: ir.Instruction) -> Iterator[Func]:
    """Declared functions that ``instruction`` uses as values."""
    kind = type(instruction)
    if kind is ir.Compute:
        if instruction.func is not None:  # type: ignore[attr-defined]
            yield instruction.func  # type: ignore[attr-defined]
        operands = instruction.operands  # type: ignore[attr-defined]
    elif kind in _CALLING:
        operands = instruction.call.args  # type: ignore[attr-defined]
    elif kind is ir.Store:
        operands = (instruction.value,)  # type: ignore[attr-defined]
    elif kind is ir.Return:
        operands = instruction.values  # type: ignore[attr-defined]
    else:
        return
    for operand in operands:
        if type(operand) is ir.FuncValue:
            yield operand.func


def _starts(frames: Iterator[Frame]) -> dict[str, frozenset[Start]]:
    found: dict[str, frozenset[Start]] = {}
    for frame in frames:
        for out in frame.blocks.values():
            for spawn in out.spawns:
                if spawn.callee:
                    found[spawn.callee] = found.get(spawn.callee, frozenset()) | {spawn.start}
    return found


def _constructs(unit: _Unit) -> bool:
    if unit.func is None or unit.func.name == "init":
        return True
    if unit.func.name.startswith(("New", "new")):
        return True
    return unit.summary is not None and any(result.fresh for result in unit.summary.results[:1])


def _events(frame: Frame) -> Events:
    """The events of all blocks, with publications numbered by their place."""
    outs = [frame.blocks[index] for index in sorted(frame.blocks)]
    publications = [one for out in outs for one in out.publications]
    number = {one.index: place for place, one in enumerate(publications)}
    accesses = [one for out in outs for one in out.accesses]
    if publications:
        accesses = [
            msgspec.structs.replace(one, after=tuple(sorted({number[each] for each in one.after if each in number})))
            if one.after
            else one
            for one in accesses
        ]
    return Events(
        accesses=tuple(accesses),
        publications=tuple(msgspec.structs.replace(one, index=number[one.index]) for one in publications),
        locks=tuple(one for out in outs for one in out.locks),
        blocking=tuple(one for out in outs for one in out.blocking),
        channels=tuple(one for out in outs for one in out.channels),
        spawns=tuple(one for out in outs for one in out.spawns),
        calls=tuple(one for out in outs for one in out.calls),
        branches=tuple(one for out in outs for one in out.branches),
    )

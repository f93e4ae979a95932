"""Where an object comes from: who hands it to whom, who keeps it, and whether it is the same one each time.

It is followed from a place in a function up to those that call or start it with the object.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.callers import is_exported
from pubcheck.analysis.callgraph import repeats
from pubcheck.analysis.parallel import Origin
from pubcheck.facts import AccessPath, PublicationKind, Root, RootKind
from pubcheck.flow import ir
from pubcheck.model.structure import deref
from pubcheck.model.types import Named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.parallel import Threads
    from pubcheck.facts import Operand
    from pubcheck.model.symbols import TypeName
    from pubcheck.model.types import Type

_KEEPING = frozenset((PublicationKind.STORE, PublicationKind.SYNC_MAP, PublicationKind.ATOMIC, PublicationKind.SEND))
MAX_CALLERS = 4
"""How far an object is followed up to where it comes from."""


@finds_more
class Provenance:
    """Where the objects that the functions of a package work on come from."""

    def __init__(self, threads: Threads) -> None:
        """Follow objects along the calls and starts that ``threads`` are made of."""
        self._threads = threads
        self._graph = threads.graph
        self._kept: dict[tuple[str, Root], bool] = {}

    @cached_property
    def parameters(self) -> dict[Root, tuple[FunctionFacts, int]]:
        """The parameters that are cells, by their roots."""
        return {
            Root(RootKind.CELL, param.pos, param.name, function.path): (function, index)
            for function in dict.fromkeys(self._graph.functions.values())
            for index, param in enumerate(function.ir.params)
            if not isinstance(param, int)
        }

    def is_kept(self, function: FunctionFacts, target: AccessPath) -> bool:
        """Whether somebody else can reach what ``target`` names, which ``function`` hands on."""
        root = target.root
        if root.kind is RootKind.GLOBAL or _leads_on(target):
            return True
        if root.kind is RootKind.PARAM:
            return self._parameter_kept(function, root.index)
        if root.kind is RootKind.CELL:
            home = self.parameters.get(root) if leads_out(target) else None
            return self._parameter_kept(*home) if home is not None else False
        return _returned(function, target) or any(
            publication.kind in _KEEPING
            and target in publication.value
            and (publication.into is None or publication.into.root != root)
            for publication in function.publications
        )

    def _parameter_kept(self, function: FunctionFacts, index: int) -> bool:
        key = (function.name, parameter(index))
        known = self._kept.get(key)
        if known is None:
            self._kept[key] = False  # a recursive call hands on what it was given
            known = self._kept[key] = self._find_kept(function, index)
        return known

    def _find_kept(self, function: FunctionFacts, index: int) -> bool:
        if index == 0 and has_receiver(function):
            if is_exported(function):
                return True
            if not self._graph.calls.get(function.name) and not self._graph.launches.get(function.name):
                return True
        return any(
            self.is_kept(giver, target)
            for giver, arguments in self._givers(function)
            for argument in arguments[index : index + 1]
            for target in argument.targets
        )

    def origins(self, function: FunctionFacts, target: AccessPath, seen: frozenset[str]) -> frozenset[str]:
        """Where the object that ``target`` names comes from: followed to those that call ``function`` with it."""
        root = target.root
        if root.kind is RootKind.GLOBAL or _leads_on(target):
            return frozenset((f"{root.name or function.name}:{root.index}:{'/'.join(target.steps)}",))
        home, index = (function, root.index) if root.kind is RootKind.PARAM else self.parameters.get(root, (None, 0))
        if home is None:
            return frozenset((f"{function.name if root.kind is not RootKind.CELL else root.file}:{root.index}",))
        found = {f"{home.name}({index})"}
        if home.name in seen or len(seen) > MAX_CALLERS:
            return frozenset(found)
        seen |= {home.name}
        for giver, arguments in self._givers(home):
            for argument in arguments[index : index + 1]:
                for each in argument.targets:
                    found |= self.origins(giver, each, seen)
        return frozenset(found)

    def _givers(self, function: FunctionFacts) -> list[tuple[FunctionFacts, tuple[Operand, ...]]]:
        """Who calls or starts the function, and with what."""
        given = [(edge.caller, edge.args or ()) for edge in self._graph.calls.get(function.name, ())]
        return given + [(launch.starter, launch.spawn.args) for launch in self._graph.launches.get(function.name, ())]

    def stays(self, function: FunctionFacts, target: AccessPath, seen: set[str], *, looped: bool) -> bool:
        """Whether ``target`` names the same object each time, where a loop of ``function`` or around it repeats."""
        root = target.root
        if any(step[0] == "[" for step in target.steps):
            return False
        if root.kind is RootKind.GLOBAL:
            return True
        if root.kind is RootKind.CELL and root not in self.parameters:
            return looped and not _made_in_loop(function.ir, root)
        if root.kind in (RootKind.FRESH, RootKind.OPAQUE):
            return looped and not _made_in_loop(function.ir, root)
        if looped:
            return True
        home, index = self.parameters.get(root, (function, root.index))
        if home.name in seen:
            return False
        seen.add(home.name)
        if self.handler_holds(home, index):
            return True
        return any(
            self.stays(edge.caller, argument, seen, looped=repeats(edge))
            for edge in self._graph.calls.get(home.name, ())
            if edge.args is not None and index < len(edge.args)
            for argument in edge.args[index].targets
        )

    def handler_holds(self, function: FunctionFacts, index: int) -> bool:
        """Whether every request has the same object there."""
        func = function.ir.func
        own = func.receiver if func is not None else None
        return index == 0 and own is not None and self._handles(function) and own not in self._made_for_requests

    def _handles(self, function: FunctionFacts) -> bool:
        return any(
            thread.origin is Origin.HANDLER and thread.root == function.name for thread in self._threads.of(function)
        )

    @cached_property
    def _made_for_requests(self) -> frozenset[TypeName]:
        """The types whose objects are all made while a request is handled: each request has one of its own."""
        functions = dict.fromkeys(self._graph.functions.values())
        wanted = {function.ir.func.receiver for function in functions if function.ir.func and self._handles(function)}
        found: dict[TypeName, bool] = {}
        for function in functions:
            own = function.ir.func.receiver if function.ir.func else None
            for made in _made_in(function.ir, wanted - {own}):  # for that there must have been one before
                asked = all(thread.origin is Origin.HANDLER for thread in self._threads.of(function))
                found[made] = found.get(made, True) and asked
        return frozenset(made for made, asked in found.items() if asked)


def _made_in(function: ir.Function, wanted: set[TypeName | None]) -> Iterator[TypeName]:
    """Which of the types ``wanted`` the function makes an object of."""
    for block in function.blocks:
        for each in block.instructions:
            type_: Type | None = None
            match each:
                case ir.Alloc(type=made):
                    type_ = deref(made)
                case ir.Compute(op="struct", target=target):
                    type_ = function.register_types.get(target)
                case ir.Declare(var=var):
                    type_ = var.type
            if type(type_) is Named and type_.symbol in wanted:
                yield type_.symbol


def parameter(index: int) -> Root:
    """The root of what a function is given there, without its name."""
    return Root(RootKind.PARAM, index, "")


def has_receiver(function: FunctionFacts) -> bool:
    """Whether it is a method."""
    return function.ir.func is not None and function.ir.func.receiver is not None


def leads_out(path: AccessPath) -> bool:
    """Whether a variable only leads there: a struct that a parameter *is* belongs to this very call."""
    return bool(path.steps) and path.steps[0][0] in "*@["


def _leads_on(target: AccessPath) -> bool:
    """Whether the object is reached through a field or an element of another one."""
    return any(step not in ("*", "@") for step in target.steps)


def _returned(function: FunctionFacts, target: AccessPath) -> bool:
    """Whether the function makes the object for its callers."""
    if target.steps:
        return False
    root, variables = target.root, function.ir.register_vars
    given = {root.index, *_loaded(function.ir, root)}
    return function.constructor or any(
        value in given or (type(value) is int and value in variables and variables[value].name == root.name)
        for block in function.ir.blocks
        if block.instructions and isinstance(block.instructions[-1], ir.Return)
        for value in block.instructions[-1].values
    )


def _loaded(function: ir.Function, root: Root) -> Iterator[int]:
    """Where the object is read from the variables that literals share with the function, which has put it there."""
    instructions = [one for block in function.blocks for one in block.instructions]
    cells = {
        one.place.root
        for one in instructions
        if isinstance(one, ir.Store) and one.value == root.index and not one.place.steps
    }
    for one in instructions if cells else ():
        if isinstance(one, ir.Load) and one.place.root in cells and not one.place.steps:
            yield one.target


def _made_in_loop(function: ir.Function, root: Root) -> bool:
    """Whether each turn of a loop has a new one."""
    for block in function.blocks:
        if not block.loop:
            continue
        if isinstance(block.instructions[-1], ir.Range):
            turn = block.instructions[-1]
            if root.kind is RootKind.OPAQUE and root.index in (turn.key, turn.value):
                return True
        for instruction in block.instructions:
            if root.kind is RootKind.CELL:
                if isinstance(instruction, ir.Declare) and instruction.var.pos == root.index:
                    return True
            elif root.index in _defined(instruction):
                return True
    return False


def _defined(instruction: ir.Instruction) -> tuple[int | None, ...]:
    if isinstance(instruction, ir.Call):
        return instruction.targets
    if isinstance(instruction, ir.Alloc | ir.Load | ir.Receive | ir.Compute):
        return (instruction.target,)
    return ()

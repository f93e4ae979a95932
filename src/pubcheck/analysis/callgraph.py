"""Who calls and who starts each function of a package: by name, through closures, callbacks, small interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.portions import by_portion
from pubcheck.facts import ChannelAction, Point, Start
from pubcheck.flow import ir
from pubcheck.flow.operands import operands as operands_of
from pubcheck.model.types import Named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.analysis.survey import Survey
    from pubcheck.facts import Call, Operand, Spawn
    from pubcheck.model.symbols import Func
    from pubcheck.model.types import Type

ONCE = "(*sync.Once).Do"


class Resolver(Protocol):
    """What the call graph asks about names: see ``Solver``."""

    def full_name(self, func: Func) -> str:
        """``Func.full_name``, made once."""

    def survey(self, function: ir.Function) -> Survey:
        """A look over a function or literal."""

    def all_implementations(self, func: Func, interface: Type) -> tuple[Func, ...]:
        """The methods that a call through an interface may run."""


class Edge(NamedTuple):
    """``caller`` calls ``callee`` at ``point``; ``args`` are None where what it is given can't be told."""

    caller: FunctionFacts
    callee: FunctionFacts
    point: Point
    args: tuple[Operand, ...] | None
    locked: bool
    """Whether a lock may be held at the call."""

    @property
    def deferred(self) -> bool:
        """Whether it happens when the caller returns."""
        return isinstance(self.caller.ir.blocks[self.point.block].instructions[self.point.index], ir.Defer)

    @property
    def once(self) -> bool:
        """Whether it is a ``sync.Once`` that makes the call."""
        return any(call.callee == ONCE for call in self.caller.calls_at(self.point))


class Making(NamedTuple):
    """``maker`` makes the literal of a name at ``point``."""

    maker: FunctionFacts
    point: Point


class Launch(NamedTuple):
    """``starter`` has ``callee`` run on another goroutine."""

    starter: FunctionFacts
    callee: FunctionFacts
    spawn: Spawn


@finds_more
class CallGraph:
    """The calls and starts among the functions of a package.

    Attributes:
        functions: by name and by full name.
        calls: edges into each function, by the callee's name.
        called: edges out of each function, by the caller's name.
        launches: starts of each function, by its name.
        makings: where each literal is made, by its name.
        unseen: names of functions that somebody may call whom nobody sees: they are used as values, called where nobody
            looked, or literals that go somewhere.
        installed: those of ``unseen`` that go nowhere but into structs that other packages declare: they are hooks,
            which foreign code calls whenever it likes.
    """

    def __init__(self, package: PackageFacts) -> None:
        """Index the functions of ``package``."""
        self.functions = package.by_name
        self.calls: dict[str, list[Edge]] = {}
        self.called: dict[str, list[Edge]] = {}
        self.launches: dict[str, list[Launch]] = {}
        self._bare: dict[str, frozenset[str]] = {}
        parts = _parts(package)
        self.makings = {name: making for part in parts for name, making in part.makings}
        edges = {function: found for part in parts for function, found in part.edges}
        launches = {function: found for part in parts for function, found in part.launches}
        for function in package.functions:
            for edge in edges.get(function, ()):
                self.calls.setdefault(edge.callee.name, []).append(edge)
                self.called.setdefault(function.name, []).append(edge)
            for launch in launches.get(function, ()):
                self.launches.setdefault(launch.callee.name, []).append(launch)
        literals = (name for part in parts for name in part.literals)
        self.unseen = {name for name in literals if name not in self.calls and name not in self.launches}
        self.unseen.update(*(part.unseen for part in parts))
        self.installed: set[str] = set().union(*(part.installed for part in parts))
        self.installed.difference_update(*(part.elsewhere for part in parts))

    def leads_to(self, root: str, name: str, calls: int) -> bool:
        """Whether ``calls`` calls or fewer lead from one function to another, or to itself."""
        names = {root}
        for _ in range(calls):
            names |= {edge.callee.name for each in names for edge in self.called.get(each, ())}
        return name in names

    def may_be_locked(self, function: FunctionFacts, depth: int = 3) -> bool:
        """Whether some caller of ``function`` may hold a lock when it calls it."""
        return any(
            edge.locked or (depth > 0 and self.may_be_locked(edge.caller, depth - 1))
            for edge in self.calls.get(function.name, ())
        )

    def without_locks(self, root: str) -> frozenset[str]:
        """The functions that a run of ``root`` gets to by calls at which no lock is held, ``root`` among them.

        A ``sync.Once`` holds its own while it makes its call.
        """
        known = self._bare.get(root)
        if known is None:
            seen = {root}
            work = [root]
            while work:
                edges = self.called.get(work.pop(), ())
                found = {edge.callee.name for edge in edges if not (edge.locked or edge.once)} - seen
                seen |= found
                work += found
            known = self._bare[root] = frozenset(seen)
        return known


class _Part(NamedTuple):
    """What the functions of a portion say of calls.

    Attributes:
        edges: the calls of each, where there are any.
        launches: the starts of each, as well.
        makings: where literals are made, by their names.
        literals: names of those that are literals.
        unseen: names of functions that are used as values, or called where nobody looked.
        installed: names of values that do nothing but get into structs that other packages declare.
        elsewhere: names of values that are used for something else.
    """

    edges: tuple[tuple[FunctionFacts, tuple[Edge, ...]], ...]
    launches: tuple[tuple[FunctionFacts, tuple[Launch, ...]], ...]
    makings: tuple[tuple[str, Making], ...]
    literals: tuple[str, ...]
    unseen: frozenset[str]
    installed: frozenset[str]
    elsewhere: frozenset[str]


@by_portion
def _parts(package: PackageFacts, portion: Portion) -> Iterator[_Part]:
    functions = portion.functions
    edges = ((function, tuple(_edges(package, function))) for function in functions)
    launches = ((function, tuple(_launches(package, function))) for function in functions)
    installed, elsewhere = _installed(package, functions)
    yield _Part(
        tuple(each for each in edges if each[1]),
        tuple(each for each in launches if each[1]),
        tuple(making for function in functions for making in _makings(package, function)),
        tuple(function.name for function in functions if function.enclosing),
        frozenset(name for function in functions for name in _unseen(package, function)),
        installed,
        elsewhere,
    )


def _edges(package: PackageFacts, function: FunctionFacts) -> Iterator[Edge]:
    for call in function.calls:
        callee = package.function(call.callee)
        if callee is not None:
            given = _arguments(function, callee, call)
            yield Edge(function, callee, call.point, given, function.maybe_protected(call))
            continue
        interface = _interface_callee(function, call)
        if interface is None:
            continue
        for method in package.resolver.all_implementations(interface.func, interface.interface):
            callee = package.function(package.resolver.full_name(method))
            if callee is not None:
                yield Edge(function, callee, call.point, call.args, function.maybe_protected(call))


def _launches(package: PackageFacts, function: FunctionFacts) -> Iterator[Launch]:
    for spawn in function.spawns:
        callee = package.function(spawn.callee) if spawn.start is not Start.DEFER else None
        if callee is not None:
            yield Launch(function, callee, spawn)


def _makings(package: PackageFacts, function: FunctionFacts) -> Iterator[tuple[str, Making]]:
    if package.resolver.survey(function.ir).literals:
        for block in function.ir.blocks:
            for at, instruction in enumerate(block.instructions):
                if type(instruction) is ir.Closure:
                    yield instruction.function.name, Making(function, Point(block.index, at))


def _arguments(function: FunctionFacts, callee: FunctionFacts, call: Call) -> tuple[Operand, ...] | None:
    """What the callee is given; a callback's arguments, its receiver too, aren't known."""
    if callee.enclosing:
        return call.args or None
    info = _call_info(function, call.point)
    named = info is not None and type(info.callee) is ir.StaticCallee
    return call.args if named and len(call.args) == len(callee.ir.params) else None


def _unseen(package: PackageFacts, function: FunctionFacts) -> Iterator[str]:
    """What ``function`` has as a value, and itself, where it is called where nobody looked."""
    if not function.enclosing and package.called_elsewhere(function.ir):
        yield function.name
    started = {spawn.callee for spawn in function.spawns}
    for value in package.resolver.survey(function.ir).values:
        name = package.resolver.full_name(value)
        callee = package.function(name)
        if callee is not None and name not in started:
            yield callee.name


def _installed(package: PackageFacts, functions: Sequence[FunctionFacts]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of values that do nothing but get into others' structs, and of those that do something else."""
    installed: set[str] = set()
    elsewhere: set[str] = set()
    for function in functions:
        values = _values(package, function)
        uses = _uses(function, values)
        for register, name in values.items():
            (installed if _is_installed(function, register, uses[register]) else elsewhere).add(name)
    return frozenset(installed), frozenset(elsewhere)


def _values(package: PackageFacts, function: FunctionFacts) -> dict[int, str]:
    """The names of the functions that ``function`` has in registers."""
    found: dict[int, str] = {}
    survey = package.resolver.survey(function.ir)
    if not survey.literals and not survey.values:
        return found
    for block in function.ir.blocks:
        for instruction in block.instructions:
            match instruction:
                case ir.Closure(target=target, function=literal):
                    found[target] = literal.name
                case ir.Compute(target=target, func=func) if func is not None:
                    known = package.function(package.resolver.full_name(func))
                    if known is not None:
                        found[target] = known.name
    return found


def _uses(function: FunctionFacts, registers: Iterable[int]) -> dict[int, list[ir.Instruction]]:
    """The instructions that use each of ``registers``."""
    found: dict[int, list[ir.Instruction]] = {register: [] for register in registers}
    for block in function.ir.blocks if found else ():
        for instruction in block.instructions:
            for operand in operands_of(instruction):
                if type(operand) is int and operand in found:
                    found[operand].append(instruction)
    return found


def _is_installed(function: FunctionFacts, register: int, uses: list[ir.Instruction]) -> bool:
    """Whether a value is used to set fields of structs that other packages declare, and else not."""
    home = function.ir.func.package if function.ir.func is not None else None
    for instruction in uses:
        match instruction:
            case ir.Store(value=value, place=ir.Place(steps=(*_, ir.Field(owner=owner)))) if value == register:
                if owner is not None and owner.package is home:
                    return False
            case ir.Compute(op="struct", type=type_):
                if type(type_) is Named and type_.symbol.package is home:
                    return False
            case _:
                return False
    return bool(uses)


def _call_info(function: FunctionFacts, point: Point) -> ir.CallInfo | None:
    instruction = function.ir.blocks[point.block].instructions[point.index]
    return instruction.call if isinstance(instruction, ir.Call | ir.Defer | ir.Go) else None


def _interface_callee(function: FunctionFacts, call: Call) -> ir.InterfaceCallee | None:
    info = _call_info(function, call.point)
    if info is None or type(info.callee) is not ir.InterfaceCallee:
        return None
    return info.callee


def repeats(edge: Edge) -> bool:
    """Whether a call stands in a loop that doesn't wait for anything: what waits for an event may end what it began."""
    caller, order = edge.caller, edge.caller.order
    if caller is edge.callee or edge.callee.summary.waits or not caller.in_loop(edge.point):
        return False
    receives = (event.point for event in caller.channels if event.action is ChannelAction.RECEIVE)
    return not any(order.reaches(point, edge.point) and order.reaches(edge.point, point) for point in receives)

"""One function while it is interpreted: its registers, the current state, and the events found so far."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from pubcheck.analysis.function import Events
from pubcheck.analysis.values import MAX_TARGETS, NO_POINTS, NOTHING, Code, Value
from pubcheck.facts import (
    DEREF,
    ELEMENT,
    NO_LOCKS,
    Access,
    AccessPath,
    Operand,
    Point,
    Publication,
    PublicationKind,
    Root,
    RootKind,
    Start,
    Step,
)
from pubcheck.flow import ir
from pubcheck.model.symbols import Var, VarKind
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pubcheck.analysis.state import State
    from pubcheck.analysis.survey import Survey
    from pubcheck.facts import Held, LockSet, Summary
    from pubcheck.knowledge import Effect
    from pubcheck.model.symbols import Func, TypeName
    from pubcheck.model.types import Type

UNKNOWN_CONST = Operand()


class World(Protocol):
    """What the interpretation of one function asks about all others."""

    def full_name(self, func: Func) -> str:
        """``Func.full_name``, made once."""

    def owner(self, type_name: TypeName | None) -> str | None:
        """A declared type as the steps of access paths name it."""

    def survey(self, function: ir.Function) -> Survey:
        """A look over a function or literal, made once."""

    def effects(self, full_name: str) -> tuple[Effect, ...]:
        """What is known about a library function."""

    def known_effects(self, func: Func) -> tuple[Effect, ...]:
        """What is known about a function by its name, or that of what it stands for."""

    def declares(self, func: Func) -> bool:
        """Whether a function is of the package that is looked at."""

    def summary_of(self, func: Func) -> Summary:
        """What is known about a declared function."""

    def closure_summary(self, closure: ir.Function) -> Summary | None:
        """What is known about a literal of this package."""

    def canonical_lock(self, path: AccessPath) -> AccessPath:
        """The mutex that ``path`` is another name of; ``path`` itself for any other."""

    def implementations(self, func: Func, interface: Type) -> tuple[Func, ...]:
        """The methods that a call through an interface may mean, if they are few; none if that isn't known."""


BlockEvents = defaultdict[str, list[Any]]
"""What one block does, by kind as ``Events`` names it, and ``reads``: those of callees which aren't told as accesses.

A block that is interpreted again forgets what it was thought to do before.
"""


class Frame:
    """The interpretation of one function.

    Attributes:
        fn: the function.
        world: everything else.
        values: registers that are assigned in one place.
        several: registers that are assigned in more than one place.
        captured: cells of this function, or of those around it, that a literal uses.
        unstable: cells that a literal writes: what they hold is never known.
        called: parameters that were called, with the locks then held.
        ran: cells whose functions were called.
        started: parameters that were handed to another goroutine.
        returns: the state and the values at each return.
        invoked: literals and functions that are called here, with the locks and arguments.
        edges: what is held on the way from one block to the next.
        outs: what each block does.
        out: what the current block does; of all blocks, once it is ``merge``d.
        exit: while deferred calls run, the block at whose end they do; -1 otherwise.
        events: what was found, once it is ``finished``.
    """

    def __init__(self, fn: ir.Function, world: World) -> None:
        """Begin with ``fn``."""
        self.fn = fn
        self.world = world
        self.path = fn.path
        self.values: dict[int, Value] = {}
        self.several: frozenset[int] = frozenset()
        self.captured: frozenset[Root] = frozenset()
        self.unstable: frozenset[Root] = frozenset()
        self._cells: dict[Var, Root] = {}
        self._opaque: dict[int, AccessPath] = {}
        self.indices: dict[tuple[Point, PublicationKind, AccessPath | None, tuple[Step, ...]], int] = {}
        self.handed: set[int] = set()
        self.first: set[int] = set()  # publications of what nobody had before, the first time around a loop at least
        self.called: dict[int, tuple[LockSet, LockSet]] = {}
        self.ran: set[Root] = set()
        self.started: set[int] = set()
        self.registered: set[int] = set()
        self.returns: dict[int, tuple[State, tuple[Value, ...]]] = {}
        self.invoked: dict[Point, list[Invocation]] = {}
        self.edges: dict[tuple[int, int], Held] = {}
        self.spawns = False
        self.waits = False
        self.point = Point(0, 0)
        self.exit = -1
        self.out: BlockEvents = defaultdict(list)
        self.state: State
        self.loop = 0
        self.outs: dict[int, BlockEvents] = {}
        self.events = Events()

    def others_run(self, parameter: int, how: Start) -> None:
        """The function among the parameters runs on other goroutines."""
        (self.registered if how is Start.HANDLER else self.started).add(parameter)

    def call_parameter(self, parameter: int, held: LockSet, gone: LockSet) -> None:
        """The function among the parameters is called, with ``held``; callers may have had ``gone``."""
        gone = frozenset(lock for lock in gone if lock not in held)
        known = self.called.get(parameter)
        self.called[parameter] = (held, gone) if known is None else (known[0] & held, known[1] | gone)

    def forget_block(self, block: int) -> None:
        """Block ``block`` is run again: what it was thought to do before doesn't count."""
        self.returns.pop(block, None)
        for point in [point for point in self.invoked if point.block == block]:
            del self.invoked[point]

    def merge(self) -> None:
        """Put the events of all blocks together, in the order of the blocks."""
        outs = self.outs
        if len(outs) > 1:
            self.out = defaultdict(list)
            for index in sorted(outs):
                for kind, events in outs[index].items():
                    self.out[kind] += events

    def both(self, one: str, other: str) -> list[Any]:
        """The events of two kinds, as one block after the other does them."""
        known = self.out.keys() & {one, other}
        if len(known) < 2:
            return self.out[known.pop()] if known else []
        outs = [self.outs[index] for index in sorted(self.outs)]
        return [event for out in outs for kind in (one, other) for event in out.get(kind, ())]

    def finish(self) -> None:
        """Keep the events, with publications numbered by their place, and not how they were found."""
        out = self.out
        out.pop("reads", None)
        publications = out.get("publications")
        if publications:
            number = {one.index: place for place, one in enumerate(publications)}
            out["publications"] = [msgspec.structs.replace(one, index=number[one.index]) for one in publications]
            out["accesses"] = [_renumbered(one, number) if one.after else one for one in out["accesses"]]
        found: dict[str, Any] = {kind: tuple(events) for kind, events in out.items()}
        if out.get("locks"):
            found["edges"] = self.edges
            found["exits"] = {block: state.held for block, (state, _) in self.returns.items()}
        self.events = Events(**found)
        self.outs = {}
        self.edges = {}
        self.returns = {}
        self.values = {}
        self.indices = {}
        self.out = defaultdict(list)

    # --- names

    def span(self, node: ir.Instruction | ir.CallInfo) -> Span:
        """Where an instruction comes from."""
        return Span(self.path, node.pos, node.end)

    def cell(self, var: Var) -> Root:
        """The root of a variable in memory."""
        root = self._cells.get(var)
        if root is None:
            root = self._cells[var] = root_of(var, self.path)
        return root

    def opaque(self, register: int) -> AccessPath:
        """The memory that a value without a name points to."""
        path = self._opaque.get(register)
        if path is None:
            var = self.fn.register_vars.get(register)
            path = AccessPath(Root(RootKind.OPAQUE, register, var.name if var is not None else ""))
            self._opaque[register] = path
        return path

    # --- values

    def value(self, operand: ir.Operand) -> Value:
        """The value of an operand here."""
        if type(operand) is int:
            value = self.values.get(operand)
            if value is None:
                value = self.state.registers.get(operand, NOTHING)
            return value
        if type(operand) is ir.Const:
            return Value((), (), NO_POINTS, operand)
        return Value(code=Code(operand.func, None))  # type: ignore[union-attr]

    def targets(self, operand: ir.Operand) -> tuple[AccessPath, ...]:
        """What an operand may point to; a name is made up where that isn't known."""
        if type(operand) is not int:
            return ()
        value = self.value(operand)
        return value.targets or (() if value.const is not None else (self.opaque(operand),))

    def define(self, register: int, value: Value) -> None:
        """Assign a register."""
        if self.loop and (self.state.published or self.state.memory):
            self.state.renew(self.opaque(register).root)
        if register in self.several:
            self.state.registers = {**self.state.registers, register: value}
        else:
            self.values[register] = value

    def operand(self, operand: ir.Operand) -> Operand:
        """An operand as events tell it."""
        if type(operand) is ir.Const:
            return Operand(operand.known, operand.value) if operand.known else UNKNOWN_CONST
        value = self.value(operand)
        depends = self.state.depends(value)
        if value.const is not None:
            return Operand(value.const.known, value.const.value, depends)
        return Operand(depends=depends, targets=value.targets)

    # --- events

    def matters(self, path: AccessPath) -> bool:
        """Whether others could reach the memory at ``path``: not so for private copies and owned memory."""
        kind = path.root.kind
        if kind is RootKind.GLOBAL:
            return True
        if kind is RootKind.PARAM:
            return bool(path.steps) and path.steps[0][0] in "*@["
        if kind is RootKind.OPAQUE:
            return bool(self.state.published) or any(step[0] not in "*@[." for step in path.steps)
        if path.root in self.state.shared:
            return True
        return kind is RootKind.CELL and (path.root in self.captured or DEREF in path.steps)

    def owned(self, path: AccessPath) -> bool:
        """Whether this function alone can reach the memory at ``path``."""
        root = path.root
        if root.kind is RootKind.FRESH:
            return root not in self.state.shared
        return root.kind is RootKind.CELL and root not in self.captured and root not in self.state.shared

    def new(self, path: AccessPath) -> bool:
        """Whether ``path`` lies in memory that came to be here, and that nobody else can reach yet."""
        if path.root.kind is RootKind.FRESH:
            return self.state.owned(path.root)
        return DEREF not in path.steps and self.owned(path)

    def publish(  # noqa: PLR0913 a publication has these parts
        self,
        kind: PublicationKind,
        paths: Iterable[AccessPath],
        into: AccessPath | None,
        span: Span,
        *,
        callee: str = "",
        trace: tuple[Step, ...] = (),
        point: Point | None = None,
        held: Held | None = None,
    ) -> int | None:
        """The memory at ``paths`` becomes reachable by others here; the publication's index, None if it doesn't."""
        value = tuple(paths)
        if not value:
            return None
        if into is not None and self.owned(into):
            self._keep(kind, value, into)
            return None
        point = point or self.point
        index = self.indices.setdefault((point, kind, into, trace), len(self.indices))
        held = held or self.state.held
        if any(self.new(path) for path in value):
            self.first.add(index)
        publication = Publication(
            kind=kind,
            index=index,
            value=tuple(self.state.publish(value, index)),
            into=into,
            point=point,
            span=span,
            held=held,
            safe=kind.has_release or any(lock.mode == "exclusive" for lock in held.must),
            fresh=index in self.first,
            callee=callee,
            trace=trace,
        )
        self.out["publications"].append(publication)
        if kind in _RETURNABLE:
            self.handed.add(index)
        return index

    def stored_before(self, into: AccessPath) -> bool:
        """Whether this instruction published by a plain store to ``into``, when it was run in another state."""
        return (self.point, PublicationKind.STORE, into, ()) in self.indices

    def _keep(self, kind: PublicationKind, value: tuple[AccessPath, ...], into: AccessPath) -> None:
        """Nobody else looks at ``into`` yet: what is put there is published with it, if it ever is."""
        place = into if kind is PublicationKind.ATOMIC else into.then(ELEMENT)
        if place is not None:
            self.state.store(place, Value(value[:MAX_TARGETS]), sure=False)

    def join_others(self) -> None:
        """Others have announced that they are done: what was given away by a start or a send may be ours again."""
        self.waits = True
        self.state.hand_back(frozenset(self.handed))


def _renumbered(access: Access, number: Mapping[int, int]) -> Access:
    """``access`` with the publications that it comes after by their ``number``, as far as they have one."""
    return msgspec.structs.replace(access, after=tuple(sorted({number[one] for one in access.after if one in number})))


_RETURNABLE = frozenset((PublicationKind.CAPTURE, PublicationKind.GO, PublicationKind.SEND))


class Invocation:
    """A call of a function whose body is in this package, or its start with locks that it gives back: what it has."""

    __slots__ = ("args", "code", "locks", "released", "starts", "state")

    def __init__(self, code: Code, args: tuple[Value, ...], state: State, handed: LockSet = NO_LOCKS) -> None:
        """A call of ``code`` in ``state``, whose memory tells what captured cells hold; a start is ``handed`` locks."""
        self.code = code
        self.args = args
        self.locks = handed or state.held.must
        self.starts = bool(handed)
        self.released = state.held.released
        self.state = state


def root_of(var: Var, path: str) -> Root:
    """The root of a variable in memory: a package's, or a cell declared in the file ``path``."""
    if var.kind is VarKind.GLOBAL:
        package = var.package.path if var.package is not None else ""
        return Root(RootKind.GLOBAL, 0, f"{package}.{var.name}")
    return Root(RootKind.CELL, var.pos, var.name, path)

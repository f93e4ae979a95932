"""One function while it is interpreted: its registers, the current state, and the events found so far."""

from __future__ import annotations

from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from pubcheck.analysis.function import Events
from pubcheck.analysis.values import MAX_TARGETS, NOTHING, Code, Value
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
    Step,
)
from pubcheck.flow import ir
from pubcheck.flow.builder import successors
from pubcheck.model.symbols import Var, VarKind
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis.function import Condition
    from pubcheck.analysis.state import State
    from pubcheck.analysis.survey import Survey
    from pubcheck.facts import Blocking, Call, ChannelEvent, Held, LockEvent, LockSet, Spawn, Summary
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


class BlockEvents:
    """What one block does. A block that is interpreted again forgets what it was thought to do before."""

    __slots__ = (
        "accesses",
        "blocking",
        "branches",
        "calls",
        "channels",
        "inner_locks",
        "locks",
        "publications",
        "reads",
        "spawns",
    )

    def __init__(self) -> None:
        """Nothing so far."""
        self.accesses: list[Access] = []
        self.reads: list[Access] = []
        self.publications: list[Publication] = []
        self.locks: list[LockEvent] = []
        self.inner_locks: list[LockEvent] = []
        self.blocking: list[Blocking] = []
        self.channels: list[ChannelEvent] = []
        self.spawns: list[Spawn] = []
        self.calls: list[Call] = []
        self.branches: list[Condition] = []


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
        exit: while deferred calls run, the block at whose end they do; -1 otherwise.
        events: what was found, once it is ``finished``.
    """

    def __init__(self, fn: ir.Function, world: World) -> None:
        """Begin with ``fn``."""
        self.fn = fn
        self.world = world
        self.path = fn.path
        # Blocks are in reverse post-order: only a cycle leads back.
        self.cyclic = any(target <= block.index for block in fn.blocks for target in successors(block.instructions[-1]))
        self.values: dict[int, Value] = {}
        self.several: frozenset[int] = frozenset()
        self.captured: frozenset[Root] = frozenset()
        self.unstable: frozenset[Root] = frozenset()
        self._cells: dict[Var, Root] = {}
        self._opaque: dict[int, AccessPath] = {}
        self.indices: dict[object, int] = {}
        self.handed: set[int] = set()
        self.first: set[int] = set()  # publications of what nobody had before, the first time around a loop at least
        self.called: dict[int, LockSet] = {}
        self.ran: set[Root] = set()
        self.started: set[int] = set()
        self.returns: dict[int, tuple[State, tuple[Value, ...]]] = {}
        self.invoked: dict[Point, list[Invocation]] = {}
        self.edges: dict[tuple[int, int], Held] = {}
        self.spawns = False
        self.waits = False
        self.point = Point(0, 0)
        self.exit = -1
        self.out = BlockEvents()
        self.state: State
        self.loop = 0
        self.blocks: dict[int, BlockEvents] = {}
        self.events = Events()

    def forget_block(self, block: int) -> None:
        """Block ``block`` is run again: what it was thought to do before doesn't count."""
        self.returns.pop(block, None)
        for point in [point for point in self.invoked if point.block == block]:
            del self.invoked[point]

    def outs(self) -> list[BlockEvents]:
        """What the blocks do, in their order."""
        blocks = self.blocks
        return [blocks[index] for index in sorted(blocks)]

    def finish(self) -> None:
        """Keep the events of all blocks, with publications numbered by their place, and not how they were found."""
        outs = self.outs()
        publications = _all(outs, "publications")
        number = {one.index: place for place, one in enumerate(publications)}
        accesses = _all(outs, "accesses")
        if publications:
            accesses = tuple(
                [
                    msgspec.structs.replace(
                        one, after=tuple(sorted({number[each] for each in one.after if each in number}))
                    )
                    if one.after
                    else one
                    for one in accesses
                ]
            )
        locks = _all(outs, "locks")
        self.events = Events(
            accesses=accesses,
            publications=tuple([msgspec.structs.replace(one, index=number[one.index]) for one in publications]),
            locks=locks,
            blocking=_all(outs, "blocking"),
            channels=_all(outs, "channels"),
            spawns=_all(outs, "spawns"),
            calls=_all(outs, "calls"),
            branches=_all(outs, "branches"),
            inner_locks=_all(outs, "inner_locks"),
            edges=self.edges if locks else {},
            exits={block: state.held for block, (state, _) in self.returns.items()} if locks else {},
        )
        self.blocks = {}
        self.edges = {}
        self.returns = {}
        self.values = {}
        self.indices = {}
        self.out = BlockEvents()

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
            return Value(const=operand)
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
        self.out.publications.append(publication)
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


def _all(outs: list[BlockEvents], kind: str) -> tuple[Any, ...]:
    """The events of one kind of all blocks."""
    return tuple(chain.from_iterable(map(attrgetter(kind), outs)))


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

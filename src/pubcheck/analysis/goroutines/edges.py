"""Releases and acquires: what one function does that orders it after others, or others after it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.goroutines.naming import Names, from_callee, scope_of
from pubcheck.facts import AccessPath, BlockKind, LockAction, Point, Root, RootKind
from pubcheck.flow import ir
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.structure import underlying
from pubcheck.model.types import Chan, Named, Pointer, Type
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Blocking

    Lookup = Callable[[str, FunctionFacts], FunctionFacts | None]

CONTEXT = AccessPath(Root(RootKind.GLOBAL, 0, "context"))
"""All contexts: which of them a cancel function cancels isn't followed."""
PIPE = AccessPath(Root(RootKind.GLOBAL, 0, "io.Pipe"))
"""All of io's pipes: which ends belong together isn't followed."""
UNKNOWN = AccessPath(Root(RootKind.OPAQUE, -1, ""))
"""A channel that can't be named: it may be any."""
MAX_INSIDE = 64
"""Edges of one callee that its callers look at."""

_RELEASES = frozenset(
    (
        "(*sync.WaitGroup).Done",
        "(*sync.Cond).Signal",
        "(*sync.Cond).Broadcast",
        "(*sync.Once).Do",
        "(*golang.org/x/sync/semaphore.Weighted).Release",
    )
)
_ACQUIRES = frozenset(
    (
        "(*sync.WaitGroup).Wait",
        "(*golang.org/x/sync/errgroup.Group).Wait",
        "(*github.com/sourcegraph/conc.WaitGroup).Wait",
        "(*sync.Cond).Wait",
        "(*sync.Once).Do",
        "(*time.Timer).Stop",
        "(*golang.org/x/sync/semaphore.Weighted).Acquire",
    )
)
_CLOCK = frozenset(("time.After", "time.Tick", "time.NewTimer", "time.NewTicker"))
_CLOCK_FIELDS = frozenset(("time.Timer.C", "time.Ticker.C"))
_PIPE_ENDS = {"PipeWriter": True, "PipeReader": False}
"""Whether who is given one releases: what is read was written before."""
_CANCELS = frozenset(("CancelFunc", "CancelCauseFunc"))
_CONTEXTS = frozenset(("context.WithCancel", "context.WithCancelCause"))
_ADD = "(*sync.WaitGroup).Add"
_SYNCHRONISING = frozenset(("sync", "sync/atomic", "golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore"))
_KINDS = frozenset((ir.Send, ir.Receive, ir.Close, ir.Call, ir.Defer))


class Edge(NamedTuple):
    """One end of a happens-before edge.

    Attributes:
        object: what both ends use, in common terms: the channel, the group, the condition, the atomic variable.
        point: where; the call's point for what a callee does.
        span: the operation itself, in the innermost callee.
        releases: what was done before it is seen by whoever acquires the object after it.
        acquires: what was done before a release of the object is seen after it.
        deferred: it happens when the function returns.
        handshake: its other half (a send that acquires, a receive that releases) is only there without a buffer.
        sure: a call that stands at ``point`` gets to it on all paths.
        closes: it is a close, which ends a range over the channel.
        locks: it acquires a lock.
        lasting: whoever has got the object may do it at any time from then on.
        drained: of a receive, where the function goes on when the channel is closed, if it asks.
        asks: it reads an atomic: whether that has seen what was stored, a branch on it must tell.
        guessed: it is a call of what nobody knows, which may do it.
    """

    object: AccessPath
    point: Point
    span: Span
    releases: bool = False
    acquires: bool = False
    deferred: bool = False
    handshake: bool = False
    sure: bool = True
    closes: bool = False
    locks: bool = False
    lasting: bool = False
    drained: Point | None = None
    asks: bool = False
    guessed: bool = False


@finds_more
class Edges:
    """Finds the edges of functions, each function's once."""

    def __init__(self, lookup: Lookup) -> None:
        """``lookup`` gives a function of the package, or the literal of a file, by its name."""
        self._lookup = lookup
        self._own: dict[str, tuple[Edge, ...]] = {}

    def of(self, function: FunctionFacts, names: Names) -> Iterator[Edge]:
        """The edges of ``function`` and of what it calls, in the terms of ``names``."""
        called: dict[Point, dict[str, None]] = {}
        for call in function.calls:
            called.setdefault(call.point, {})[call.callee] = None
        waited = [event for event in function.blocking if event.kind is BlockKind.WAIT and event.trace]
        path = function.path
        for block in function.ir.blocks:
            for index, each in enumerate(block.instructions):
                kind = type(each)
                if kind not in _KINDS:
                    continue
                at = (Point(block.index, index), Span(path, each.pos, each.end))
                if kind is ir.Send:
                    yield Edge(_channel(names, each.channel), *at, releases=True, handshake=True)  # type: ignore[attr-defined]
                elif kind is ir.Receive:
                    yield from _receive(names, each, block.instructions[-1], at)  # type: ignore[arg-type]
                elif kind is ir.Close:
                    yield Edge(_channel(names, each.channel), *at, releases=True, closes=True)  # type: ignore[attr-defined]
                else:
                    made = _Call(function, names, each.call, *at, deferred=kind is ir.Defer)  # type: ignore[attr-defined]
                    callees = tuple(called.get(at[0], ()))
                    yield from self._called(made, callees)
                    if waited and not any(self._lookup(name, function) for name in callees):
                        yield from made.awaited(waited)
        yield from _atomics(function, names)
        yield from _handed_over(function, names)

    def _called(self, call: _Call, callees: tuple[str, ...]) -> Iterator[Edge]:
        yield from call.known(callees)
        followed = [one for name in callees if (one := self._lookup(name, call.function)) is not None]
        literals = [one for name in call.literals() if (one := self._lookup(name, call.function)) is not None]
        if not followed:
            yield from call.unknown()
        for callee in dict.fromkeys((*followed, *literals)):
            arguments = call.names.arguments(call.info)
            for edge in self._inside(callee):
                path = from_callee(edge.object, callee, arguments)
                if path is not None:
                    deferred = call.deferred or edge.lasting
                    yield edge._replace(object=path, point=call.point, deferred=deferred, drained=None)

    def _inside(self, callee: FunctionFacts) -> tuple[Edge, ...]:
        """The edges of ``callee`` in its own terms."""
        scope = scope_of(callee)
        known = self._own.get(scope)
        if known is None:
            self._own[scope] = ()  # what calls itself adds nothing new
            # A lock that a callee takes it gives back: nobody waits there for another's access.
            edges = tuple(edge for edge in self.of(callee, Names(callee)) if not edge.locks)
            told = {(edge.object, *edge[3:]): edge for edge in _weighed(callee, edges)}
            known = self._own[scope] = tuple(islice(told.values(), MAX_INSIDE))
        return known


def _weighed(callee: FunctionFacts, edges: tuple[Edge, ...]) -> Iterator[Edge]:
    """``edges``, sure where each run of ``callee`` that returns passes them, or others like them.

    What it reads again and again until it has seen something, nobody else need ask.
    """
    if not edges:
        return
    alike: dict[tuple[AccessPath, bool], list[Point]] = {}
    for edge in edges:
        if edge.sure and not edge.deferred:
            alike.setdefault((edge.object, edge.acquires), []).append(edge.point)
    order = callee.order
    ends = [Point(block, len(callee.ir.blocks[block].instructions) - 1) for block in order.exits]
    passed: dict[tuple[AccessPath, bool], bool] = {}
    for edge in edges:
        key = (edge.object, edge.acquires)
        if not edge.deferred and key not in passed:
            passed[key] = order.all_pass_one(Point(0, -1), ends, alike.get(key, []))
        asks = edge.asks and not (ends and all(is_decided(callee, edge.point, end) for end in ends))
        yield edge._replace(sure=edge.deferred or passed[key], asks=asks)


def is_decided(function: FunctionFacts, read: Point, at: Point) -> bool:
    """Whether ``function`` only gets to ``at`` past a branch on what it has read at ``read``."""
    return any(read in condition.value.depends for condition in function.conditions(at))


class _Call:
    """A call, on the spot or deferred, while its edges are looked for."""

    def __init__(  # noqa: PLR0913 a call has these parts
        self, function: FunctionFacts, names: Names, info: ir.CallInfo, point: Point, span: Span, *, deferred: bool
    ) -> None:
        self.function = function
        self.names = names
        self.info = info
        self.point = point
        self.span = span
        self.deferred = deferred

    def known(self, callees: tuple[str, ...]) -> Iterator[Edge]:
        """What functions of the library, and builtins, do."""
        info = self.info
        if type(info.callee) is ir.BuiltinCallee:
            if info.callee.name == "close" and info.args:
                yield self._edge(_channel(self.names, info.args[0]), releases=True)._replace(closes=True)
            return
        for arg in info.args:
            writes = _PIPE_ENDS.get(_library_type(self._type(arg), "io"))
            if writes is not None:
                yield self._edge(PIPE, releases=writes, acquires=not writes)
        if type(info.callee) is ir.DynamicCallee and self._cancels(info.callee.value):
            yield self._edge(CONTEXT, releases=True)
        for name in callees:
            releases, acquires = name in _RELEASES or (name == _ADD and self._may_count_down()), name in _ACQUIRES
            path = self.names.pointer(info.args[0]) if (releases or acquires) and info.args else None
            if path is not None:
                yield self._edge(path, releases=releases, acquires=acquires)

    def _foreign(self) -> bool:
        """Whether the callee's body is neither in this package nor in the standard library."""
        callee = self.info.callee
        if type(callee) is ir.BuiltinCallee:
            return False
        package = callee.func.package if type(callee) is ir.StaticCallee else None
        if package is None:
            return True
        path = package.path
        return "." in path.partition("/")[0] and path not in _SYNCHRONISING

    def _may_count_down(self) -> bool:
        delta = self.info.args[1] if len(self.info.args) > 1 else None
        if type(delta) is ir.Const and type(delta.value) is int:
            return delta.value < 0
        return delta in self.function.ir.params

    def _cancels(self, operand: ir.Operand) -> bool:
        type_ = self._type(operand)
        return isinstance(type_, Named) and type_.symbol.name in _CANCELS

    def _type(self, operand: ir.Operand) -> Type | None:
        return self.function.ir.register_types.get(operand) if isinstance(operand, int) else None

    def literals(self) -> Iterator[str]:
        """Names of literals that the callee is given; who knows when it runs them."""
        for arg in self.info.args:
            instruction = self.names.made.get(arg) if isinstance(arg, int) else None
            if type(instruction) is ir.Closure:
                yield instruction.function.name

    def unknown(self) -> Iterator[Edge]:
        """What a callee that nobody knows may do with what it is given."""
        if self._foreign():
            yield from (edge._replace(guessed=True) for edge in self._possible())

    def _possible(self) -> Iterator[Edge]:
        callee, args = self.info.callee, self.info.args
        if _may_be_of_a_group(callee) and args and (path := self.names.pointer(args[0])) is not None:
            # Whatever has a method Wait may be a group, and any other method of it what tells that somebody is done.
            waits = _called_name(callee) == "Wait"
            yield self._edge(path, releases=not waits, acquires=waits)
        for arg in self.info.args:
            if self._cancels(arg):
                yield self._edge(CONTEXT, releases=True)
            elif _makes_context(self.names.origin(arg)):
                yield self._edge(CONTEXT, acquires=True)  # it may well be there to wait until that is cancelled
            elif _synchronises(self._type(arg)):
                path = self.names.pointer(arg)
                if path is not None:
                    yield self._edge(path, releases=True, acquires=True)
                    yield self._edge(path, releases=True)._replace(deferred=True, lasting=True)

    def awaited(self, events: list[Blocking]) -> Iterator[Edge]:
        """What groups of goroutines a callee of another package waits for."""
        for event in events:
            path = self.names.path(event.subject) if event.point == self.point and event.subject is not None else None
            if path is not None:
                yield self._edge(path, acquires=True)._replace(sure=not event.needs)

    def _edge(self, path: AccessPath, *, releases: bool = False, acquires: bool = False) -> Edge:
        return Edge(path, self.point, self.span, releases, acquires, self.deferred)


def _channel(names: Names, operand: ir.Operand) -> AccessPath:
    """What a channel is called; ``CONTEXT`` for what a context's ``Done`` gives."""
    origin = names.origin(operand)
    if type(origin) is ir.Call:
        return CONTEXT if _called_name(origin.call.callee) == "Done" else UNKNOWN
    path = names.pointer(operand)
    return UNKNOWN if path is None or path.root.kind is RootKind.OPAQUE else path


def _receive(names: Names, receive: ir.Receive, last: ir.Instruction, at: tuple[Point, Span]) -> Iterator[Edge]:
    """A receive; what the clock sends orders nothing."""
    operand = receive.channel
    origin = names.origin(operand)
    if type(origin) is ir.Call and _full_name(origin.call.callee) in _CLOCK:
        return
    named = names.pointer(operand)  # a timer that a register holds has no name, but its channel is told by the field
    if named is not None and named.steps[-2:-1] and named.steps[-2] in _CLOCK_FIELDS:
        return
    path = _channel(names, operand)
    asks = type(last) is ir.Branch and receive.ok is not None and last.condition == receive.ok
    yield Edge(path, *at, acquires=True, handshake=True, drained=Point(last.orelse, -1) if asks else None)  # type: ignore[attr-defined]


def _called_name(callee: ir.Callee) -> str:
    if isinstance(callee, ir.StaticCallee | ir.InterfaceCallee):
        return callee.func.name
    return callee.source.rpartition(".")[2] if isinstance(callee, ir.UnknownCallee | ir.DynamicCallee) else ""


def _makes_context(origin: ir.Instruction | None) -> bool:
    return type(origin) is ir.Call and _full_name(origin.call.callee) in _CONTEXTS


def _full_name(callee: ir.Callee) -> str:
    return callee.func.full_name if isinstance(callee, ir.StaticCallee) else ""


def _may_be_of_a_group(callee: ir.Callee) -> bool:
    """Whether it is a method of something that has, or may have, a method ``Wait``."""
    if type(callee) is not ir.StaticCallee:
        return type(callee) is ir.UnknownCallee
    owner = callee.func.receiver
    return owner is not None and lookup_field_or_method(Pointer(owner.type), "Wait") is not None


def _library_type(type_: Type | None, package: str) -> str:
    """The name of the type of ``package`` that ``type_`` points to; empty for any other."""
    named = type_.element if isinstance(type_, Pointer) else None
    if not isinstance(named, Named) or named.symbol.package is None or named.symbol.package.path != package:
        return ""
    return named.symbol.name


def _synchronises(type_: Type | None) -> bool:
    """Whether a callee that is given such a value can order goroutines by it."""
    if isinstance(type_, Pointer):
        named = type_.element
        return (
            isinstance(named, Named)
            and named.symbol.package is not None
            and named.symbol.package.path in _SYNCHRONISING
        )
    return type_ is not None and isinstance(underlying(type_), Chan)


def _atomics(function: FunctionFacts, names: Names) -> Iterator[Edge]:
    for access in function.accesses:
        atomic = access.atomic
        path = names.path(access.path) if atomic is not None else None
        if atomic is not None and path is not None:
            yield Edge(
                path,
                access.point,
                access.origin or access.span,
                releases=atomic.kind.writes,
                acquires=atomic.kind.reads,
                deferred=is_deferred(function, access.point),
                asks=atomic.kind.reads,
            )


def _handed_over(function: FunctionFacts, names: Names) -> Iterator[Edge]:
    """A lock that another goroutine acquired is released: whoever acquires it next comes after this."""
    for event in function.locks:
        path = names.path(event.lock.path)
        if path is None:
            continue
        if event.action is not LockAction.RELEASE:
            yield Edge(path, event.point, event.span, acquires=True, deferred=event.deferred, locks=True)
        elif all(lock.path != event.lock.path for lock in event.held.may):
            yield Edge(path, event.point, event.span, releases=True, deferred=event.deferred)


def is_deferred(function: FunctionFacts, point: Point) -> bool:
    """Whether what happens at ``point`` happens at the return."""
    return type(function.ir.blocks[point.block].instructions[point.index]) is ir.Defer

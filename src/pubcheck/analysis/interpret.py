"""The transfer functions: what each instruction does to a state, and the fixpoint over the blocks of a function.

Blocks are numbered in reverse post-order, so a worklist that always takes the smallest number meets a loop's header
with all of the loop known before it leaves the loop.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from pubcheck.analysis import calls, memory
from pubcheck.analysis.flags import positive
from pubcheck.analysis.frame import BlockEvents, Frame, World
from pubcheck.analysis.function import Condition
from pubcheck.analysis.kinds import refers, struct_name
from pubcheck.analysis.state import State
from pubcheck.analysis.values import NO_POINTS, NOTHING, WIDE, Code, Value, contents, given, join, key_of, parameter_of
from pubcheck.facts import (
    ELEMENT,
    AccessPath,
    Blocking,
    BlockKind,
    ChannelAction,
    ChannelEvent,
    Lock,
    Point,
    PublicationKind,
    Root,
    RootKind,
)
from pubcheck.flow import ir
from pubcheck.flow.builder import successors
from pubcheck.model.structure import core_type, underlying
from pubcheck.model.types import Map, Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pubcheck.model.symbols import Var

MAX_VISITS = 8
"""A block whose state still changes after so many visits keeps the last one."""


def interpret(fn: ir.Function, world: World) -> Frame:
    """Run ``fn`` abstractly; its frame holds what was found, by block."""
    frame = Frame(fn, world)
    _look(frame)
    entry = State()
    frame.state = entry
    for index, param in enumerate(fn.params):
        _enter_parameter(frame, index, param)
    for var, literal in fn.held:
        entry.put(AccessPath(frame.cell(var)), Value(code=Code(None, literal)))
    _Run(frame).fixpoint(entry)
    return frame


def _look(frame: Frame) -> None:
    """Which registers are assigned more than once, and which cells literals use and write."""
    survey = frame.world.survey(frame.fn)
    captured = {frame.cell(var) for var in frame.fn.captures}
    unstable: set[Root] = set()
    pending = list(survey.literals)
    for literal in survey.literals:
        captured.update(frame.cell(var) for var in literal.captures)
    while pending:
        literal = pending.pop()
        inner = frame.world.survey(literal)
        unstable.update(frame.cell(var) for var in inner.written.intersection(literal.captures))
        pending += inner.literals
    frame.several = survey.several
    frame.captured = frozenset(captured)
    frame.unstable = frozenset(unstable)


def _enter_parameter(frame: Frame, index: int, param: int | Var) -> None:
    var = frame.fn.register_vars.get(param) if isinstance(param, int) else param
    name = var.name if var is not None else ""
    value = contents(AccessPath(Root(RootKind.PARAM, index, name))).depending(frozenset((given(index),)))
    if not isinstance(param, int):
        root = frame.cell(param)
        if root not in frame.unstable:
            frame.state.put(AccessPath(root), value)
    elif param in frame.several:
        frame.state.registers = {**frame.state.registers, param: value}
    else:
        frame.values[param] = value


class _Run:
    """The fixpoint of one function."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.blocks = frame.fn.blocks
        self.events: dict[int, BlockEvents] = {}
        self.edges: dict[tuple[int, int], State] = {}
        self.before: dict[int, list[int]] = {}
        self.visits = [0] * len(self.blocks)
        self.entered: dict[int, State] = {}

    def fixpoint(self, entry: State) -> None:
        if not self.blocks:
            return
        queue = [0]
        queued = {0}
        while queue:
            block = heappop(queue)
            queued.discard(block)
            if self.visits[block] >= MAX_VISITS or not self._enter(block, entry):
                continue
            self.visits[block] += 1
            for target in self._visit(block):
                if target not in queued:
                    queued.add(target)
                    heappush(queue, target)
        self.frame.blocks = self.events
        self.frame.edges = {edge: state.held for edge, state in self.edges.items()}

    def _visit(self, index: int) -> list[int]:
        """Run a block; the blocks that have to be looked at again."""
        frame = self.frame
        block = self.blocks[index]
        frame.state = self.entered[index].copy()
        frame.loop = block.loop
        frame.out = self.events[index] = BlockEvents()
        if self.visits[index] > 1:
            frame.forget_block(index)
        handlers = _HANDLERS
        dead = False
        for at, instruction in enumerate(block.instructions):
            handler = handlers.get(type(instruction))
            if handler is None:
                continue
            frame.point = Point(index, at)
            if handler(frame, instruction):
                dead = True
                break
        frame.point = Point(index, len(block.instructions) - 1)
        outs = {} if dead or not block.instructions else _outs(frame, block.instructions[-1])
        return [
            target for target in successors(block.instructions[-1]) if self._pass_on(index, target, outs.get(target))
        ]

    def _pass_on(self, source: int, target: int, state: State | None) -> bool:
        """Put ``state`` on an edge; whether ``target`` has to be looked at."""
        if state is None:
            if self.edges.pop((source, target), None) is None:
                return False
            self.before[target].remove(source)
            return True
        known = self.edges.get((source, target))
        if known is None:
            self.before.setdefault(target, []).append(source)
        elif known == state:
            return False
        self.edges[source, target] = state
        return True

    def _enter(self, block: int, entry: State) -> bool:
        """Join what comes in at ``block``; whether that is something new."""
        met = entry if block == 0 else None
        for source in sorted(self.before.get(block, ())):
            state = self.edges[source, block]
            met = state if met is None else met.join(state, block)
        if met is None or self.entered.get(block) == met:
            return False
        self.entered[block] = met
        return True


# --- terminators


def _outs(frame: Frame, terminator: ir.Instruction) -> dict[int, State]:
    """The state on each edge that can be taken."""
    kind = type(terminator)
    if kind is ir.Branch:
        return _branch(frame, terminator)  # type: ignore[arg-type]
    if kind is ir.Range:
        return _range(frame, terminator)  # type: ignore[arg-type]
    return {target: frame.state.copy() for target in successors(terminator)}


def _branch(frame: Frame, branch: ir.Branch) -> dict[int, State]:
    value = frame.value(branch.condition)
    frame.out.branches.append(Condition(frame.point, frame.span(branch), frame.operand(branch.condition), taken=True))
    const = value.const
    key = key_of(value)
    outs: dict[int, State] = {}
    for target, way in ((branch.then, True), (branch.orelse, False)):
        if const is not None and type(branch.condition) is int and const.value is (not way):
            continue
        state = frame.state.copy()
        if key is not None:
            fact, negated = positive(key)
            holds = way is not negated
            if state.facts.get(fact, holds) is not holds:
                continue
            state.assume(fact, holds)
            _settle(state, fact, holds)
        outs[target] = state if target not in outs else outs[target].join(state, target)
    return outs


def _settle(state: State, fact: Hashable, holds: bool) -> None:
    """What the outcome of an attempt means: a lock is held if it was taken, a value isn't published if it lost."""
    match fact:
        case ("try", _, Lock() as lock) if holds:
            state.acquire((lock,))
        case ("cas", _, int() as index) if not holds:
            state.hand_back(frozenset((index,)))


def _range(frame: Frame, turn: ir.Range) -> dict[int, State]:
    targets = frame.targets(turn.subject)
    for target in targets:
        element = target.then(ELEMENT)
        if element is not None:
            frame.state.unpublish(element)
    out = frame.state.copy()
    if turn.value is not None or type(core_type(turn.type)) is Map:  # to find the next key is to look into the map
        value = None
        item = frame.fn.register_types.get(turn.value) if turn.value is not None else None
        whole = frame.world.owner(struct_name(item)) or ""
        for target in targets:
            element = target.then(ELEMENT)
            held = WIDE if element is None else frame.state.content(element)
            value = held if value is None else join(value, held)
            if element is not None:
                memory.read(frame, element, turn, whole=whole)
        if turn.value is not None:
            frame.define(turn.value, value or NOTHING)
    if turn.key is not None:
        frame.define(turn.key, NOTHING)
    return {turn.exit: out, turn.body: frame.state.copy()}


# --- instructions


def _declare(frame: Frame, declare: ir.Declare) -> None:
    root = frame.cell(declare.var)
    frame.state.renew(root)
    if root not in frame.unstable:
        frame.state.put(AccessPath(root), NOTHING)


def _alloc(frame: Frame, alloc: ir.Alloc) -> None:
    root = Root(RootKind.FRESH, alloc.target, frame.opaque(alloc.target).root.name)
    if frame.loop:
        frame.state.renew(root)
    frame.define(alloc.target, Value((AccessPath(root),)))


def _address(frame: Frame, address: ir.Address) -> None:
    frame.define(address.target, Value(memory.paths(frame, address.place)))


def _closure(frame: Frame, closure: ir.Closure) -> None:
    frame.define(closure.target, Value(code=Code(None, closure.function)))


_SAME = frozenset(("move", "convert", "assert"))
_COMPARISONS = frozenset(("==", "!="))
_ORDERS = {"<": (False, False), ">": (True, False), ">=": (False, True), "<=": (True, True)}
"""Each order in terms of ``<``: whether its sides are changed, and whether it is the opposite."""


def _compute(frame: Frame, compute: ir.Compute) -> None:
    op = compute.op
    if compute.ok is not None:
        frame.define(compute.ok, NOTHING)
    if op in _SAME:
        frame.define(compute.target, _converted(frame, compute))
    elif op == "slice":
        frame.define(compute.target, _sliced(frame, compute))
    elif op == "struct":
        values = [frame.value(operand) for operand in compute.operands]
        parts = {path for value in values for path in (*value.targets, *value.parts)}
        depends = frozenset().union(*(value.depends for value in values)) if values else frozenset()
        frame.define(compute.target, Value(parts=tuple(sorted(parts)), depends=depends))
    elif op == "bind":
        bound = tuple(frame.value(operand) for operand in compute.operands)
        frame.define(compute.target, Value(code=Code(compute.func, None, bound)))
    elif op == "phi":
        met = frame.value(compute.operands[0])
        for operand in compute.operands[1:]:
            met = join(met, frame.value(operand))
        frame.define(compute.target, met)
    else:
        frame.define(compute.target, _operation(frame, compute))


def _converted(frame: Frame, compute: ir.Compute) -> Value:
    operand = compute.operands[0]
    value = frame.value(operand)
    if type(operand) is int:
        if compute.op == "convert" and value.type is None:
            return value.concrete(frame.fn.register_types.get(operand))
        if not value.targets and value.code is None and value.const is None and not value.wide:
            return value.pointing(frame.targets(operand))
    return value


def _sliced(frame: Frame, compute: ir.Compute) -> Value:
    base, *bounds = compute.operands
    value = frame.value(base)
    first = bounds[0] if bounds else None
    empty = type(first) is ir.Const and first.known and first.value == 0
    return value.sliced(
        frame.targets(base), shortened=len(bounds) == 2 or (len(bounds) == 1 and empty), clipped=len(bounds) == 3
    )


def _operation(frame: Frame, compute: ir.Compute) -> Value:
    values = [frame.value(operand) for operand in compute.operands]
    depends = values[0].depends if values else NO_POINTS
    for value in values[1:]:
        if value.depends:
            depends = depends | value.depends if depends else value.depends
    if compute.op in _COMPARISONS and len(values) == 2:
        left, right = key_of(values[0]), key_of(values[1])
        if left is not None and right is not None:
            key: Hashable = ("==", frozenset((left, right)))
            return Value(depends=depends, key=key if compute.op == "==" else ("!", key))
    elif compute.op in _ORDERS and len(values) == 2:
        left, right = key_of(values[0]), key_of(values[1])
        if left is not None and right is not None:
            mirrored, negated = _ORDERS[compute.op]
            key = ("<", right, left) if mirrored else ("<", left, right)
            return Value(depends=depends, key=("!", key) if negated else key)
    elif compute.op == "!":
        inner = key_of(values[0])
        return Value(depends=depends, key=None if inner is None else ("!", inner))
    return Value(depends=depends)


def _store(frame: Frame, store: ir.Store) -> None:
    memory.write(frame, store)


def _load(frame: Frame, load: ir.Load) -> None:
    frame.define(load.target, memory.load(frame, load))
    if load.ok is not None:
        frame.define(load.ok, NOTHING)


def _send(frame: Frame, send: ir.Send) -> None:
    into = frame.targets(send.channel)
    _channel(frame, ChannelAction.SEND, into, send, send.in_select)
    parameter = parameter_of(frame.value(send.value))
    if parameter is not None and type(underlying(frame.fn.param_types[parameter])) is Signature:
        frame.started.add(parameter)  # whoever receives a function is there to call it
    if type(send.value) is not int or refers(frame.fn.register_types.get(send.value)):
        value = frame.value(send.value)
        paths = (*(frame.targets(send.value) if not value.parts else ()), *value.parts)
        frame.publish(PublicationKind.SEND, paths, into[0] if into else None, frame.span(send))


def _receive(frame: Frame, receive: ir.Receive) -> None:
    _channel(frame, ChannelAction.RECEIVE, frame.targets(receive.channel), receive, receive.in_select)
    frame.join_others()
    if receive.target is not None:
        frame.define(receive.target, NOTHING)
    if receive.ok is not None:
        frame.define(receive.ok, NOTHING)


def _close(frame: Frame, close: ir.Close) -> None:
    _channel(frame, ChannelAction.CLOSE, frame.targets(close.channel), close, None)


def _select(frame: Frame, select: ir.Select) -> None:
    if select.default is None:
        frame.out.blocking.append(
            Blocking(BlockKind.CHANNEL, "select", None, frame.point, frame.span(select), frame.state.held)
        )


def _channel(
    frame: Frame,
    action: ChannelAction,
    targets: tuple[AccessPath, ...],
    node: ir.Instruction,
    select: ir.Select | None,
) -> None:
    waits = action is not ChannelAction.CLOSE and (select is None or select.default is None)
    span = frame.span(node)
    frame.out.channels.append(
        ChannelEvent(action, targets, frame.point, span, frame.state.held, in_select=select is not None, waits=waits)
    )
    if waits and select is None:
        subject = targets[0] if len(targets) == 1 else None
        frame.out.blocking.append(
            Blocking(BlockKind.CHANNEL, action.value, subject, frame.point, span, frame.state.held)
        )


def _return(frame: Frame, leave: ir.Return) -> None:
    values = tuple(frame.value(operand) for operand in leave.values)
    calls.run_deferred(frame)
    frame.returns[frame.point.block] = (frame.state.copy(), values)


def _panic(frame: Frame, _panic: ir.Panic) -> None:
    calls.run_deferred(frame)


_HANDLERS: dict[type[ir.Instruction], Callable[[Frame, Any], bool | None]] = {
    ir.Declare: _declare,
    ir.Alloc: _alloc,
    ir.Load: _load,
    ir.Store: _store,
    ir.Address: _address,
    ir.Compute: _compute,
    ir.Closure: _closure,
    ir.Call: calls.call,
    ir.Go: calls.start,
    ir.Defer: calls.defer,
    ir.Send: _send,
    ir.Receive: _receive,
    ir.Close: _close,
    ir.Select: _select,
    ir.Return: _return,
    ir.Panic: _panic,
}

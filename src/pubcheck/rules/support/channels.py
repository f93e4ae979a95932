"""Channels that a function makes and keeps to itself: where it, its literals and its helpers use them.

Values are followed without regard to order through variables, captures, arguments and results, as in Andersen's
points-to analysis, but for channels and function values alone, within one declared function and what it hands them to.
What leaves that world (a field, another channel, a callee that isn't known) *escapes*: others may be at its other end.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pubcheck.facts import ChannelAction, Point, Start
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Var, VarKind
from pubcheck.model.types import Chan
from pubcheck.rules.support.channel_ends import Channel, Entry, How, Use, only_offers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion

MAX_BODIES = 24
"""Functions that a channel is followed into."""


_Object = ir.Alloc | ir.Closure | str
_Node = tuple["Hashable", "Hashable"]

_UNKNOWN = "unknown"
_ESCAPED: _Node = ("", "escaped")
_OFFERED: _Node = ("", "offered")
_SAME = frozenset(("move", "convert", "assert", "phi"))
_HARMLESS = frozenset(("==", "!=", "len", "cap"))


class ChannelFlow:
    """The channels of one function, and how its literals and helpers run.

    Attributes:
        channels: the channels that are made in it.
        entries: for each function by its name, where it is called or started.
    """

    def __init__(self, package: PackageFacts, root: FunctionFacts, by_ir: dict[int, FunctionFacts]) -> None:
        """Follow the channels that ``root`` makes; ``by_ir`` finds facts by the identity of their instructions."""
        self._package = package
        self._by_ir = by_ir
        self.root = root
        self.bodies: dict[str, FunctionFacts] = {}
        self.entries: dict[str, list[Entry]] = defaultdict(list)
        self._edges: dict[_Node, dict[_Node, None]] = defaultdict(dict)
        self._objects: dict[_Node, dict[_Object, None]] = defaultdict(dict)
        self._pending: list[_Node] = []
        self._calls: list[tuple[FunctionFacts, Point, ir.Call | ir.Go | ir.Defer]] = []
        self._resolved: set[tuple[int, str]] = set()
        self._made: dict[ir.Alloc, tuple[FunctionFacts, Point]] = {}
        self._found: list[tuple[ChannelAction, FunctionFacts, Point, ir.Instruction, ir.Operand, bool]] = []
        self._literals: dict[ir.Closure, FunctionFacts | None] = {}
        self._visit(root)
        for param in root.ir.params:
            self._add(self._variable(root.ir, param), _UNKNOWN)
        for var in root.ir.captures:
            self._edge(("", var), _ESCAPED)
            self._add(("", var), _UNKNOWN)
        self._settle()
        self.channels = tuple(self._channels())

    # --- what holds what

    def holds(self, body: FunctionFacts, operand: ir.Operand, channel: Channel) -> bool:
        """Whether ``operand`` is the channel."""
        return type(operand) is int and channel.made in self._objects.get(self._node(body.ir, operand), ())

    def channel_of(self, body: FunctionFacts, operand: ir.Operand) -> Channel | None:
        """The channel that ``operand`` is, if it is one of these."""
        return next((channel for channel in self.channels if self.holds(body, operand, channel)), None)

    def _node(self, function: ir.Function, register: int) -> _Node:
        return (id(function), register)

    def _variable(self, function: ir.Function, param: int | Var) -> _Node:
        return self._node(function, param) if isinstance(param, int) else ("", param)

    def _add(self, node: _Node, what: _Object) -> None:
        if what not in self._objects[node]:
            self._objects[node][what] = None
            self._pending.append(node)

    def _link(self, function: ir.Function, operand: ir.Operand, to: _Node) -> None:
        if type(operand) is int:
            self._edge(self._node(function, operand), to)

    def _edge(self, source: _Node, to: _Node) -> None:
        if to not in self._edges[source]:
            self._edges[source][to] = None
            for what in tuple(self._objects.get(source, ())):
                self._add(to, what)

    def _settle(self) -> None:
        changed = True
        while changed:
            while self._pending:
                node = self._pending.pop()
                for to in tuple(self._edges.get(node, ())):
                    for what in tuple(self._objects[node]):
                        self._add(to, what)
            for what in tuple(self._objects.get(_ESCAPED, ())):
                if isinstance(what, ir.Closure):
                    for var in what.function.captures:
                        self._edge(("", var), _OFFERED if only_offers(what.function, var) else _ESCAPED)
            changed = bool(self._pending)
            for call in tuple(self._calls):
                changed |= self._resolve(*call)

    # --- one function's instructions

    def _visit(self, body: FunctionFacts) -> None:
        if body.name in self.bodies:
            return
        self.bodies[body.name] = body
        for block in body.ir.blocks:
            for at, instruction in enumerate(block.instructions):
                look = _LOOKS.get(type(instruction))
                if look is not None:
                    look(self, body, Point(block.index, at), instruction)

    def _alloc(self, body: FunctionFacts, at: Point, alloc: ir.Alloc) -> None:
        if isinstance(underlying(alloc.type), Chan):
            self._made[alloc] = (body, at)
            self._add(self._node(body.ir, alloc.target), alloc)

    def _closure(self, body: FunctionFacts, _at: Point, closure: ir.Closure) -> None:
        literal = self._literals[closure] = self._by_ir.get(id(closure.function))
        self._add(self._node(body.ir, closure.target), closure)
        if literal is not None:
            self._visit(literal)

    def _compute(self, body: FunctionFacts, _at: Point, compute: ir.Compute) -> None:
        if compute.op in _HARMLESS:
            return
        to = self._node(body.ir, compute.target) if compute.op in _SAME else _ESCAPED
        for operand in compute.operands:
            self._link(body.ir, operand, to)

    def _load(self, body: FunctionFacts, _at: Point, load: ir.Load) -> None:
        target = self._node(body.ir, load.target)
        if isinstance(load.place.root, Var) and not load.place.steps and load.place.root.kind is not VarKind.GLOBAL:
            self._edge(("", load.place.root), target)
        else:
            self._add(target, _UNKNOWN)

    def _store(self, body: FunctionFacts, _at: Point, store: ir.Store) -> None:
        root = store.place.root
        local = isinstance(root, Var) and not store.place.steps and root.kind is not VarKind.GLOBAL
        self._link(body.ir, store.value, ("", root) if local else _ESCAPED)

    def _address(self, _body: FunctionFacts, _at: Point, address: ir.Address) -> None:
        if isinstance(address.place.root, Var) and not address.place.steps:
            self._edge(("", address.place.root), _ESCAPED)
            self._add(("", address.place.root), _UNKNOWN)

    def _range(self, body: FunctionFacts, _at: Point, turn: ir.Range) -> None:
        if turn.value is not None:
            self._add(self._node(body.ir, turn.value), _UNKNOWN)

    def _return(self, body: FunctionFacts, _at: Point, leave: ir.Return) -> None:
        for place, operand in enumerate(leave.values):
            self._link(body.ir, operand, _ESCAPED if body is self.root else (id(body.ir), f"result {place}"))

    def _send(self, body: FunctionFacts, at: Point, send: ir.Send) -> None:
        self._link(body.ir, send.value, _ESCAPED)
        self._found.append((ChannelAction.SEND, body, at, send, send.channel, False))

    def _receive(self, body: FunctionFacts, at: Point, receive: ir.Receive) -> None:
        if receive.target is not None:
            self._add(self._node(body.ir, receive.target), _UNKNOWN)
        self._found.append((ChannelAction.RECEIVE, body, at, receive, receive.channel, False))

    def _close(self, body: FunctionFacts, at: Point, close: ir.Close) -> None:
        self._found.append((ChannelAction.CLOSE, body, at, close, close.channel, False))

    def _call(self, body: FunctionFacts, at: Point, instruction: ir.Call | ir.Go | ir.Defer) -> None:
        info = instruction.call
        if type(info.callee) is ir.BuiltinCallee:
            if info.callee.name == "close" and info.args:
                self._found.append((ChannelAction.CLOSE, body, at, instruction, info.args[0], True))
            elif info.callee.name not in _HARMLESS:
                for operand in info.args:
                    self._link(body.ir, operand, _ESCAPED)
            return
        self._calls.append((body, at, instruction))

    # --- calls

    def _resolve(self, body: FunctionFacts, at: Point, instruction: ir.Call | ir.Go | ir.Defer) -> bool:
        """Connect a call with what it is known to call by now; whether something new came of it."""
        info = instruction.call
        if type(info.callee) is ir.StaticCallee:
            if not self._carries(body, info):
                return False
            facts = self._package.function(info.callee.func.full_name)
            if facts is not None and facts.ir.func is info.callee.func and len(self.bodies) < MAX_BODIES:
                return self._connect(body, at, instruction, facts)
            return self._hand_out(body, at, instruction)
        if type(info.callee) is ir.DynamicCallee and type(info.callee.value) is int:
            objects = self._objects.get(self._node(body.ir, info.callee.value), {})
            literals = [self._literals[one] for one in objects if isinstance(one, ir.Closure)]
            known = [one for one in literals if one is not None]
            if known and len(known) == len(objects):
                news = [self._connect(body, at, instruction, one) for one in known]
                return any(news)
        return self._hand_out(body, at, instruction)

    def _carries(self, body: FunctionFacts, info: ir.CallInfo) -> bool:
        """Whether a channel or a literal is among the arguments."""
        return any(
            type(operand) is int
            and any(not isinstance(one, str) for one in self._objects.get(self._node(body.ir, operand), ()))
            for operand in info.args
        )

    def _connect(
        self, body: FunctionFacts, at: Point, instruction: ir.Call | ir.Go | ir.Defer, callee: FunctionFacts
    ) -> bool:
        if not self._first_time(instruction, callee.name):
            return False
        self._visit(callee)
        self._enter(callee, Entry(body, at, _HOWS[type(instruction)], body.in_loop(at)))
        for param, operand in zip(callee.ir.params, instruction.call.args, strict=False):
            self._link(body.ir, operand, self._variable(callee.ir, param))
        for place, target in enumerate(getattr(instruction, "targets", ())):
            self._edge((id(callee.ir), f"result {place}"), self._node(body.ir, target))
        return True

    def _hand_out(self, body: FunctionFacts, at: Point, instruction: ir.Call | ir.Go | ir.Defer) -> bool:
        """Arguments of a call of something unknown, or of a library's function that runs what it is given."""
        changed = False
        for operand in instruction.call.args:
            if type(operand) is not int:
                continue
            node = self._node(body.ir, operand)
            for one in tuple(self._objects.get(node, ())):
                literal = self._literals.get(one) if isinstance(one, ir.Closure) else None
                how = self._run_by_callee(body, at, literal, instruction) if literal is not None else None
                if literal is None or how is None:
                    self._add(_ESCAPED, one)
                elif self._first_time(instruction, literal.name):
                    self._enter(literal, Entry(body, at, how, body.in_loop(at)))
                    changed = True
        for target in getattr(instruction, "targets", ()):
            self._add(self._node(body.ir, target), _UNKNOWN)
        return changed

    def _run_by_callee(
        self, body: FunctionFacts, at: Point, literal: FunctionFacts, instruction: ir.Instruction
    ) -> How | None:
        for spawn in body.spawns:
            if spawn.point == at and spawn.callee == literal.name and spawn.start in (Start.GO, Start.STARTER):
                return How.GO
        if any(call.point == at and call.callee == literal.name for call in body.calls):
            return _HOWS[type(instruction)]
        return None

    def _first_time(self, instruction: ir.Instruction, callee: str) -> bool:
        key = (id(instruction), callee)
        if key in self._resolved:
            return False
        self._resolved.add(key)
        return True

    def _enter(self, callee: FunctionFacts, entry: Entry) -> None:
        self.entries[callee.name].append(entry)

    # --- the outcome

    def _channels(self) -> Iterator[Channel]:
        uses: dict[ir.Alloc, list[Use]] = defaultdict(list)
        doubtful: set[ir.Alloc] = set()
        for action, body, at, instruction, operand, deferred in self._found:
            objects = self._objects.get(self._node(body.ir, operand), {}) if type(operand) is int else {}
            for one in objects:
                if isinstance(one, ir.Alloc):
                    uses[one].append(Use(action, body, at, instruction, deferred))
                    if len(objects) > 1:
                        doubtful.add(one)
        escaped, offered = self._objects.get(_ESCAPED, {}), self._objects.get(_OFFERED, {})
        for made, (body, at) in self._made.items():
            escapes = made in escaped or made in doubtful
            found = uses[made]
            if made in offered and not escapes:
                found = [use for use in found if use.body is self.root or use.body.name in self.entries]
            yield Channel(made, body, at, tuple(found), escapes or made in offered, made in offered and not escapes)

    def chain(self, body: FunctionFacts, at: Point) -> tuple[tuple[FunctionFacts, Point], ...] | None:
        """Where a point lies in the functions around it on its goroutine, innermost first.

        None where the function runs in several ways, so that nobody can tell.
        """
        found = [(body, at)]
        seen = {body.name}
        while body is not self.root:
            entries = self.entries.get(body.name, [])
            if entries and all(entry.how is How.GO for entry in entries):
                break
            if len(entries) != 1 or entries[0].body.name in seen:
                return None
            body, at = entries[0].body, entries[0].at
            seen.add(body.name)
            found.append((body, at))
        return tuple(found)


_HOWS: dict[type[ir.Instruction], How] = {ir.Call: How.CALL, ir.Go: How.GO, ir.Defer: How.DEFER}
_LOOKS: dict[type[ir.Instruction], Callable[[ChannelFlow, FunctionFacts, Point, Any], None]] = {
    ir.Alloc: ChannelFlow._alloc,  # noqa: SLF001 a table of this class's own methods
    ir.Closure: ChannelFlow._closure,  # noqa: SLF001
    ir.Compute: ChannelFlow._compute,  # noqa: SLF001
    ir.Load: ChannelFlow._load,  # noqa: SLF001
    ir.Store: ChannelFlow._store,  # noqa: SLF001
    ir.Address: ChannelFlow._address,  # noqa: SLF001
    ir.Range: ChannelFlow._range,  # noqa: SLF001
    ir.Return: ChannelFlow._return,  # noqa: SLF001
    ir.Send: ChannelFlow._send,  # noqa: SLF001
    ir.Receive: ChannelFlow._receive,  # noqa: SLF001
    ir.Close: ChannelFlow._close,  # noqa: SLF001
    ir.Call: ChannelFlow._call,  # noqa: SLF001
    ir.Go: ChannelFlow._call,  # noqa: SLF001
    ir.Defer: ChannelFlow._call,  # noqa: SLF001
}


def channel_flows(package: PackageFacts, portion: Portion) -> Iterator[ChannelFlow]:
    """The functions, tests aside, that make a channel and start a goroutine or stand at both of its ends.

    A literal is one of them if it is given to others to call, or returned; else it is a part of the function around it.
    """
    by_ir = {id(each.ir): each for each in portion.functions}
    sources = {file.source.path: file.source for file in package.package.files}
    for function in portion.functions:
        if function.test or not (function.summary.spawns or _stands_at_both_ends(function)):
            continue
        if function.enclosing and (package.calls.get(function.name) or package.launches.get(function.name)):
            continue
        source = sources.get(function.path)
        if source is None or not all(source.holds(word, function.pos, function.end) for word in (b"chan", b"make")):
            continue
        if not function.ir.partial:
            yield ChannelFlow(package, function, by_ir)


def _stands_at_both_ends(function: FunctionFacts) -> bool:
    actions = {event.action for event in function.channels}
    return ChannelAction.RECEIVE in actions and len(actions) > 1

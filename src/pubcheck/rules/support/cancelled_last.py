"""Contexts that only one function calls off, and that one when it returns: until then nobody leaves because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names
from pubcheck.flow import ir
from pubcheck.flow.operands import operands

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import FunctionFacts
    from pubcheck.model.symbols import Var
    from pubcheck.rules.support.channels import ChannelFlow

_DONE = "(context.Context).Done"
_MAKERS = frozenset(("context.WithCancel", "context.WithCancelCause"))
_ROOTS = frozenset(("context.Background", "context.TODO"))
MAX_HANDS = 4
"""Calls that a context is followed back through."""


class _Value(NamedTuple):
    """What ``register`` holds in ``body``."""

    body: FunctionFacts
    register: ir.Operand


def is_cancelled_last(flow: ChannelFlow, body: FunctionFacts, channel: ir.Operand, waiters: Iterable[str]) -> bool:
    """Whether ``channel`` is closed when one of ``waiters``, by their names, returns, and not before."""
    done = _made(_Value(body, channel))
    if done is None or _name(done.call) != _DONE:
        return False
    context = _origin(flow, _Value(body, done.call.args[0]))
    maker = _made(context)
    if maker is None or _name(maker.call) not in _MAKERS or context.body.name not in waiters:
        return False
    parent = _made(_Value(context.body, maker.call.args[0]))
    return parent is not None and _name(parent.call) in _ROOTS and _is_deferred_alone(context.body, maker.targets[1])


def _made(value: _Value) -> ir.Call | None:
    """The call that gave ``value``."""
    made = _instruction(value)
    return made if type(made) is ir.Call else None


def _instruction(value: _Value) -> ir.Instruction | None:
    return Names(value.body).made.get(value.register) if isinstance(value.register, int) else None


def _name(call: ir.CallInfo) -> str:
    return call.callee.func.full_name if isinstance(call.callee, ir.StaticCallee | ir.InterfaceCallee) else ""


def _origin(flow: ChannelFlow, value: _Value) -> _Value:
    """Where ``value`` comes from, through what functions are given and what literals capture."""
    for _ in range(MAX_HANDS):
        body, register = value
        entries = flow.entries.get(body.name, [])
        load = _instruction(value)
        if register in body.ir.params and len(entries) == 1:
            at, caller = entries[0].at, entries[0].body
            start = caller.ir.blocks[at.block].instructions[at.index]
            given = start.call.args if isinstance(start, ir.Go | ir.Call | ir.Defer) else ()
            index = body.ir.params.index(register)
            if index >= len(given):
                return value
            value = _Value(caller, given[index])
        elif type(load) is ir.Load and not load.place.steps and not isinstance(load.place.root, int):
            stored = _stored(flow, load.place.root)
            if stored is None:
                return value
            value = stored
        else:
            return value
    return value


def _stored(flow: ChannelFlow, var: Var) -> _Value | None:
    """The one value that a variable which literals share is given."""
    found = [
        _Value(body, each.value)
        for body in flow.bodies.values()
        for block in body.ir.blocks
        for each in block.instructions
        if type(each) is ir.Store and each.place.root == var
    ]
    return found[0] if len(found) == 1 else None


def _is_deferred_alone(body: FunctionFacts, cancel: int) -> bool:
    """Whether the function only defers the call of what is in the register ``cancel``."""
    uses = [each for block in body.ir.blocks for each in block.instructions if cancel in operands(each)]
    return bool(uses) and all(type(each) is ir.Defer for each in uses)

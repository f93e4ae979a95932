"""Where the ways part at the end of a block, and what is known on each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import memory
from pubcheck.analysis.flags import positive
from pubcheck.analysis.function import Condition
from pubcheck.analysis.kinds import struct_name
from pubcheck.analysis.values import NOTHING, WIDE, join, key_of
from pubcheck.facts import ELEMENT, Lock
from pubcheck.flow import ir
from pubcheck.model.structure import core_type
from pubcheck.model.types import Map, Signature

if TYPE_CHECKING:
    from collections.abc import Hashable

    from pubcheck.analysis.frame import Frame
    from pubcheck.analysis.state import State


def ways(frame: Frame, terminator: ir.Instruction, targets: tuple[int, ...]) -> dict[int, State]:
    """The state on each edge to ``targets`` that can be taken."""
    kind = type(terminator)
    if kind is ir.Branch:
        return _branch(frame, terminator)  # type: ignore[arg-type]
    if kind is ir.Range:
        return _range(frame, terminator)  # type: ignore[arg-type]
    return dict.fromkeys(targets, frame.state)


def _branch(frame: Frame, branch: ir.Branch) -> dict[int, State]:
    value = frame.value(branch.condition)
    frame.out["branches"].append(
        Condition(frame.point, frame.span(branch), frame.operand(branch.condition), taken=True)
    )
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
    over = type(core_type(turn.type))
    # An iterator over what is known gives its items one by one, as the only thing that it gives.
    item = turn.key if over is Signature and turn.value is None else turn.value
    if item is not None or over is Map:  # to find the next key is to look into the map
        value = None
        type_ = frame.fn.register_types.get(item) if item is not None else None
        whole = frame.world.owner(struct_name(type_)) or ""
        for target in targets:
            element = target.then(ELEMENT)
            held = WIDE if element is None else frame.state.content(element)
            value = held if value is None else join(value, held)
            if element is not None:
                memory.read(frame, element, turn, whole=whole)
        if item is not None:
            frame.define(item, value or NOTHING)
    if turn.key is not None and turn.key is not item:
        frame.define(turn.key, NOTHING)
    return {turn.exit: out, turn.body: frame.state.copy()}

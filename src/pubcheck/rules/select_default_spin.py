"""A loop asks its channels again and again, and never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import Names
from pubcheck.diagnostic import Related
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.loops import drop_default
from pubcheck.rules.support.reading import functions_with, span_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath

_ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^"))
_ASKED = frozenset(("Done", "After"))
"""Calls that only give a channel to look at: of a context, of the clock."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find selects whose default clause leads back to them with nothing done on the way."""
    for function in functions_with(package, b"select", b"default"):
        told: set[int] = set()
        for block in function.ir.blocks:
            select = block.instructions[-1]
            if type(select) is ir.Select and select.cases and block.index not in told:
                turn = _idle_turn(function, block.index, select)
                if turn and not any(excuse(function, turn) for excuse in _EXCUSES):
                    told |= turn
                    yield _finding(package, function, select, turn)


def _idle_turn(function: FunctionFacts, start: int, select: ir.Select) -> frozenset[int]:
    """The blocks of a turn from the default clause back to the ``select`` that ends the block ``start``, if it is idle.

    Idle is a turn in which nothing is called, written or counted: what it tests comes out the same way the next time,
    unless somebody else changes it.
    """
    blocks = function.ir.blocks
    if select.default is None or not _is_idle(blocks[start]):
        return frozenset()
    ways = [(select.default, frozenset((start,)))]
    seen = {select.default}
    while ways:
        at, passed = ways.pop()
        if at == start:
            return passed
        if not _is_idle(blocks[at]):
            continue
        for each in _goes_on(function, at):
            if each == start or each not in seen:
                seen.add(each)
                ways.append((each, passed | {at}))
    return frozenset()


def _replaces(function: FunctionFacts, turn: frozenset[int]) -> bool:
    """Whether a turn that can't send takes from the same channel what is in its way: one of the two succeeds."""
    names = Names(function)
    ends: dict[bool, set[AccessPath | None]] = {True: set(), False: set()}
    for case in _cases(function, turn):
        ends[case.send].add(names.pointer(case.channel))
    return not ends[True].isdisjoint(ends[False])


def _decides(function: FunctionFacts, turn: frozenset[int]) -> bool:
    """Whether a turn sets a variable that decides whether there is another one."""
    return any(one.op == "move" and one.target in function.ir.register_vars for one in _tested(function, turn))


def _is_for_what_waits(function: FunctionFacts, turn: frozenset[int]) -> bool:
    """Whether there is only another turn while its channel isn't empty, or not full: then somebody is ready."""
    names = Names(function)
    asked = {names.pointer(case.channel) for case in _cases(function, turn)} - {None}
    return any(one.op == "len" and names.pointer(one.operands[0]) in asked for one in _tested(function, turn))


def _cases(function: FunctionFacts, turn: frozenset[int]) -> Iterator[ir.SelectCase]:
    for at in turn:
        select = function.ir.blocks[at].instructions[-1]
        yield from select.cases if type(select) is ir.Select else ()


def _tested(function: FunctionFacts, turn: frozenset[int]) -> Iterator[ir.Compute]:
    """What is computed in a turn for the conditions in it, once each; what a variable gets last of all."""
    instructions = [each for at in turn for each in function.ir.blocks[at].instructions]
    computed = {each.target: each for each in instructions if isinstance(each, ir.Compute)}
    work = [each.condition for each in instructions if isinstance(each, ir.Branch)]
    seen: set[ir.Operand] = set()
    while work:
        operand = work.pop()
        made = computed.get(operand) if isinstance(operand, int) else None
        if made is not None and operand not in seen:
            yield made
            seen.add(operand)
            work += made.operands


def _works(function: FunctionFacts, turn: frozenset[int]) -> bool:
    """Whether a turn passes by a loop that does something: that it makes no round is the exception."""
    blocks = function.ir.blocks
    return any(
        loop.header in turn and not turn <= loop.blocks and not all(_is_idle(blocks[at]) for at in loop.blocks)
        for loop in function.order.loops
    )


_EXCUSES = (_replaces, _decides, _is_for_what_waits, _works)


def _goes_on(function: FunctionFacts, at: int) -> tuple[int, ...]:
    """Where the block ``at`` leads to as long as nobody is ready."""
    last = function.ir.blocks[at].instructions[-1]
    if type(last) is ir.Select:
        return (last.default,) if last.default is not None else ()
    return function.order.successors[at]


def _is_idle(block: ir.BasicBlock) -> bool:
    return all(_does_nothing(each) for each in block.instructions)


def _does_nothing(instruction: ir.Instruction) -> bool:
    match instruction:
        case ir.Compute(op=op):
            return op not in _ARITHMETIC
        case ir.Call(call=ir.CallInfo(callee=ir.StaticCallee(func=func) | ir.InterfaceCallee(func=func))):
            return func.name in _ASKED
        case ir.Load() | ir.Address() | ir.Declare() | ir.Jump() | ir.Branch() | ir.Select():
            return True
    return False


def _finding(package: PackageFacts, function: FunctionFacts, select: ir.Select, turn: frozenset[int]) -> Finding:
    others = [function.ir.blocks[at].instructions[-1] for at in sorted(turn)]
    return Finding(
        span=span_in(function, select),
        because=("while nobody is ready the default clause leads straight back here: each turn asks and does nothing",),
        related=tuple(
            Related(span_in(function, each), "so does this one")
            for each in others
            if type(each) is ir.Select and each is not select
        ),
        fixes=drop_default(package, span_in(function, select)),
        symbol=function.name,
    )

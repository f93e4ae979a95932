"""Growing a control-flow graph block by block, and cutting it to what can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.flow import ir
from pubcheck.flow.natural_loops import grow

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.types import Type


class Block:
    """A basic block that still grows. ``exit`` names other blocks by their ``id`` until the graph is finished."""

    __slots__ = ("exit", "id", "instructions", "loop")

    def __init__(self, number: int, loop: int) -> None:
        """Begin an empty block inside ``loop`` loops, unless it leaves them for good."""
        self.id = number
        self.loop = loop
        self.instructions: list[ir.Instruction] = []
        self.exit: ir.Terminator | None = None


class Builder:
    """The blocks and registers of one function. ``emit`` adds an instruction to the current block.

    ``goes`` is set where the function has a ``goto``, which may repeat what stands in no ``for`` statement.
    """

    __slots__ = ("_unreached", "block", "blocks", "depth", "emit", "goes", "types")

    emit: Callable[[ir.Instruction], None]

    def __init__(self) -> None:
        """Begin with an empty entry block."""
        self.blocks: list[Block] = []
        self.types: list[Type] = []
        self.depth = 0
        self.goes = False
        self._unreached = Block(-1, 0)  # takes what nothing leads to
        self.start(self.new_block())

    def register(self, type_: Type) -> int:
        """A new register for values of ``type_``."""
        self.types.append(type_)
        return len(self.types) - 1

    def new_block(self) -> Block:
        """A new block at the current loop depth; nothing leads to it yet."""
        block = Block(len(self.blocks), self.depth)
        self.blocks.append(block)
        return block

    def start(self, block: Block) -> None:
        """Continue in ``block``."""
        self.block = block
        self.emit = block.instructions.append

    def exit(self, terminator: ir.Terminator) -> None:
        """End the current block; what follows, unless a block is started, can't run."""
        self.block.exit = terminator
        self.start(self._unreached)

    def jump(self, target: Block, pos: int, end: int) -> None:
        """End the current block with a jump."""
        self.block.exit = ir.Jump(pos, end, target.id)
        self.start(self._unreached)

    def flow_into(self, target: Block, pos: int, end: int) -> None:
        """Jump to ``target`` and continue there."""
        self.block.exit = ir.Jump(pos, end, target.id)
        self.start(target)

    def branch(self, condition: ir.Operand, then: Block, orelse: Block, pos: int, end: int) -> None:
        """End the current block with a branch."""
        self.block.exit = ir.Branch(pos, end, condition, then.id, orelse.id)
        self.start(self._unreached)

    def finish(self, pos: int, end: int) -> tuple[ir.BasicBlock, ...]:
        """The blocks that can run, in reverse post-order; the place is that of the function's closing brace."""
        for block in self.blocks:
            if block.exit is None:
                block.exit = ir.Return(pos, end, ())
        entry = self.blocks[0]
        if type(entry.exit) is ir.Return:
            return (ir.BasicBlock(0, (*entry.instructions, entry.exit), entry.loop),)
        forward = self._forwarding()
        order = self._merged(self._reverse_post_order(forward), forward)
        number = {block.id: index for index, block in enumerate(order)}
        for block_id, target in enumerate(forward):
            if target in number:
                number[block_id] = number[target]
        exits = [_renumber(block.exit, number) for block in order]
        for terminator in exits:
            if type(terminator) is ir.Select:
                _attach(terminator, order)
        if self.goes or any(block.loop for block in order):
            _count_loops(order, exits)
        return tuple(
            [
                ir.BasicBlock(index, (*block.instructions, terminator), block.loop)
                for index, (block, terminator) in enumerate(zip(order, exits, strict=True))
            ]
        )

    def _forwarding(self) -> list[int]:
        """For each block the one that really runs: a block that only jumps stands for its target.

        The entry stays, so that nothing leads back to it.
        """
        forward = list(range(len(self.blocks)))
        for block in self.blocks[1:]:
            if block.instructions or type(block.exit) is not ir.Jump:
                continue
            seen = {block.id}
            at = block
            while not at.instructions and type(at.exit) is ir.Jump and at.exit.block not in seen:
                at = self.blocks[at.exit.block]
                seen.add(at.id)
            forward[block.id] = at.id
        return forward

    def _merged(self, order: list[Block], forward: list[int]) -> list[Block]:
        """``order`` without the blocks that always and only run after one other, whose instructions go there."""
        before = [0] * len(self.blocks)
        for block in order:
            for each in {forward[target] for target in successors(block.exit)}:
                before[each] += 1
        gone: set[int] = set()
        for block in order:
            while block.id not in gone and type(block.exit) is ir.Jump:
                target = self.blocks[forward[block.exit.block]]
                if before[target.id] != 1 or target.loop != block.loop:
                    break
                block.instructions += target.instructions
                block.exit = target.exit
                gone.add(target.id)
        return [block for block in order if block.id not in gone]

    def _reverse_post_order(self, forward: list[int]) -> list[Block]:
        done: list[Block] = []
        seen = {0}
        stack = [(self.blocks[0], _targets(self.blocks[0].exit))]
        while stack:
            block, targets = stack[-1]
            if not targets:
                stack.pop()
                done.append(block)
                continue
            target = forward[targets.pop()]
            if target not in seen:
                seen.add(target)
                stack.append((self.blocks[target], _targets(self.blocks[target].exit)))
        done.reverse()
        return done


def _count_loops(order: list[Block], exits: list[ir.Terminator]) -> None:
    """Take those blocks out of all loops that stand in a body but never come back to its head: they end it.

    What is come back to from outside of all bodies, a ``goto`` repeats.
    """
    before: list[list[int]] = [[] for _ in order]
    latches: list[tuple[int, int]] = []
    for index, terminator in enumerate(exits):
        for target in successors(terminator):
            before[target].append(index)
            if target <= index:
                latches.append((index, target))
    within: set[int] = set()
    for latch, header in latches:
        body = {header}
        grow(body, latch, before)
        within |= body
    for index, block in enumerate(order):
        block.loop = max(block.loop, 1) if index in within else 0


def successors(terminator: ir.Instruction | None) -> tuple[int, ...]:
    """The blocks that a terminator leads to, the likelier-looking first (then before else, body before exit)."""
    kind = type(terminator)
    if kind is ir.Jump:
        return (terminator.block,)  # type: ignore[union-attr]
    if kind is ir.Branch:
        return (terminator.then, terminator.orelse)  # type: ignore[union-attr]
    if kind is ir.Range:
        return (terminator.body, terminator.exit)  # type: ignore[union-attr]
    if kind is ir.Select:
        cases = tuple([case.block for case in terminator.cases])  # type: ignore[union-attr]
        return cases if terminator.default is None else (*cases, terminator.default)  # type: ignore[union-attr]
    return ()


def _targets(terminator: ir.Terminator | None) -> list[int]:
    return list(successors(terminator))


def _renumber(terminator: ir.Terminator | None, number: dict[int, int]) -> ir.Terminator:
    kind = type(terminator)
    if kind is ir.Return or kind is ir.Panic:
        return terminator  # type: ignore[return-value]
    if kind is ir.Jump:
        return ir.Jump(terminator.pos, terminator.end, number[terminator.block])  # type: ignore[union-attr]
    match terminator:
        case ir.Branch():
            then, orelse = number[terminator.then], number[terminator.orelse]
            if then == orelse:
                return ir.Jump(terminator.pos, terminator.end, then)
            return ir.Branch(terminator.pos, terminator.end, terminator.condition, then, orelse)
        case ir.Range():
            return msgspec.structs.replace(terminator, body=number[terminator.body], exit=number[terminator.exit])
        case ir.Select(pos, end, cases, default):
            renumbered = tuple(ir.SelectCase(case.channel, case.send, number[case.block]) for case in cases)
            return ir.Select(pos, end, renumbered, None if default is None else number[default])
        case _:
            raise AssertionError(terminator)


def _attach(select: ir.Select, order: list[Block]) -> None:
    """Tell the communications that begin the blocks of ``select`` that they are its."""
    for case in select.cases:
        instructions = order[case.block].instructions
        first = instructions[0]
        if isinstance(first, ir.Send | ir.Receive):
            instructions[0] = msgspec.structs.replace(first, in_select=select)

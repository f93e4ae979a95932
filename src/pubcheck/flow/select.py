"""``select``: what is waited for is evaluated first, what happened begins the block of its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.context import Jumps
from pubcheck.flow.control import take_label
from pubcheck.flow.expressions import channel_element
from pubcheck.flow.shapes import BOOL
from pubcheck.flow.statements import define, store, target
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.flow.builder import Block
    from pubcheck.flow.context import Lowering, StmtTable


def _select(fn: Lowering, node: ast.Select) -> None:
    label = take_label(fn)
    after = fn.new_block()
    waits = all(clause.comm is not None for clause in node.clauses)
    bodies = [fn.new_block() for _ in node.clauses]
    cases: list[ir.SelectCase] = []
    received: list[tuple[ir.Operand, ...]] = []
    default: int | None = None
    for clause, body in zip(node.clauses, bodies, strict=True):
        values: tuple[ir.Operand, ...] = ()
        if clause.comm is None:
            default = body.id
        else:
            channel, values = _communication(fn, clause.comm, body)
            if waits or not _is_just_set(fn, channel):
                cases.append(ir.SelectCase(channel, type(clause.comm) is ast.Send, body.id))
        received.append(values)
    fn.exit(ir.Select(node.pos, node.end, tuple(cases), default))
    fn.jumps.append(Jumps(label, after, None))
    for clause, body, values in zip(node.clauses, bodies, received, strict=True):
        fn.start(body)
        if type(clause.comm) is ast.Assign:
            _assign(fn, clause.comm, values)
        for statement in clause.body:
            fn.stmt(statement)
        fn.jump(after, clause.end, clause.end)
    fn.jumps.pop()
    fn.start(after)


def _is_just_set(fn: Lowering, channel: ir.Operand) -> bool:
    """Whether ``channel`` is of a clock that is set for this look alone: a default clause is there before it."""
    last = fn.block.instructions[-1] if fn.block.instructions else None
    return (
        type(last) is ir.Call
        and last.targets == (channel,)
        and type(last.call.callee) is ir.StaticCallee
        and last.call.callee.func.full_name == "time.After"
    )


def _communication(fn: Lowering, comm: ast.Stmt, body: Block) -> tuple[ir.Operand, tuple[ir.Operand, ...]]:
    """Evaluate the operands of ``comm`` and let ``body`` begin with it; its channel and what it receives."""
    if type(comm) is ast.Send:
        channel = fn.expr(comm.channel)
        body.instructions.append(ir.Send(comm.pos, comm.end, channel, fn.expr(comm.value)))
        return channel, ()
    expr = comm.x if type(comm) is ast.ExprStmt else comm.right[0] if type(comm) is ast.Assign and comm.right else None
    while type(expr) is ast.Paren:
        expr = expr.x
    if type(expr) is not ast.Unary or expr.op != "<-":
        fn.partial = True
        channel = fn.unknown(comm)
        body.instructions.append(ir.Receive(comm.pos, comm.end, channel, None, None))
        return channel, ()
    channel = fn.expr(expr.x)
    wanted = len(comm.left) if type(comm) is ast.Assign else 0
    value = fn.register(channel_element(fn, expr.x)) if wanted else None
    ok = fn.register(BOOL) if wanted > 1 else None
    body.instructions.append(ir.Receive(expr.pos, expr.end, channel, value, ok))
    return channel, tuple([each for each in (value, ok) if each is not None])


def _assign(fn: Lowering, comm: ast.Assign, values: tuple[ir.Operand, ...]) -> None:
    for left, value in zip(comm.left, values, strict=False):
        if comm.op == ":=":
            define(fn, left, value)
        else:
            store(fn, left, target(fn, left), value)


SELECT: StmtTable = {ast.Select: _select}

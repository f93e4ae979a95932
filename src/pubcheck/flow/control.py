"""Conditions, switches, labels and jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.context import Jumps
from pubcheck.flow.expressions import condition
from pubcheck.flow.shapes import BOOL, NIL
from pubcheck.model.symbols import Nil
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.flow.builder import Block
    from pubcheck.flow.context import Lowering, StmtTable
    from pubcheck.model.types import Type


def _if(fn: Lowering, node: ast.If) -> None:
    after = fn.new_block()
    at: ast.Stmt | None = node
    while type(at) is ast.If:
        if at.init is not None:
            fn.stmt(at.init)
        then = fn.new_block()
        orelse = after if at.orelse is None else fn.new_block()
        condition(fn, at.cond, then, orelse)
        fn.start(then)
        fn.stmt(at.then)
        fn.jump(after, at.then.end - 1, at.then.end)
        fn.start(orelse)
        at = at.orelse
    if at is not None:
        fn.stmt(at)
        fn.flow_into(after, at.end - 1, at.end)


def take_label(fn: Lowering) -> str | None:
    """The label of the statement that is being lowered, for it alone."""
    label, fn.label = fn.label, None
    return label


def _switch(fn: Lowering, node: ast.Switch) -> None:
    label = take_label(fn)
    if node.init is not None:
        fn.stmt(node.init)
    tag = None if node.tag is None else fn.expr(node.tag)
    after = fn.new_block()
    bodies = [fn.new_block() for _ in node.cases]
    otherwise = after
    for case, body in zip(node.cases, bodies, strict=True):
        if case.default:
            otherwise = body
        for value in case.values:
            following = fn.new_block()
            if tag is None:
                condition(fn, value, body, following)
            else:
                same = fn.compute(value, "==", (tag, fn.expr(value)), BOOL)
                fn.branch(same, body, following, value.pos, value.end)
            fn.start(following)
    fn.jump(otherwise, node.pos, node.end)
    fn.jumps.append(Jumps(label, after, None))
    for index, (case, body) in enumerate(zip(node.cases, bodies, strict=True)):
        fn.start(body)
        _case_body(fn, case, bodies[index + 1] if index + 1 < len(bodies) else after)
        fn.jump(after, case.end, case.end)
    fn.jumps.pop()
    fn.start(after)


def _case_body(fn: Lowering, case: ast.Case, following: Block) -> None:
    for statement in case.body:
        if type(statement) is ast.Branch and statement.keyword == "fallthrough":
            fn.jump(following, statement.pos, statement.end)
        else:
            fn.stmt(statement)


def _type_switch(fn: Lowering, node: ast.TypeSwitch) -> None:
    label = take_label(fn)
    if node.init is not None:
        fn.stmt(node.init)
    subject = fn.expr(node.x)
    after = fn.new_block()
    bodies = [fn.new_block() for _ in node.cases]
    otherwise = after
    fn.jumps.append(Jumps(label, after, None))
    values: list[ir.Operand] = []
    for case, body in zip(node.cases, bodies, strict=True):
        if case.default:
            otherwise = body
        value = subject
        for each in case.values:
            value = _type_test(fn, each, subject, body)
        values.append(value if len(case.values) == 1 else subject)
    fn.jump(otherwise, node.pos, node.end)
    for case, body, value in zip(node.cases, bodies, values, strict=True):
        fn.start(body)
        var = fn.info.clause_variable(case)
        if var is not None and node.name is not None:
            fn.declare(node.name, var, value)
        for statement in case.body:
            fn.stmt(statement)
        fn.jump(after, case.end, case.end)
    fn.jumps.pop()
    fn.start(after)


def _type_test(fn: Lowering, node: ast.Expr, subject: ir.Operand, body: Block) -> ir.Operand:
    """Go to ``body`` if ``subject`` is of type ``node``; the subject as that type."""
    following = fn.new_block()
    if type(node) is ast.Ident and type(fn.info.symbol(node)) is Nil:
        value: ir.Operand = subject
        ok = fn.compute(node, "==", (subject, NIL), BOOL)
    else:
        type_: Type = fn.info.type(node)
        target, ok = fn.register(type_), fn.register(BOOL)
        fn.emit(ir.Compute(node.pos, node.end, target, "assert", (subject,), type_, ok))
        value = target
    fn.branch(ok, body, following, node.pos, node.end)
    fn.start(following)
    return value


def _labeled(fn: Lowering, node: ast.Labeled) -> None:
    block = label_block(fn, node.label.name)
    fn.flow_into(block, node.label.pos, node.label.end)
    block.loop = fn.depth
    fn.label = node.label.name
    fn.stmt(node.statement)
    fn.label = None


def label_block(fn: Lowering, name: str) -> Block:
    """The block that ``goto name`` leads to."""
    block = fn.labels.get(name)
    if block is None:
        block = fn.labels[name] = fn.new_block()
    return block


def _branch(fn: Lowering, node: ast.Branch) -> None:
    name = None if node.label is None else node.label.name
    if node.keyword == "goto" and name is not None:
        fn.goes = True
        fn.jump(label_block(fn, name), node.pos, node.end)
        return
    for jumps in reversed(fn.jumps):
        target = jumps.after if node.keyword == "break" else jumps.turn
        if target is not None and name in (None, jumps.label) and node.keyword != "fallthrough":
            fn.jump(target, node.pos, node.end)
            return
    fn.partial = True


CONTROL: StmtTable = {
    ast.If: _if,
    ast.Switch: _switch,
    ast.TypeSwitch: _type_switch,
    ast.Labeled: _labeled,
    ast.Branch: _branch,
}

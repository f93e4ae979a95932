"""Statements without control flow of their own: declarations, assignments, calls, sends, ``go`` and ``defer``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.calls import call_results, call_statement, spawned
from pubcheck.flow.expressions import channel_element
from pubcheck.flow.literals import fill, is_filled
from pubcheck.flow.places import place, var_place
from pubcheck.flow.shapes import BOOL, ONE, is_map
from pubcheck.model.symbols import Var
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.flow.context import Lowering, StmtTable

_MAY_CALL = frozenset({ast.Call, ast.FuncLit, ast.Unary, ast.Binary, ast.TypeAssert, ast.CompositeLit})

Target = ir.Place | None
"""Where an assignment goes; None for the blank identifier."""


def _expr_stmt(fn: Lowering, node: ast.ExprStmt) -> None:
    x = node.x
    while type(x) is ast.Paren:
        x = x.x
    if type(x) is ast.Call:
        call_statement(fn, x)
    elif type(x) is ast.Unary and x.op == "<-":
        fn.emit(ir.Receive(x.pos, x.end, fn.expr(x.x), None, None))
    else:
        fn.expr(x)


def _send(fn: Lowering, node: ast.Send) -> None:
    channel = fn.expr(node.channel)
    fn.emit(ir.Send(node.pos, node.end, channel, fn.expr(node.value)))


def _inc_dec(fn: Lowering, node: ast.IncDec) -> None:
    _update(fn, node, node.x, node.op[0], None)


def _assign(fn: Lowering, node: ast.Assign) -> None:
    if node.op == ":=":
        _define(fn, node)
    elif node.op != "=":
        if node.left and node.right:
            _update(fn, node, node.left[0], node.op[:-1], node.right[0])
    elif len(node.left) == 1 and len(node.right) == 1:
        _assign_one(fn, node, node.left[0], node.right[0])
    else:
        _assign_many(fn, node)


def _assign_one(fn: Lowering, node: ast.Assign, left: ast.Expr, right: ast.Expr) -> None:
    # A variable, field or element on the left is found after the value, as compiled code does it, unless finding it
    # runs code of its own.
    if _is_plain(left):
        value = fn.expr(right)
        store(fn, node, target(fn, left), value)
    else:
        at = target(fn, left)
        store(fn, node, at, fn.expr(right))


def _is_plain(node: ast.Expr) -> bool:
    while True:
        cls = type(node)
        if cls is ast.Ident or cls is ast.BasicLit:
            return True
        if cls is ast.Index:
            if not all(_is_plain(index) for index in node.indices):  # type: ignore[attr-defined]
                return False
        elif cls not in (ast.Selector, ast.Star, ast.Paren):
            return False
        node = node.x  # type: ignore[attr-defined]


def _assign_many(fn: Lowering, node: ast.Assign) -> None:
    targets = [_fixed_place(fn, each, target(fn, each)) for each in node.left]
    values = _values(fn, node.left, node.right)
    if len(node.right) == len(node.left):
        values = [fn.fixed(node, value) for value in values]
    for each, value in zip(targets, values, strict=False):
        store(fn, node, each, value)


def _fixed_place(fn: Lowering, node: ast.Expr, at: Target) -> Target:
    """``at`` with its registers as they are before anything is assigned."""
    if at is None or not at.steps:
        return at
    root = fn.fixed(node, at.root) if isinstance(at.root, int) else at.root
    steps = tuple(
        [ir.Element(fn.fixed(node, step.index)) if type(step) is ir.Element and step.index is not None else step
         for step in at.steps]
    )  # fmt: skip
    return ir.Place(root, steps, at.type)  # type: ignore[arg-type]


def _values(fn: Lowering, left: Sequence[ast.Expr], right: Sequence[ast.Expr]) -> list[ir.Operand]:
    """The values of ``right``, one for each of ``left``."""
    if len(right) == 1 and len(left) > 1:
        return list(multiple(fn, right[0], len(left)))
    return [fn.expr(each) for each in right]


def multiple(fn: Lowering, node: ast.Expr, count: int) -> tuple[ir.Operand, ...]:
    """The ``count`` values of one expression: a call's results, or a value and whether there was one."""
    while type(node) is ast.Paren:
        node = node.x
    match node:
        case ast.Call():
            return call_results(fn, node, count)
        case ast.Index() if is_map(fn.info.type(node.x)):
            at = place(fn, node)
            value, ok = fn.register(at.type), fn.register(BOOL)
            fn.emit(ir.Load(node.pos, node.end, value, at, ok))
        case ast.TypeAssert(type=asserted):
            type_ = fn.info.type(asserted) if asserted is not None else fn.info.type(node)
            operand = fn.expr(node.x)
            value, ok = fn.register(type_), fn.register(BOOL)
            fn.emit(ir.Compute(node.pos, node.end, value, "assert", (operand,), type_, ok))
        case ast.Unary(op="<-"):
            channel = fn.expr(node.x)
            value, ok = fn.register(channel_element(fn, node.x)), fn.register(BOOL)
            fn.emit(ir.Receive(node.pos, node.end, channel, value, ok))
        case _:
            value, ok = fn.unknown(node), fn.unknown(node)
            fn.expr(node)
    return (value, ok, *(fn.unknown(node) for _ in range(count - 2)))


def target(fn: Lowering, node: ast.Expr) -> Target:
    """Where an assignment to ``node`` goes."""
    while type(node) is ast.Paren:
        node = node.x
    if type(node) is ast.Ident:
        if node.name == "_":
            return None
        symbol = fn.info.symbol(node)
        return var_place(fn, symbol) if type(symbol) is Var else None
    return place(fn, node)


def store(fn: Lowering, node: ast.Node, at: Target, value: ir.Operand) -> None:
    """Write ``value`` where ``target`` said."""
    if at is None:
        return
    if not at.steps and type(at.root) is int:
        fn.move(node, at.root, value)
    else:
        fn.emit(ir.Store(node.pos, node.end, at, value))


def _update(fn: Lowering, node: ast.Stmt, left: ast.Expr, op: str, right: ast.Expr | None) -> None:
    """``x op= y`` and ``x++``: one place, read and written."""
    at = place(fn, left)
    value = fn.read(left, at)
    other = ONE if right is None else fn.expr(right)
    if not at.steps and type(at.root) is int:
        fn.emit(ir.Compute(node.pos, node.end, at.root, op, (value, other), at.type))
        return
    fn.emit(ir.Store(node.pos, node.end, at, fn.compute(node, op, (value, other), at.type)))


def _define(fn: Lowering, node: ast.Assign) -> None:
    if len(node.left) == 1 and len(node.right) == 1 and type(node.left[0]) is ast.Ident:
        _define_one(fn, node.left[0], node.right[0])
        return
    values = _values(fn, node.left, node.right)
    if len(node.left) > 1 and len(node.right) == len(node.left):
        values = [fn.fixed(node, value) for value in values]
    for left, value in zip(node.left, values, strict=False):
        define(fn, left, value)


def _define_one(fn: Lowering, name: ast.Ident, value: ast.Expr) -> None:
    """``name := value`` and ``var name = value``; a literal of parts is made in the variable's own memory."""
    symbol = fn.info.symbol(name)
    if type(symbol) is Var and symbol in fn.cells and is_filled(fn, value):
        fn.declare(name, symbol, None)
        fill(fn, value, ir.Place(symbol, (), symbol.type))
    else:
        define(fn, name, fn.expr(value))


def define(fn: Lowering, left: ast.Expr, value: ir.Operand) -> None:
    """Give ``value`` to a name on the left of ``:=``, which may be declared already."""
    if type(left) is not ast.Ident or left.name == "_":
        return
    symbol = fn.info.symbol(left)
    if type(symbol) is not Var:
        return
    if symbol.pos == left.pos:
        fn.declare(left, symbol, value)
    else:
        store(fn, left, var_place(fn, symbol), value)


def _declaration(fn: Lowering, node: ast.DeclStmt) -> None:
    for spec in node.specs:
        if type(spec) is ast.ValueSpec and not spec.constant:
            declare_values(fn, spec)


def declare_values(fn: Lowering, spec: ast.ValueSpec) -> None:
    """``var a, b T = x, y``."""
    if len(spec.names) == 1 and len(spec.values) == 1:
        _define_one(fn, spec.names[0], spec.values[0])
        return
    values: list[ir.Operand] | list[None] = (
        _values(fn, spec.names, spec.values) if spec.values else [None] * len(spec.names)
    )
    for name, value in zip(spec.names, values, strict=False):
        symbol = fn.info.symbol(name)
        if type(symbol) is Var:
            fn.declare(name, symbol, value)


def _go(fn: Lowering, node: ast.Go) -> None:
    _spawn(fn, node, ir.Go)


def _defer(fn: Lowering, node: ast.Defer) -> None:
    _spawn(fn, node, ir.Defer)


def _spawn(fn: Lowering, node: ast.Go | ast.Defer, kind: type[ir.Go | ir.Defer]) -> None:
    call = node.call
    while type(call) is ast.Paren:
        call = call.x
    if type(call) is not ast.Call:
        fn.partial = True
        return
    info = spawned(fn, call)
    if info is not None:
        fn.emit(kind(node.pos, node.end, info))


def _return(fn: Lowering, node: ast.Return) -> None:
    values: Sequence[ir.Operand]
    if not node.results:
        values = [_result(fn, node, each) for each in fn.results]
    else:
        values = _values(fn, fn.results, node.results)  # type: ignore[arg-type]
        itself = [fn.info.symbol(each) if type(each) is ast.Ident else None for each in node.results]
        for position, (result, value) in enumerate(zip(fn.results, values, strict=False)):
            if type(result) is Var and not (position < len(itself) and itself[position] is result):
                fn.emit(ir.Store(node.pos, node.end, ir.Place(result, (), result.type), value))
    fn.exit(ir.Return(node.pos, node.end, tuple(values)))


def _result(fn: Lowering, node: ast.Return, result: int | Var) -> ir.Operand:
    """What a bare return gives: the variable; zero for a result that has no name, though it should."""
    if isinstance(result, Var):
        return fn.load(node, ir.Place(result, (), result.type))
    return result if result in fn.vars else fn.zero(node, fn.types[result])


def block(fn: Lowering, node: ast.Block) -> None:
    """Statements one after another."""
    for statement in node.statements:
        fn.stmt(statement)


def _nothing(fn: Lowering, node: ast.Empty) -> None:
    pass


def _bad(fn: Lowering, node: ast.BadStmt) -> None:  # noqa: ARG001
    fn.partial = True


STATEMENTS: StmtTable = {
    ast.BadStmt: _bad,
    ast.Block: block,
    ast.ExprStmt: _expr_stmt,
    ast.Send: _send,
    ast.IncDec: _inc_dec,
    ast.Assign: _assign,
    ast.Go: _go,
    ast.Defer: _defer,
    ast.Return: _return,
    ast.Empty: _nothing,
    ast.DeclStmt: _declaration,
}

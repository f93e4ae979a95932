"""Evaluating expressions, from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.calls import bound_method, call
from pubcheck.flow.closures import closure
from pubcheck.flow.literals import composite, composite_address
from pubcheck.flow.places import address, place
from pubcheck.flow.shapes import BOOL, INT, NIL, array_of
from pubcheck.model.structure import core_type
from pubcheck.model.symbols import Const, Func, Nil, Var
from pubcheck.model.types import UNKNOWN, Chan, Signature, Type
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.flow.builder import Block
    from pubcheck.flow.context import ExprTable, Lowering

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


def _ident(fn: Lowering, node: ast.Ident) -> ir.Operand:
    symbol = fn.info.symbol(node)
    cls = type(symbol)
    if cls is Var:
        register = fn.registers.get(symbol)  # type: ignore[call-overload]
        if register is not None:
            return register  # type: ignore[no-any-return]
        return fn.read(node, place(fn, node))
    if cls is Nil:
        return NIL
    if cls is Const:
        return _constant(fn, node)
    if cls is Func:
        return ir.FuncValue(symbol)  # type: ignore[arg-type]
    return fn.unknown(node)


def _constant(fn: Lowering, node: ast.Expr) -> ir.Const:
    value = fn.info.constant(node)
    return ir.Const(value, fn.info.type(node), known=value is not None)


def _selector(fn: Lowering, node: ast.Selector) -> ir.Operand:
    selection = fn.info.selection(node)
    if selection is not None:
        obj = selection.obj
        cls = type(obj)
        if type(obj) is Func:
            return ir.FuncValue(obj) if selection.kind != "method" else bound_method(fn, node, selection, obj)
        if cls is Const:
            return _constant(fn, node)
        if cls is not Var:
            return fn.unknown(node)
    return fn.read(node, place(fn, node))


def _in_memory(fn: Lowering, node: ast.Index | ast.Star) -> ir.Operand:
    return fn.read(node, place(fn, node))


def _index(fn: Lowering, node: ast.Index) -> ir.Operand:
    if type(fn.info.type(node.x)) is Signature:
        return fn.expr(node.x)  # an instantiation: type arguments don't matter for what is called
    return fn.read(node, place(fn, node))


def _paren(fn: Lowering, node: ast.Paren) -> ir.Operand:
    return fn.expr(node.x)


def _slice(fn: Lowering, node: ast.SliceExpr) -> ir.Operand:
    x_type = fn.info.type(node.x)
    base: ir.Operand = address(fn, node.x, place(fn, node.x)) if array_of(x_type) is not None else fn.expr(node.x)
    bounds = [fn.expr(bound) for bound in (node.low, node.high, node.max) if bound is not None]
    if node.low is None and node.max is not None:
        bounds.insert(0, ir.Const(0, INT))  # three bounds are a capacity given, two aren't
    return fn.compute(node, "slice", (base, *bounds), fn.info.type(node))


def _assert(fn: Lowering, node: ast.TypeAssert) -> ir.Operand:
    return fn.compute(node, "assert", (fn.expr(node.x),), fn.info.type(node))


def _unary(fn: Lowering, node: ast.Unary) -> ir.Operand:
    match node.op:
        case "&":
            return address_of(fn, node)
        case "<-":
            return receive(fn, node)
        case op:
            value = fn.expr(node.x)
            if type(value) is ir.Const:
                return _constant(fn, node)
            return fn.compute(
                node, op, (value,), BOOL if op == "!" else fn.types[value] if type(value) is int else fn.info.type(node)
            )


def address_of(fn: Lowering, node: ast.Unary) -> ir.Operand:
    """``&x``: of a variable its address, of a literal new memory."""
    x = node.x
    while type(x) is ast.Paren:
        x = x.x
    if type(x) is ast.CompositeLit:
        return composite_address(fn, node, x, fn.info.type(x))
    return address(fn, node, place(fn, x))


def receive(fn: Lowering, node: ast.Unary) -> int:
    """``<-channel``."""
    channel = fn.expr(node.x)
    target = fn.register(channel_element(fn, node.x))
    fn.emit(ir.Receive(node.pos, node.end, channel, target, None))
    return target


def channel_element(fn: Lowering, channel: ast.Expr) -> Type:
    """The type of what ``channel`` carries."""
    under = core_type(fn.info.type(channel))
    return under.element if type(under) is Chan else UNKNOWN


def _binary(fn: Lowering, node: ast.Binary) -> ir.Operand:
    if node.op in ("&&", "||"):
        return _logical(fn, node)
    # A long sum leans to the left as deep as it has terms.
    spine = [node]
    left = node.x
    while type(left) is ast.Binary and left.op not in ("&&", "||"):
        spine.append(left)
        left = left.x
    value = fn.expr(left)
    while spine:
        node = spine.pop()
        other = fn.expr(node.y)
        if type(value) is ir.Const and type(other) is ir.Const and value is not NIL and other is not NIL:
            value = _constant(fn, node)
            continue
        type_ = BOOL if node.op in _COMPARISONS else _operand_type(fn, value, other)
        value = fn.compute(node, node.op, (value, other), type_)
    return value


def _operand_type(fn: Lowering, value: ir.Operand, other: ir.Operand) -> Type:
    """The type of ``value op other``: that of the operand that isn't an untyped constant."""
    for each in (value, other):
        if type(each) is int:
            return fn.types[each]
    return value.type if type(value) is ir.Const else UNKNOWN


def _logical(fn: Lowering, node: ast.Binary) -> ir.Operand:
    """``&&`` and ``||`` as values: the second operand is evaluated only where it decides."""
    first = fn.expr(node.x)
    other, join = fn.new_block(), fn.new_block()
    if node.op == "&&":
        fn.branch(first, other, join, node.pos, node.end)
    else:
        fn.branch(first, join, other, node.pos, node.end)
    fn.start(other)
    second = fn.expr(node.y)
    fn.flow_into(join, node.pos, node.end)
    return fn.compute(node, "phi", (first, second), BOOL)


def condition(fn: Lowering, node: ast.Expr, then: Block, orelse: Block) -> None:
    """Branch on ``node``: ``&&``, ``||`` and ``!`` become control flow."""
    while True:
        match node:
            case ast.Paren():
                node = node.x
            case ast.Unary(op="!"):
                node, then, orelse = node.x, orelse, then
            case ast.Binary(op="&&" | "||"):
                # The left operand nests as deep as there are operands: its own loop runs over the right ones.
                operands = _operands(node)
                for operand in operands[:-1]:
                    following = fn.new_block()
                    if node.op == "&&":
                        condition(fn, operand, following, orelse)
                    else:
                        condition(fn, operand, then, following)
                    fn.start(following)
                node = operands[-1]
            case _:
                value = fn.expr(node)
                fn.branch(value, then, orelse, node.pos, node.end)
                return


def _operands(node: ast.Binary) -> list[ast.Expr]:
    """The operands of ``a op b op c``, which is ``(a op b) op c``."""
    op = node.op
    operands = [node.y]
    left = node.x
    while type(left) is ast.Binary and left.op == op:
        operands.append(left.y)
        left = left.x
    operands.append(left)
    operands.reverse()
    return operands


def _literal(fn: Lowering, node: ast.BasicLit) -> ir.Operand:
    return _constant(fn, node)


def _composite(fn: Lowering, node: ast.CompositeLit) -> ir.Operand:
    return composite(fn, node, fn.info.type(node))


def _bad(fn: Lowering, node: ast.Expr) -> ir.Operand:
    fn.partial = True
    return fn.unknown(node)


def _type(fn: Lowering, node: ast.Expr) -> ir.Operand:
    return fn.unknown(node)


def _key_value(fn: Lowering, node: ast.KeyValue) -> ir.Operand:
    return fn.expr(node.value)


EXPRESSIONS: ExprTable = {
    ast.BadExpr: _bad,
    ast.Ident: _ident,
    ast.BasicLit: _literal,
    ast.CompositeLit: _composite,
    ast.KeyValue: _key_value,
    ast.FuncLit: closure,
    ast.Paren: _paren,
    ast.Selector: _selector,
    ast.Index: _index,
    ast.SliceExpr: _slice,
    ast.TypeAssert: _assert,
    ast.Call: call,
    ast.Star: _in_memory,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.ArrayType: _type,
    ast.SliceType: _type,
    ast.MapType: _type,
    ast.ChanType: _type,
    ast.FuncType: _type,
    ast.StructType: _type,
    ast.InterfaceType: _type,
}

"""``for`` in all its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.context import Jumps
from pubcheck.flow.control import take_label
from pubcheck.flow.expressions import condition
from pubcheck.flow.shapes import BOOL, INT, pointee
from pubcheck.flow.statements import store, target
from pubcheck.model.structure import core_type
from pubcheck.model.symbols import Var
from pubcheck.model.types import UNKNOWN, Array, Basic, Chan, Map, Signature, Slice, Type
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.flow.builder import Block
    from pubcheck.flow.context import Lowering, StmtTable

PER_ITERATION = (1, 22)
"""Since this version of Go each turn of a loop has variables of its own."""


def _for(fn: Lowering, node: ast.For) -> None:
    label = take_label(fn)
    if node.init is not None:
        fn.stmt(node.init)
    after = fn.new_block()
    fn.depth += 1
    header, body, post = fn.new_block(), fn.new_block(), fn.new_block()
    fn.flow_into(header, node.pos, node.body.pos)
    if node.cond is None or (type(node.cond) is ast.Ident and fn.info.constant(node.cond) is True):
        fn.flow_into(body, node.pos, node.body.pos)
    else:
        condition(fn, node.cond, body, after)
        fn.start(body)
    fn.jumps.append(Jumps(label, after, post))
    fn.stmt(node.body)
    fn.jumps.pop()
    fn.flow_into(post, node.body.end - 1, node.body.end)
    if fn.unit.go_version >= PER_ITERATION and type(node.init) is ast.Assign and node.init.op == ":=":
        _copy_cells(fn, node.init)
    if node.post is not None:
        fn.stmt(node.post)
    fn.jump(header, node.body.end - 1, node.body.end)
    fn.depth -= 1
    fn.start(after)


def _copy_cells(fn: Lowering, init: ast.Assign) -> None:
    """The next turn's variables begin with the values of this turn's."""
    for left in init.left:
        symbol = fn.info.symbol(left) if type(left) is ast.Ident else None
        if type(symbol) is Var and symbol in fn.cells:
            value = fn.load(left, ir.Place(symbol, (), symbol.type))
            fn.declare(left, symbol, value)


def _range(fn: Lowering, node: ast.Range) -> None:
    label = take_label(fn)
    type_ = fn.info.type(node.x)
    key_type, value_type = turn_types(type_)
    subject = _subject(fn, node, type_)
    key, value = _wanted(node.key), _wanted(node.value)
    if node.define and fn.unit.go_version < PER_ITERATION:
        for name in (key, value):
            _declare_once(fn, name)
    after = fn.new_block()
    fn.depth += 1
    header, body = fn.new_block(), fn.new_block()
    fn.flow_into(header, node.pos, node.body.pos)
    received = (
        None if key is None else _turn_register(fn, node, key, key_type),
        None if value is None else _turn_register(fn, node, value, value_type),
    )
    if type(core_type(type_)) is Chan:
        ok = fn.register(BOOL)
        fn.emit(ir.Receive(node.x.pos, node.x.end, subject, received[0], ok))
        fn.branch(ok, body, after, node.pos, node.body.pos)
    else:
        fn.exit(ir.Range(node.pos, node.body.pos, subject, type_, *received, body.id, after.id))
    fn.start(body)
    for name, register in zip((key, value), received, strict=True):
        if name is not None and register is not None:
            _turn_variable(fn, node, name, register)
    _body(fn, node, Jumps(label, after, header), header)
    fn.depth -= 1
    fn.start(after)


def _body(fn: Lowering, node: ast.Range, jumps: Jumps, header: Block) -> None:
    fn.jumps.append(jumps)
    fn.stmt(node.body)
    fn.jumps.pop()
    fn.jump(header, node.body.end - 1, node.body.end)


def _subject(fn: Lowering, node: ast.Range, type_: Type) -> ir.Operand:
    """What is ranged over, evaluated once. Of an array only the elements that are asked for."""
    if type(core_type(type_)) is Array and node.value is None:
        return ir.Const(None, type_, known=False)
    return fn.fixed(node.x, fn.expr(node.x))


def turn_types(type_: Type) -> tuple[Type, Type]:
    """The types of what each turn of a range over ``type_`` gives."""
    element = pointee(type_)
    match core_type(type_ if element is None else element):
        case Slice(element=item) | Array(element=item):
            return INT, item
        case Map(key, item):
            return key, item
        case Chan(element=item):
            return item, UNKNOWN
        case Basic(name="string" | "untyped string"):
            return INT, Basic("int32")
        case Basic(name="untyped int" | "untyped rune" | "untyped float"):
            return INT, UNKNOWN
        case Basic():
            return type_, UNKNOWN
        case Signature(params=(Signature(params=params), *_)):
            given = (*params, UNKNOWN, UNKNOWN)
            return given[0], given[1]
        case _:
            return UNKNOWN, UNKNOWN


def _wanted(node: ast.Expr | None) -> ast.Expr | None:
    return None if type(node) is ast.Ident and node.name == "_" else node


def _variable(fn: Lowering, node: ast.Expr) -> Var | None:
    symbol = fn.info.symbol(node) if type(node) is ast.Ident else None
    return symbol if type(symbol) is Var else None


def _declare_once(fn: Lowering, name: ast.Expr | None) -> None:
    var = None if name is None else _variable(fn, name)
    if name is not None and var is not None and var in fn.cells:
        fn.declare(name, var, None)


def _turn_register(fn: Lowering, node: ast.Range, name: ast.Expr, type_: Type) -> int:
    """Where a turn's key or value arrives: the variable itself if it is a register."""
    var = _variable(fn, name)
    if var is not None and (node.define or type(name) is ast.Ident) and fn.is_own(var):
        return fn.var_register(var)
    return fn.register(type_)


def _turn_variable(fn: Lowering, node: ast.Range, name: ast.Expr, register: int) -> None:
    """Hand what arrived in ``register`` to a cell or another place."""
    if not node.define:
        at = target(fn, name)
        if at is not None and (at.steps or at.root != register):
            store(fn, name, at, register)
        return
    var = _variable(fn, name)
    if var is None or var not in fn.cells:
        return
    if fn.unit.go_version >= PER_ITERATION:
        fn.declare(name, var, register)
    else:
        store(fn, name, ir.Place(var, (), var.type), register)


LOOPS: StmtTable = {ast.For: _for, ast.Range: _range}

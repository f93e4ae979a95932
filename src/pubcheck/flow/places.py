"""Turning expressions into places: one load a pointer, embedded fields spelled out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.shapes import array_of, element_of, is_string, pointee
from pubcheck.model.symbols import Func, PackageName, Var
from pubcheck.model.types import UNKNOWN, Pointer, Type, Unknown
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.flow.context import Lowering
    from pubcheck.model.lookup import FieldStep, Selection
    from pubcheck.model.symbols import TypeName

_DEREF = ir.Deref()


def place(fn: Lowering, node: ast.Expr) -> ir.Place:
    """Where the value of ``node`` is; a value that is nowhere in memory is in a register.

    What ``node`` is made of is evaluated, once; the last read or write is left to the caller.
    """
    match node:
        case ast.Ident():
            return _variable(fn, node)
        case ast.Selector():
            return _selector(fn, node)
        case ast.Paren():
            return place(fn, node.x)
        case ast.Index():
            return _index(fn, node)
        case ast.Star():
            value = fn.expr(node.x)
            element = pointee(fn.info.type(node.x))
            return ir.Place(rooted(fn, node, value), (_DEREF,), UNKNOWN if element is None else element)
        case _:
            value = fn.expr(node)
            register = rooted(fn, node, value)
            return ir.Place(register, (), fn.types[register])


def rooted(fn: Lowering, node: ast.Node, value: ir.Operand) -> int:
    """``value`` as a register, so that it can be a place's root."""
    if type(value) is int:
        return value
    return fn.compute(node, "move", (value,), value.type if type(value) is ir.Const else UNKNOWN)


def _variable(fn: Lowering, node: ast.Ident) -> ir.Place:
    symbol = fn.info.symbol(node)
    if type(symbol) is Var:
        return var_place(fn, symbol)
    value = fn.expr(node)
    register = rooted(fn, node, value)
    return ir.Place(register, (), fn.types[register])


def var_place(fn: Lowering, var: Var) -> ir.Place:
    """The place of a variable."""
    if fn.is_own(var):
        return ir.Place(fn.var_register(var), (), var.type)
    return ir.Place(var, (), var.type)


def _selector(fn: Lowering, node: ast.Selector) -> ir.Place:
    selection = fn.info.selection(node)
    if selection is None:
        return _unresolved(fn, node)
    obj = selection.obj
    if selection.kind == "qualified":
        if type(obj) is Var:
            return ir.Place(obj, (), obj.type)
    elif selection.kind == "field" and type(obj) is Var:
        at = follow(fn, node.x, through(fn, node.x, place(fn, node.x), selection.path))
        return _field(at, selection.owner, obj.name, selection.type)
    value = fn.expr(node)
    register = rooted(fn, node, value)
    return ir.Place(register, (), fn.types[register])


def _unresolved(fn: Lowering, node: ast.Selector) -> ir.Place:
    if type(node.x) is ast.Ident and type(fn.info.symbol(node.x)) in (PackageName, type(None)):
        return ir.Place(fn.unknown(node), (), UNKNOWN)
    return _field(_struct(fn, node.x), None, node.name.name, UNKNOWN)


def _struct(fn: Lowering, node: ast.Expr) -> ir.Place:
    """What is selected from or indexed: the place of ``node``, or what the pointer that ``node`` is points to."""
    return follow(fn, node, place(fn, node))


def follow(fn: Lowering, node: ast.Node, base: ir.Place) -> ir.Place:
    """``base`` itself, or what it points to if it is a pointer."""
    element = pointee(base.type)
    if element is None:
        return base
    root = fn.load(node, base) if base.steps or type(base.root) is not int else base.root
    return ir.Place(root, (_DEREF,), element)


def through(fn: Lowering, node: ast.Node, base: ir.Place, path: tuple[FieldStep, ...]) -> ir.Place:
    """The place reached from ``base`` by the embedded fields of ``path`` in turn; pointers on the way are followed."""
    at = base
    for step in path:
        at = _field(follow(fn, node, at), step.owner, step.symbol.name, step.type)
    return at


def _field(at: ir.Place, owner: TypeName | None, name: str, type_: Type) -> ir.Place:
    return ir.Place(at.root, (*at.steps, ir.Field(owner, name, type_)), type_)


def _index(fn: Lowering, node: ast.Index) -> ir.Place:
    container = fn.info.type(node.x)
    index = node.indices[0] if node.indices else None
    target = pointee(container)
    array = array_of(container if target is None else target)
    if array is not None:
        base = _struct(fn, node.x)
        step = ir.Element(None if index is None else fn.expr(index))
        return ir.Place(base.root, (*base.steps, step), array.element)
    if is_string(container):
        operands = (fn.expr(node.x), *(fn.expr(each) for each in node.indices))
        return ir.Place(fn.compute(node, "index", operands, fn.info.type(node)), (), fn.info.type(node))
    element = element_of(container)
    if element is None:
        return _unknown_index(fn, node, container)
    root = rooted(fn, node.x, fn.expr(node.x))
    return ir.Place(root, (ir.Element(None if index is None else fn.expr(index)),), element)


def _unknown_index(fn: Lowering, node: ast.Index, container: Type) -> ir.Place:
    """An instantiation of a function, or an index into what isn't known."""
    value = fn.expr(node.x)
    if isinstance(container, Unknown) or type(value) is int:
        operands = (value, *(fn.expr(each) for each in node.indices if not fn.info.is_type(each)))
        return ir.Place(fn.compute(node, "index", operands, UNKNOWN), (), UNKNOWN)
    return ir.Place(rooted(fn, node, value), (), container)


def receiver(fn: Lowering, node: ast.Selector, selection: Selection, method: Func) -> ir.Operand:
    """The receiver of ``method`` as it wants it: an address, a value, or an interface."""
    at = through(fn, node.x, place(fn, node.x), selection.path)
    target = pointee(at.type)
    if method.interface:
        return fn.read(node.x, at)
    if method.pointer_receiver:
        return fn.read(node.x, at) if target is not None else address(fn, node.x, at)
    if target is not None:
        return fn.load(node.x, follow(fn, node.x, at))
    return fn.read(node.x, at)


def address(fn: Lowering, node: ast.Node, at: ir.Place) -> int:
    """A pointer to ``at``; what isn't in memory is copied there first."""
    if at.steps == (_DEREF,) and type(at.root) is int:
        return at.root
    target = fn.register(Pointer(at.type))
    if not at.steps and isinstance(at.root, int):
        fn.emit(ir.Alloc(node.pos, node.end, target, Pointer(at.type)))
        fn.emit(ir.Store(node.pos, node.end, ir.Place(target, (_DEREF,), at.type), at.root, init=True))
        return target
    fn.emit(ir.Address(node.pos, node.end, target, at))
    return target

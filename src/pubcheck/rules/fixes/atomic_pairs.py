"""A load and a store of one atomic as they are written: in which statements, and what stands between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.rules.fixes.atomic_calls import AtomicCall, atomic_call
from pubcheck.rules.fixes.body import body_of, inside, stripped
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.model.symbols import Symbol
    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.support.two_steps import TwoSteps


class Pair(NamedTuple):
    """A load in the statement ``first`` and a store that is the statement ``last``, in the function ``body``."""

    body: Body
    load: AtomicCall
    store: AtomicCall
    first: ast.Stmt
    last: ast.Stmt

    @property
    def value(self) -> ast.Expr:
        """What is stored."""
        return self.store.args[0]

    @property
    def variable(self) -> ast.Ident | None:
        """The variable that the load defines, if that is all that it does."""
        statement = self.holder
        if isinstance(statement, ast.Assign) and len(statement.left) == len(statement.right) == 1:
            name = statement.left[0]
            if statement.op == ":=" and stripped(statement.right[0]) is self.load.call and isinstance(name, ast.Ident):
                return name
        return None

    @property
    def holder(self) -> ast.Stmt | None:
        """The simple statement that the load stands in: ``first``, or what it begins with as an ``if``."""
        if isinstance(self.first, ast.If):
            init = self.first.init
            return init if init is not None and init.pos <= self.load.call.pos < init.end else None
        return self.first if isinstance(self.first, ast.Assign | ast.ExprStmt | ast.Send | ast.DeclStmt) else None

    def uses(self) -> list[ast.Ident]:
        """Where the variable is used."""
        name = self.variable
        return [] if name is None else [one for one in self.body.uses(self.body.info.symbol(name)) if one is not name]


def pair_of(package: PackageFacts, pair: TwoSteps) -> Pair | None:
    """The two operations as statements of one function that they both belong to directly."""
    if pair.load.trace or pair.store.trace:
        return None
    body = body_of(package, pair.store.span)
    if body is None:
        return None
    load, store = atomic_call(body, body.call_at(pair.load.span)), atomic_call(body, body.call_at(pair.store.span))
    if load is None or store is None or not load.is_alike(store) or len(store.args) != 1:
        return None
    last, first = body.statement(store.call), body.statement(load.call)
    if first is None or not isinstance(last, ast.ExprStmt) or stripped(last.x) is not store.call:
        return None
    if body.literal(load.call) is not body.literal(store.call):
        return None
    return Pair(body, load, store, first, last)


def others_touch(pair: TwoSteps) -> bool:
    """Whether the function or what it calls does anything to the memory between the two."""
    order = pair.function.order
    mine = (pair.load.point, pair.store.point)
    return any(
        access.location == pair.location
        and access.point not in mine
        and order.reaches(pair.load.point, access.point)
        and order.reaches(access.point, pair.store.point)
        and not order.dominates(pair.store.point, access.point)
        for access in pair.function.accesses
    )


def touches(body: Body, statement: ast.Stmt, pair: Pair) -> bool:
    """Whether a statement names the memory."""
    return any(
        isinstance(node, ast.Selector | ast.Ident | ast.Index) and body.text(node) == pair.load.memory
        for node in inside(statement, literals=True)
    )


def is_constant(body: Body, value: ast.Expr) -> bool:
    """Whether it is the same wherever in the function it stands."""
    value = stripped(value)
    if isinstance(value, ast.Unary):
        return value.op in "+-^!" and is_constant(body, value.x)
    if isinstance(value, ast.Ident):
        symbol = body.info.symbol(value)
        return symbol is None or symbol.pos < 0 or (body.info.constant(value) is not None and _is_outside(body, symbol))
    return isinstance(value, ast.BasicLit)


def _is_outside(body: Body, symbol: Symbol) -> bool:
    return not body.decl.pos <= symbol.pos < body.decl.end


def is_conditional(body: Body, node: ast.Node, statement: ast.Stmt) -> bool:
    """Whether ``statement`` may be done without ``node``."""
    for one in body.around(node):
        if one is statement:
            return False
        if isinstance(one, ast.FuncLit) or (isinstance(one, ast.Binary) and one.op in ("&&", "||")):
            return True
    return False


def is_value(pair: Pair, expr: ast.Expr) -> bool:
    """Whether an expression is the variable that holds what was loaded."""
    name = pair.variable
    expr = stripped(expr)
    if name is None or not isinstance(expr, ast.Ident) or expr.name != name.name:
        return False
    return pair.body.info.symbol(expr) is pair.body.info.symbol(name)

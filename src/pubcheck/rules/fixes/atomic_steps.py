"""One atomic operation in the place of two."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.rules.fixes.atomic_calls import AtomicCall, atomic_call
from pubcheck.rules.fixes.body import body_of, inside, leaves, stripped
from pubcheck.rules.fixes.draft import Draft
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.model.symbols import Symbol
    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.support.two_steps import TwoSteps

_NUMBERS = frozenset(("Int32", "Int64", "Uint32", "Uint64", "Uintptr"))
_OPPOSITE = {"true": "false", "false": "true"}
_NAMES = ("old", "before", "loaded")


class _Pair(NamedTuple):
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


def swap(package: PackageFacts, pair: TwoSteps) -> tuple[Fix, ...]:
    """``Swap`` in the place of a load whose value is kept, and of the store of a constant after it."""
    found = _pair(package, pair)
    if found is None or found.holder is None or not _is_constant(found.body, found.value):
        return ()
    body, statements = found.body, found.body.siblings(found.first)
    at = body.position(found.first)
    if _is_conditional(body, found.load.call, found.first):
        return ()
    if found.last in statements[at + 1 :]:
        between: Sequence[ast.Stmt] = statements[at + 1 : body.position(found.last)]
        conditions: list[ast.If] = []
    else:
        conditions = [one for one in body.around(found.last) if isinstance(one, ast.If) and one.pos >= found.first.pos]
        outer = conditions[-1] if conditions else None
        if outer is None or outer not in statements[at:] or not _leads_through(body, found.last, conditions):
            return ()
        between = statements[at + 1 : body.position(outer)]
    if any(_touches(body, one, found) for one in between) or _others_touch(pair):
        return ()
    kept = [_keeps(found, leave) for leave in leaves(body, between)]
    kept += [_passes(found, one) for one in conditions]
    if any(one is None for one in kept) or len(body.siblings(found.last)) < 1 + bool(conditions):
        return ()
    draft = Draft(body)
    draft.replace(found.load.call, found.load.other("Swap", body.text(found.value)))
    draft.delete(found.last)
    return draft.fix("Read and reset it in one step with `Swap`", safe=all(kept))


def add(package: PackageFacts, pair: TwoSteps) -> tuple[Fix, ...]:
    """``Add`` in the place of a load and the store of what a sum makes of it; else a loop with CompareAndSwap."""
    found = _pair(package, pair)
    if found is None or _others_touch(pair):
        return ()
    return _sum(found) or _loop(found)


def compare_and_swap(package: PackageFacts, pair: TwoSteps) -> tuple[Fix, ...]:
    """``CompareAndSwap`` in the place of a test and the store that it leads to."""
    found = _pair(package, pair)
    if found is None or not isinstance(found.first, ast.If) or not _is_constant(found.body, found.value):
        return ()
    body, test = found.body, found.first
    tested = _tested(found, test)
    if tested is None or _others_touch(pair):
        return ()
    old, when = tested
    if when:
        if found.last not in test.then.statements or test.orelse is not None:
            return ()
        place, negation = body.position(found.last), ""
        between: Sequence[ast.Stmt] = test.then.statements[:place]
        if len(test.then.statements) == 1:
            return ()
    else:
        statements = body.siblings(test)
        at = body.position(test)
        ends = test.then.statements[-1:]
        if test.orelse is not None or found.last not in statements[at + 1 :] or not ends or not leaves(body, ends):
            return ()
        between, negation = statements[at + 1 : body.position(found.last)], "!"
    if leaves(body, between) or any(_touches(body, one, found) for one in between):
        return ()
    draft = Draft(body)
    draft.replace(test.cond, negation + found.load.other("CompareAndSwap", old, body.text(found.value)))
    draft.delete(found.last)
    return draft.fix("Test and set it in one step with `CompareAndSwap`", safe=not between)


# --- sums, and what is none


def _sum(pair: _Pair) -> tuple[Fix, ...]:
    """``Add``, where all that happens to the number is that something is added."""
    body, value = pair.body, stripped(pair.value)
    if pair.load.type not in _NUMBERS:
        return ()
    draft = Draft(body)
    holder = pair.holder
    if pair.first is pair.last:
        delta = _delta(pair, value, lambda expr: stripped(expr) is pair.load.call)
        if delta is None:
            return ()
        draft.replace(pair.store.call, pair.load.other("Add", delta))
    elif (delta := _delta(pair, value, lambda expr: _is_value(pair, expr))) is not None:
        if len(pair.uses()) != 1 or holder is not pair.first or not _follows(pair):
            return ()
        draft.delete(pair.first)
        draft.replace(pair.store.call, pair.load.other("Add", delta))
    else:
        assign, total = pair.first, value
        if not (isinstance(assign, ast.Assign) and len(assign.left) == len(assign.right) == 1):
            return ()
        delta = _delta(pair, stripped(assign.right[0]), lambda expr: stripped(expr) is pair.load.call)
        between = _between(pair)
        if delta is None or between is None or not _is_same_name(body, assign.left[0], total):
            return ()
        if leaves(body, between) or _changes(body, between, assign.left[0]):
            return ()
        draft.replace(assign.right[0], pair.load.other("Add", delta))
        draft.delete(pair.last)
    return draft.fix("Add to it in one step with `Add`", safe=True)


def _delta(pair: _Pair, value: ast.Expr, is_old: Callable[[ast.Expr], bool]) -> str | None:
    """What a sum adds to the old value, as an argument; None where it is no such sum."""
    if not isinstance(value, ast.Binary) or value.op not in "+-":
        return None
    if is_old(value.x):
        other = value.y
    elif is_old(value.y) and value.op == "+":
        other = value.x
    else:
        return None
    text = pair.body.text(other)
    if any(
        pair.body.text(node) == pair.load.memory or is_old(node) for node in inside(other) if isinstance(node, ast.Expr)
    ):
        return None
    if value.op == "+":
        return text
    if pair.load.type.startswith("Uint"):
        return f"^{pair.load.type.lower()}(0)" if text == "1" else None
    return (
        f"-{text}"
        if isinstance(other, ast.BasicLit | ast.Ident | ast.Selector | ast.Call | ast.Paren)
        else f"-({text})"
    )


def _follows(pair: _Pair) -> bool:
    return pair.last in pair.body.siblings(pair.first)


def _between(pair: _Pair) -> Sequence[ast.Stmt] | None:
    """The statements from the load's to the store's, in one list; None where they stand in different ones."""
    if not _follows(pair):
        return None
    return pair.body.siblings(pair.first)[pair.body.position(pair.first) + 1 : pair.body.position(pair.last)]


def _is_same_name(body: Body, one: ast.Expr, other: ast.Expr) -> bool:
    if not isinstance(one, ast.Ident) or not isinstance(other, ast.Ident):
        return False
    symbol = body.info.symbol(one)
    return symbol is not None and symbol is body.info.symbol(other)


def _changes(body: Body, statements: Sequence[ast.Stmt], name: ast.Expr) -> bool:
    """Whether one of ``statements`` gives the variable ``name`` another value, or may."""
    for statement in statements:
        for node in inside(statement, literals=True):
            targets: Sequence[ast.Expr] = ()
            if isinstance(node, ast.Assign):
                targets = node.left
            elif isinstance(node, ast.IncDec) or (isinstance(node, ast.Unary) and node.op == "&"):
                targets = (node.x,)
            if any(_is_same_name(body, name, stripped(target)) for target in targets):
                return True
    return False


def _loop(pair: _Pair) -> tuple[Fix, ...]:
    """All from the load to the store again and again, until nobody has stored in between."""
    body, between = pair.body, () if pair.first is pair.last else _between(pair)
    if between is None or pair.load.type == "Value" or _is_conditional(body, pair.load.call, pair.first):
        return ()
    statements = (pair.first, *between, *(() if pair.first is pair.last else (pair.last,)))
    variable = pair.variable
    if not may_be_repeated(body, statements) or (variable is not None and _changes(body, between, variable)):
        return ()
    draft = Draft(body)
    indent = draft.indent(pair.first)
    taken = {node.name for node in inside(body.decl, literals=True) if isinstance(node, ast.Ident)}
    taken |= {node.name for node in inside(body.block, literals=True) if isinstance(node, ast.Ident)}
    old = variable.name if variable is not None else next((name for name in _NAMES if name not in taken), None)
    if old is None or old == "_" or pair.holder is not pair.first:
        return ()
    value = body.text(pair.value)
    head = ["for {"]
    if variable is None:
        head.append(f"\t{old} := {body.text(pair.load.call)}")
        if pair.first is pair.last:
            start, end = pair.load.call.pos - pair.value.pos, pair.load.call.end - pair.value.pos
            data = value.encode()
            value = (data[:start] + old.encode() + data[end:]).decode()
        else:
            draft.replace(pair.load.call, old)
    swap_ = pair.load.other("CompareAndSwap", old, value)
    draft.replace(pair.last, f"if {swap_} {{\n{indent}\t\tbreak\n{indent}\t}}")
    if not draft.wrap(pair.first, pair.last, head, ["}"]):
        return ()
    return draft.fix("Try it with `CompareAndSwap` until nobody has stored in between", safe=False)


def may_be_repeated(body: Body, statements: Sequence[ast.Stmt]) -> bool:
    """Whether a loop may stand around ``statements``: no jump leads out of them, nor does a variable."""
    if not all(isinstance(leave, ast.Return) for leave in leaves(body, statements)):
        return False
    nodes = [node for statement in statements for node in inside(statement)]
    if any(isinstance(node, ast.Defer | ast.Go | ast.Labeled) for node in nodes):
        return False
    end = statements[-1].end
    declared = [body.info.symbol(name) for statement in statements for name in _declared(statement)]
    return not any(use.pos >= end for symbol in declared for use in body.uses(symbol))


def _declared(statement: ast.Stmt) -> Iterator[ast.Ident]:
    if isinstance(statement, ast.Assign) and statement.op == ":=":
        yield from (one for one in statement.left if isinstance(one, ast.Ident))
    elif isinstance(statement, ast.DeclStmt):
        for spec in statement.specs:
            if isinstance(spec, ast.ValueSpec):
                yield from spec.names


# --- what is written


def _pair(package: PackageFacts, pair: TwoSteps) -> _Pair | None:
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
    return _Pair(body, load, store, first, last)


def _others_touch(pair: TwoSteps) -> bool:
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


def _touches(body: Body, statement: ast.Stmt, pair: _Pair) -> bool:
    """Whether a statement names the memory."""
    return any(
        isinstance(node, ast.Selector | ast.Ident | ast.Index) and body.text(node) == pair.load.memory
        for node in inside(statement, literals=True)
    )


def _is_constant(body: Body, value: ast.Expr) -> bool:
    """Whether it is the same wherever in the function it stands."""
    value = stripped(value)
    if isinstance(value, ast.Unary):
        return value.op in "+-^!" and _is_constant(body, value.x)
    if isinstance(value, ast.Ident):
        symbol = body.info.symbol(value)
        return symbol is None or symbol.pos < 0 or (body.info.constant(value) is not None and _is_outside(body, symbol))
    return isinstance(value, ast.BasicLit)


def _is_outside(body: Body, symbol: Symbol) -> bool:
    return not body.decl.pos <= symbol.pos < body.decl.end


def _is_conditional(body: Body, node: ast.Node, statement: ast.Stmt) -> bool:
    """Whether ``statement`` may be done without ``node``."""
    for one in body.around(node):
        if one is statement:
            return False
        if isinstance(one, ast.FuncLit) or (isinstance(one, ast.Binary) and one.op in ("&&", "||")):
            return True
    return False


def _leads_through(body: Body, last: ast.Stmt, conditions: Sequence[ast.If]) -> bool:
    """Whether nothing but the branches of ``conditions`` that hold lies around ``last``, up to the outermost."""
    node: ast.Node = last
    for condition in conditions:
        around = list(body.around(node))
        if around[:2] != [condition.then, condition]:
            return False
        node = condition
    return True


def _keeps(pair: _Pair, leave: ast.Stmt) -> bool | None:
    """Whether the way out past the store is taken only where the value that is stored is there already.

    None where it is taken for other values, too.
    """
    around = [one for one in pair.body.around(leave) if one.pos > pair.first.pos]
    condition = around[-1] if around else None
    if not isinstance(condition, ast.If) or not (condition.then.pos <= leave.pos < condition.then.end):
        return None
    return _same(pair, condition.cond, "==")


def _passes(pair: _Pair, condition: ast.If) -> bool | None:
    """Whether the way to the store is taken for all values but the one that is stored.

    False where that hangs on a number that isn't expected to be negative.
    """
    return _same(pair, condition.cond, "!=") if condition.orelse is None else None


def _same(pair: _Pair, condition: ast.Expr, operator: str) -> bool | None:
    condition = stripped(condition)
    if not isinstance(condition, ast.Binary) or not _is_value(pair, condition.x):
        return None
    if pair.body.text(condition.y) != pair.body.text(pair.value):
        return None
    if condition.op == operator:
        return True
    if pair.body.info.constant(pair.value) != 0:
        return None
    unsigned = pair.load.type.startswith("Uint")
    return unsigned if condition.op == (">" if operator == "!=" else "<=") else None


def _is_value(pair: _Pair, expr: ast.Expr) -> bool:
    """Whether an expression is the variable that holds what was loaded."""
    name = pair.variable
    expr = stripped(expr)
    if name is None or not isinstance(expr, ast.Ident) or expr.name != name.name:
        return False
    return pair.body.info.symbol(expr) is pair.body.info.symbol(name)


def _tested(pair: _Pair, test: ast.If) -> tuple[str, bool] | None:
    """The value that the test compares with, and whether it holds where they are equal."""
    condition, wanted = stripped(test.cond), True
    if test.init is not None:
        return None
    if isinstance(condition, ast.Unary) and condition.op == "!":
        condition, wanted = stripped(condition.x), False
    if condition is pair.load.call and pair.load.type == "Bool":
        old = _OPPOSITE.get(pair.body.text(pair.value))
        return None if old is None else (old, wanted == (old == "true"))
    if not isinstance(condition, ast.Binary) or condition.op not in ("==", "!=") or not wanted:
        return None
    if stripped(condition.x) is not pair.load.call or not _is_constant(pair.body, condition.y):
        return None
    return pair.body.text(condition.y), condition.op == "=="

"""Add in the place of two steps, or a loop that tries the two until nobody comes in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.fixes.atomic_pairs import Pair, is_conditional, is_value, others_touch, pair_of
from pubcheck.rules.fixes.body import inside, leaves, stripped
from pubcheck.rules.fixes.draft import Draft
from pubcheck.rules.fixes.operators import ALONE, AMONG_OTHERS, spliced
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.support.two_steps import TwoSteps

_NUMBERS = frozenset(("Int32", "Int64", "Uint32", "Uint64", "Uintptr"))
_NAMES = ("old", "before", "loaded")


def add(package: PackageFacts, pair: TwoSteps) -> tuple[Fix, ...]:
    """``Add`` in the place of a load and the store of what a sum makes of it; else a loop with CompareAndSwap."""
    found = pair_of(package, pair)
    if found is None or others_touch(pair):
        return ()
    return _sum(found) or _loop(found)


def _sum(pair: Pair) -> tuple[Fix, ...]:
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
    elif (delta := _delta(pair, value, lambda expr: is_value(pair, expr))) is not None:
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


def _delta(pair: Pair, value: ast.Expr, is_old: Callable[[ast.Expr], bool]) -> str | None:
    """What a sum adds to the old value, as an argument; None where it is no such sum."""
    if not isinstance(value, ast.Binary) or value.op not in "+-":
        return None
    if is_old(value.x):
        other = value.y
    elif is_old(value.y) and value.op == "+":
        other = value.x
    else:
        return None
    text = spliced(pair.body, other, AMONG_OTHERS if pair.load.prefix else ALONE, {})
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


def _loop(pair: Pair) -> tuple[Fix, ...]:
    """All from the load to the store again and again, until nobody has stored in between."""
    body, between = pair.body, () if pair.first is pair.last else _between(pair)
    if between is None or pair.load.type == "Value" or is_conditional(body, pair.load.call, pair.first):
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
    head = ["for {"]
    value = spliced(body, pair.value, AMONG_OTHERS, {})
    if variable is None:
        head.append(f"\t{old} := {body.text(pair.load.call)}")
        if pair.first is pair.last:
            value = spliced(body, pair.value, AMONG_OTHERS, {pair.load.call: old})
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
    if any(isinstance(node, ast.Defer | ast.Go | ast.Labeled | ast.Send) for node in nodes):
        return False
    if any(_is_from_before(body, target, statements[0].pos) for node in nodes for target in _changed(node)):
        return False
    end = statements[-1].end
    declared = [body.info.symbol(name) for statement in statements for name in _declared(statement)]
    return not any(use.pos >= end for symbol in declared for use in body.uses(symbol))


def _changed(node: ast.Node) -> tuple[ast.Expr, ...]:
    """What a statement gives another value, but for what it declares."""
    if isinstance(node, ast.IncDec):
        return (node.x,)
    return node.left if isinstance(node, ast.Assign) and node.op != ":=" else ()


def _is_from_before(body: Body, expr: ast.Expr, pos: int) -> bool:
    """Whether an operand begins with a variable that is declared before ``pos``: what is added to it stays."""
    while isinstance(expr, ast.Selector | ast.Index | ast.Star | ast.Paren):
        expr = expr.x
    symbol = body.info.symbol(expr) if isinstance(expr, ast.Ident) else None
    return symbol is None or symbol.pos < pos


def _declared(statement: ast.Stmt) -> Iterator[ast.Ident]:
    if isinstance(statement, ast.Assign) and statement.op == ":=":
        yield from (one for one in statement.left if isinstance(one, ast.Ident))
    elif isinstance(statement, ast.DeclStmt):
        for spec in statement.specs:
            if isinstance(spec, ast.ValueSpec):
                yield from spec.names


def _follows(pair: Pair) -> bool:
    return pair.last in pair.body.siblings(pair.first)


def _between(pair: Pair) -> Sequence[ast.Stmt] | None:
    """The statements from the load's to the store's, in one list; None where they stand in different ones."""
    if not _follows(pair):
        return None
    return pair.body.siblings(pair.first)[pair.body.position(pair.first) + 1 : pair.body.position(pair.last)]

"""Swap and CompareAndSwap in the place of two steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import AtomicKind
from pubcheck.rules.fixes.atomic_pairs import (
    Pair,
    is_conditional,
    is_constant,
    is_value,
    others_touch,
    pair_of,
    touches,
)
from pubcheck.rules.fixes.body import leaves, stripped
from pubcheck.rules.fixes.draft import Draft
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.support.two_steps import TwoSteps

_OPPOSITE = {"true": "false", "false": "true"}


def swap(package: PackageFacts, pair: TwoSteps) -> tuple[Fix, ...]:
    """``Swap`` in the place of a load whose value is kept, and of the store of a constant after it."""
    found = pair_of(package, pair)
    if found is None or found.holder is None or not is_constant(found.body, found.value):
        return ()
    body, statements = found.body, found.body.siblings(found.first)
    at = body.position(found.first)
    if is_conditional(body, found.load.call, found.first):
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
    if any(touches(body, one, found) for one in between) or others_touch(pair):
        return ()
    unsigned = found.load.type.startswith("Uint") or _never_falls(pair)
    kept = [_keeps(found, leave, unsigned=unsigned) for leave in leaves(body, between)]
    kept += [_passes(found, one, unsigned=unsigned) for one in conditions]
    if any(one is None for one in kept) or len(body.siblings(found.last)) < 1 + bool(conditions):
        return ()
    draft = Draft(body)
    draft.replace(found.load.call, found.load.other("Swap", body.text(found.value)))
    draft.delete(found.last)
    return draft.fix("Read and reset it in one step with `Swap`", safe=all(kept))


def compare_and_swap(package: PackageFacts, pair: TwoSteps) -> tuple[Fix, ...]:
    """``CompareAndSwap`` in the place of a test and the store that it leads to."""
    found = pair_of(package, pair)
    if found is None or not isinstance(found.first, ast.If) or not is_constant(found.body, found.value):
        return ()
    body, test = found.body, found.first
    tested = _tested(found, test)
    if tested is None or others_touch(pair):
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
    if leaves(body, between) or any(touches(body, one, found) for one in between):
        return ()
    draft = Draft(body)
    draft.replace(test.cond, negation + found.load.other("CompareAndSwap", old, body.text(found.value)))
    draft.delete(found.last)
    return draft.fix("Test and set it in one step with `CompareAndSwap`", safe=not between)


def _leads_through(body: Body, last: ast.Stmt, conditions: Sequence[ast.If]) -> bool:
    """Whether nothing but the branches of ``conditions`` that hold lies around ``last``, up to the outermost."""
    node: ast.Node = last
    for condition in conditions:
        around = list(body.around(node))
        if around[:2] != [condition.then, condition]:
            return False
        node = condition
    return True


def _never_falls(pair: TwoSteps) -> bool:
    """Whether nobody makes the number less than what the reset leaves: others only add to it."""
    changes = [site.access.atomic for site in pair.rivals]
    return all(
        change is not None
        and change.kind is AtomicKind.ADD
        and change.operands[0].known
        and isinstance(change.operands[0].value, int)
        and change.operands[0].value >= 0
        for change in changes
    )


def _keeps(pair: Pair, leave: ast.Stmt, *, unsigned: bool) -> bool | None:
    """Whether the way out past the store is taken only where the value that is stored is there already.

    None where it is taken for other values, too; False where that hangs on a number that isn't expected to be negative.
    """
    around = [one for one in pair.body.around(leave) if one.pos > pair.first.pos]
    condition = around[-1] if around else None
    if not isinstance(condition, ast.If) or not (condition.then.pos <= leave.pos < condition.then.end):
        return None
    return _same(pair, condition.cond, "==", unsigned=unsigned)


def _passes(pair: Pair, condition: ast.If, *, unsigned: bool) -> bool | None:
    """Whether the way to the store is taken for all values but the one that is stored; else as for ``_keeps``."""
    return _same(pair, condition.cond, "!=", unsigned=unsigned) if condition.orelse is None else None


def _same(pair: Pair, condition: ast.Expr, operator: str, *, unsigned: bool) -> bool | None:
    condition = stripped(condition)
    if not isinstance(condition, ast.Binary) or not is_value(pair, condition.x):
        return None
    if pair.body.text(condition.y) != pair.body.text(pair.value):
        return None
    if condition.op == operator:
        return True
    if pair.body.info.constant(pair.value) != 0:
        return None
    return unsigned if condition.op == (">" if operator == "!=" else "<=") else None


def _tested(pair: Pair, test: ast.If) -> tuple[str, bool] | None:
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
    if stripped(condition.x) is not pair.load.call or not is_constant(pair.body, condition.y):
        return None
    return pair.body.text(condition.y), condition.op == "=="

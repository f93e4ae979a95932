"""One call of a ``sync.Map`` in the place of two, and waits for a condition that is tested again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.fixes.body import body_of, inside, is_steady, leaves, stripped
from pubcheck.rules.fixes.draft import Draft
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.rules.fixes.body import Body
    from pubcheck.source import Span


def test_again(package: PackageFacts, wait: Span) -> tuple[Fix, ...]:
    """``for`` in the place of the ``if`` around a ``Cond.Wait``."""
    body = body_of(package, wait)
    branch = next((one for one in body.around_place(wait) if isinstance(one, ast.If)), None) if body else None
    if body is None or branch is None or branch.init is not None or branch.orelse is not None:
        return ()
    last = branch.then.statements[-1]
    if not (last.pos <= wait.start < last.end) or leaves(body, branch.then.statements):
        return ()
    if any(isinstance(parent, ast.If) and parent.orelse is branch for parent in body.around(branch)):
        return ()
    draft = Draft(body)
    draft.put(branch.pos, branch.pos + len("if"), "for")
    return draft.fix("Test the condition again after each wait", safe=False)


def load_and_act(package: PackageFacts, load: Span, act: Span) -> tuple[Fix, ...]:
    """``LoadAndDelete`` or ``LoadOrStore`` in the place of a ``Load`` and what its result decides."""
    body = body_of(package, act)
    one, other = (body.call_at(load), body.call_at(act)) if body is not None else (None, None)
    if body is None or one is None or other is None or not _is_one_key(body, one, other):
        return ()
    statement = body.statement(other)
    first = body.statement(one)
    if first is None or not isinstance(statement, ast.ExprStmt) or statement.x is not other:
        return ()
    assert isinstance(other.fun, ast.Selector)  # noqa: S101 seen above
    if other.fun.name.name == "Delete":
        return _delete(body, first, one, statement)
    return _store(body, first, one, statement) if other.fun.name.name == "Store" else ()


def _is_one_key(body: Body, one: ast.Call, other: ast.Call) -> bool:
    """Whether both calls are about one key of one map, as they are written."""
    if (
        not isinstance(one.fun, ast.Selector)
        or not isinstance(other.fun, ast.Selector)
        or not (one.args and other.args)
    ):
        return False
    key = one.args[0]
    steady = is_steady(one.fun.x) and (is_steady(key) or isinstance(key, ast.BasicLit))
    same = body.text(one.fun.x) == body.text(other.fun.x) and body.text(key) == body.text(other.args[0])
    return steady and same and body.literal(one) is body.literal(other) and one.fun.name.name == "Load"


def _delete(body: Body, first: ast.Stmt, load: ast.Call, act: ast.ExprStmt) -> tuple[Fix, ...]:
    """For a delete on every way on which the key was there, with nothing that leaves between."""
    if _looked_up(first, load) and isinstance(first, ast.If) and act in first.then.statements:
        between: Sequence[ast.Stmt] = first.then.statements[: body.position(act)]
        if not isinstance(stripped(first.cond), ast.Ident):
            return ()
    elif first in body.siblings(act):
        between = body.siblings(act)[body.position(first) + 1 : body.position(act)]
    else:
        return ()
    if leaves(body, between) or not isinstance(load.fun, ast.Selector):
        return ()
    draft = Draft(body)
    draft.replace(load.fun.name, "LoadAndDelete")
    draft.delete(act)
    return draft.fix("Take it out in one step with `LoadAndDelete`", safe=False)


def _store(body: Body, first: ast.Stmt, load: ast.Call, act: ast.ExprStmt) -> tuple[Fix, ...]:
    """For a look that returns what is there, and a store behind it."""
    if not isinstance(first, ast.If) or not _looked_up(first, load) or first.orelse is not None:
        return ()
    if not isinstance(stripped(first.cond), ast.Ident) or act not in body.siblings(first):
        return ()
    if not isinstance(first.then.statements[-1], ast.Return) or not isinstance(load.fun, ast.Selector):
        return ()
    draft = Draft(body)
    if not draft.stands_alone(first, act) or body.has_comment(first.pos, first.end):
        return ()
    assert isinstance(act.x, ast.Call)  # noqa: S101 the caller has seen it
    arguments = body.file.source.text(act.x.args[0].pos, act.x.args[-1].end)
    source = body.file.source
    head, tail = source.text(first.pos, load.fun.name.pos), source.text(load.end, first.end)
    draft.replace(act, f"{head}LoadOrStore({arguments}){tail}")
    return draft.fix("Store it with `LoadOrStore`, and keep what is there already", safe=False)


def _looked_up(statement: ast.Stmt, load: ast.Call) -> bool:
    """Whether the statement is an ``if`` that begins with nothing but the look."""
    init = statement.init if isinstance(statement, ast.If) else None
    return (
        isinstance(init, ast.Assign)
        and init.right == (load,)
        and not any(isinstance(node, ast.FuncLit) for node in inside(init))
    )

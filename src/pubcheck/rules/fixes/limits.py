"""How many goroutines of a group run at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import BlockKind
from pubcheck.rules.fixes.body import body_of
from pubcheck.rules.fixes.draft import Draft
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Spawn
    from pubcheck.rules.fixes.body import Body


def limit_group(package: PackageFacts, spawn: Spawn) -> tuple[Fix, ...]:
    """``SetLimit`` where the group is declared, with as many as there are processors.

    From then on the loop waits for goroutines, so these must not wait for what comes behind the loop, nor start others
    of the same group.
    """
    body = body_of(package, spawn.span) if spawn.by == _GO else None
    started = package.function(spawn.callee)
    call = next((one for one in body.around_place(spawn.span) if isinstance(one, ast.Call)), None) if body else None
    if body is None or started is None or call is None or _waits_for_others(started):
        return ()
    group = call.fun.x if isinstance(call.fun, ast.Selector) else None
    declared = _declaration(body, group) if isinstance(group, ast.Ident) else None
    draft = Draft(body)
    processors = draft.package("runtime")
    if group is None or declared is None or processors is None or not draft.stands_alone(declared):
        return ()
    draft.after(declared, f"{body.text(group)}.SetLimit({processors}.GOMAXPROCS(0))")
    return draft.fix("Let as many run at a time as there are processors", safe=False)


_GO = "(*golang.org/x/sync/errgroup.Group).Go"
_FOR_OTHERS = (BlockKind.CHANNEL, BlockKind.WAIT, BlockKind.COND)


def _waits_for_others(function: FunctionFacts) -> bool:
    return bool(function.channels) or any(each.kind in _FOR_OTHERS for each in function.blocking)


def _declaration(body: Body, group: ast.Ident) -> ast.Stmt | None:
    """The statement that makes a group of which the function does nothing but start goroutines and wait for them."""
    symbol = body.info.symbol(group)
    uses = body.uses(symbol)
    declared = body.statement(uses[0]) if symbol is not None and uses and uses[0].pos == symbol.pos else None
    if not isinstance(declared, ast.DeclStmt | ast.Assign) or body.own(declared) is not body.own(group):
        return None
    for use in uses[1:]:
        calls = next(body.around(use), None)
        known = isinstance(calls, ast.Selector) and calls.name.name in ("Go", "Wait")
        if not known or body.own(use) is not body.own(declared):
            return None
    return declared

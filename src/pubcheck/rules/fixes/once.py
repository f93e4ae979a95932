"""What is done once: in a ``sync.Once``, and without a look at it before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import LocationKind
from pubcheck.rules.fixes.body import body_of, inside, is_steady, leaves, stripped
from pubcheck.rules.fixes.declarations import declared
from pubcheck.rules.fixes.draft import Draft
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Location
    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.fixes.draft import FileDraft
    from pubcheck.source import Span


def drop_test(package: PackageFacts, test: Span, ordered: Span) -> tuple[Fix, ...]:
    """The ``Once.Do``, or the wait, at ``ordered`` without the test that skips it."""
    body = body_of(package, test)
    branch = _branch(body, test) if body is not None else None
    if body is None or branch is None or branch.init is not None or branch.orelse is not None:
        return ()
    draft = Draft(body)
    statements = branch.then.statements
    if len(statements) == 1 and statements[0].pos <= ordered.start < statements[0].end:
        if not _only_tests(branch.cond) or not draft.unwrap(branch, statements[0], statements[0]):
            return ()
        return draft.fix("Drop the test: it costs next to nothing to ask each time", safe=True)
    after = body.siblings(branch)[body.position(branch) + 1 :]
    leads_on = any(one.pos <= ordered.start < one.end for one in after[:1])
    if not leads_on or len(statements) != 1 or not isinstance(statements[0], ast.Return):
        return ()
    if body.has_comment(branch.pos, branch.end) or not draft.stands_alone(branch) or not _only_tests(branch.cond):
        return ()
    draft.delete(branch)
    return draft.fix("Drop the test: it costs next to nothing to ask each time", safe=False)


def once(package: PackageFacts, location: Location, test: Span, write: Span) -> tuple[Fix, ...]:
    """A ``sync.Once`` in the place of the test at ``test`` that the write of ``location`` hangs on.

    Nobody else may write it: it could be made again.
    """
    body = body_of(package, write)
    branch = _branch(body, test) if body is not None else None
    if body is None or branch is None or branch.init is not None or branch.orelse is not None:
        return ()
    inner = _made_in(branch, write)
    memory = _compared(branch.cond)
    if inner is None or memory is None or not is_steady(memory) or not _only_there(package, location, body, inner):
        return ()
    if inner is not branch and (body.text(inner.cond) != body.text(branch.cond) or inner.init or inner.orelse):
        return ()
    statements = inner.then.statements
    found = _companion(package, location, f"{location.path}Once")
    if leaves(body, statements) or found is None or any(isinstance(node, ast.Defer) for node in inside(inner)):
        return ()
    draft = Draft(body)
    receiver = f"{body.text(memory)}Once.Do(func() {{"
    if not draft.unwrap(branch, statements[0], statements[-1], receiver, "})"):
        return ()
    return draft.fix("Make it in a `sync.Once`", safe=False, others=[found])


def once_closed(package: PackageFacts, location: Location, close: Span) -> tuple[Fix, ...]:
    """A ``sync.Once`` around the close of a channel."""
    body = body_of(package, close)
    call = body.call_at(close) if body is not None else None
    statement = body.statement(call) if body is not None and call is not None else None
    if body is None or call is None or not isinstance(statement, ast.ExprStmt) or statement.x is not call:
        return ()
    draft = Draft(body)
    found = _companion(package, location, f"{location.path}Once")
    if found is None or len(call.args) != 1 or not is_steady(call.args[0]) or not draft.stands_alone(statement):
        return ()
    draft.replace(statement, f"{body.text(call.args[0])}Once.Do(func() {{ {body.text(call)} }})")
    return draft.fix("Close it in a `sync.Once`", safe=False, others=[found])


def _companion(package: PackageFacts, location: Location, name: str) -> FileDraft | None:
    """The declaration of a ``sync.Once`` beside ``location``."""
    where = declared(package, location)
    if (
        where is None
        or where.has_companion(name)
        or (location.kind is LocationKind.FIELD and location.path[:1].isupper())
    ):
        return None
    draft = where.add(name, "sync.Once")
    return draft if draft is not None and draft.package("sync") == "sync" else None


def _branch(body: Body, test: Span) -> ast.If | None:
    """The ``if`` whose condition holds the place ``test``."""
    for node in body.around_place(test):
        if isinstance(node, ast.If) and node.cond.pos <= test.start and test.end <= node.cond.end:
            return node
    return None


def _compared(condition: ast.Expr) -> ast.Expr | None:
    """The memory that is compared with nil."""
    condition = stripped(condition)
    if isinstance(condition, ast.Binary) and condition.op == "==" and isinstance(condition.y, ast.Ident):
        return stripped(condition.x) if condition.y.name == "nil" else None
    return None


def _only_tests(condition: ast.Expr) -> bool:
    """Whether a condition does nothing but look at one variable."""
    condition = stripped(condition)
    if isinstance(condition, ast.Unary) and condition.op == "!":
        condition = stripped(condition.x)
    if isinstance(condition, ast.Binary) and condition.op in ("==", "!="):
        return is_steady(condition.x) and (is_steady(condition.y) or isinstance(condition.y, ast.BasicLit))
    return is_steady(condition)


def _made_in(branch: ast.If, write: Span) -> ast.If | None:
    """The ``if`` that makes the value: ``branch``, or the one that tests again under a lock that it takes."""
    statements = branch.then.statements
    holder = next((one for one in statements if one.pos <= write.start < one.end), None)
    if holder is None:
        return None
    if not isinstance(holder, ast.If):
        return branch
    others = [one for one in statements if one is not holder]
    return holder if others and all(_is_of_a_lock(one) for one in others) else branch


def _is_of_a_lock(statement: ast.Stmt) -> bool:
    call = statement.x if isinstance(statement, ast.ExprStmt) else getattr(statement, "call", None)
    if not isinstance(statement, ast.ExprStmt | ast.Defer) or not isinstance(call, ast.Call) or call.args:
        return False
    return isinstance(call.fun, ast.Selector) and call.fun.name.name in ("Lock", "Unlock") and is_steady(call.fun.x)


def _only_there(package: PackageFacts, location: Location, body: Body, branch: ast.If) -> bool:
    """Whether nobody else writes it once it is there, or reads it elsewhere without going through the Once."""
    return all(
        site.access.init
        or site.access.owned
        or site.function.constructor
        or (
            branch.pos <= site.access.span.start < branch.end
            if site.access.writes
            else body.decl.pos <= site.access.span.start < body.decl.end
        )
        for site in package.locations.get(location, ())
    )

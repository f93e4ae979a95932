"""What goroutines announce, and what is cancelled: at their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.fixes.body import body_of, is_steady
from pubcheck.rules.fixes.draft import Draft, declares
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.rules.fixes.body import Body
    from pubcheck.source import Span


def defer_done(package: PackageFacts, done: Span) -> tuple[Fix, ...]:
    """``defer wg.Done()`` as the first thing that a goroutine does, in the place of all its calls of it."""
    body = body_of(package, done)
    call = body.call_at(done) if body is not None else None
    if body is None or call is None or not isinstance(call.fun, ast.Selector) or not is_steady(call.fun.x):
        return ()
    own, text = body.own(call), body.text(call)
    draft = Draft(body)
    for node in body.calls(own):
        if body.text(node) == text:
            statement = body.statement(node)
            if not isinstance(statement, ast.ExprStmt) or statement.x is not node or not draft.stands_alone(statement):
                return ()
            draft.delete(statement)
    first = own.statements[0]
    if not draft.stands_alone(first) or any(edit.span.start <= first.pos < edit.span.end for edit in draft.edits):
        return ()
    draft.before(first, f"defer {text}")
    return draft.fix("Defer it as the first thing that the goroutine does", safe=False)


def count_each(package: PackageFacts, add: Span, started: Span) -> tuple[Fix, ...]:
    """The ``Add`` right before the ``go`` statement that starts what it counts."""
    body = body_of(package, add)
    call = body.call_at(add) if body is not None else None
    statement = body.statement(call) if body is not None and call is not None else None
    start = next((one for one in body.around_place(started) if isinstance(one, ast.Go)), None) if body else None
    if body is None or not isinstance(statement, ast.ExprStmt) or statement.x is not call or start is None:
        return ()
    draft = Draft(body)
    if body.own(statement) is not body.own(start) or not draft.stands_alone(statement, start):
        return ()
    draft.delete(statement)
    draft.before(start, body.text(statement))
    return draft.fix("Count each goroutine where it is started", safe=False)


def announce_last(package: PackageFacts, early: Span, write: Span) -> tuple[Fix, ...]:
    """The announcement behind the write: deferred, or deferred before what is deferred and writes."""
    body = body_of(package, early)
    call = body.call_at(early) if body is not None else None
    announcement = body.statement(call) if body is not None and call is not None else None
    if body is None or call is None or announcement is None or not all(is_steady(one) for one in call.args):
        return ()
    draft = Draft(body)
    if not draft.stands_alone(announcement) or not (isinstance(call.fun, ast.Ident) or is_steady(call.fun)):
        return ()
    if isinstance(announcement, ast.ExprStmt) and announcement.x is call:
        if announcement not in body.own(call).statements:
            return ()
        draft.put(announcement.pos, announcement.pos, "defer ")
        return draft.fix("Announce it when all is done", safe=False)
    if not isinstance(announcement, ast.Defer) or announcement.call is not call:
        return ()
    siblings = body.siblings(announcement)
    at = body.position(announcement)
    writer = next((one for one in siblings[:at] if one.pos <= write.start < one.end), None)
    if writer is None or not draft.stands_alone(writer):
        return ()
    if not all(isinstance(one, ast.Defer) for one in siblings[body.position(writer) : at]):
        return ()
    draft.delete(announcement)
    draft.before(writer, body.text(announcement))
    return draft.fix("Defer it first, so that it runs last", safe=True)


def defer_cancel(package: PackageFacts, made: Span) -> tuple[Fix, ...]:
    """``defer cancel()`` right after the context is made."""
    body = body_of(package, made)
    call = body.call_at(made) if body is not None else None
    statement = body.statement(call) if body is not None and call is not None else None
    if body is None or not isinstance(statement, ast.Assign) or statement.right != (call,) or len(statement.left) != 2:
        return ()
    name = statement.left[1]
    draft = Draft(body)
    if not isinstance(name, ast.Ident) or statement.op != ":=" or not draft.stands_alone(statement):
        return ()
    if any(isinstance(one, ast.For | ast.Range) for one in body.around(statement)) and body.is_in_loop(statement):
        return ()
    cancel = "cancel" if name.name == "_" else name.name
    arguments = "nil" if isinstance(call, ast.Call) and _takes_cause(body, call) else ""
    if name.name == "_":
        if declares(body, cancel):
            return ()
        draft.replace(name, cancel)
    draft.after(statement, f"defer {cancel}({arguments})")
    for other in body.siblings(statement)[body.position(statement) + 1 :]:
        if isinstance(other, ast.Defer) and body.text(other.call) == f"{cancel}({arguments})":
            draft.delete(other)
    return draft.fix("Cancel the context when the function returns", safe=False)


def _takes_cause(body: Body, call: ast.Call) -> bool:
    return body.text(call.fun).endswith("Cause")

"""What a goroutine of a test may do when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.fixes.body import body_of
from pubcheck.rules.fixes.draft import Draft
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.source import Span

_GOES_ON = {"Fatal": "Error", "Fatalf": "Errorf", "FailNow": "Fail"}


def fail_and_return(package: PackageFacts, goroutine: int, ends: Iterable[Span]) -> tuple[Fix, ...]:
    """A failure that is noted and a return, in the place of each end of the test in the literal at ``goroutine``."""
    draft: Draft | None = None
    for end in ends:
        body = body_of(package, end)
        call = body.call_at(end) if body is not None else None
        statement = body.statement(call) if body is not None and call is not None else None
        if body is None or call is None or not isinstance(call.fun, ast.Selector):
            return ()
        literal = body.literal(call)
        name = _GOES_ON.get(call.fun.name.name)
        if name is None or literal is None or literal.pos != goroutine or literal.type.results:
            return ()
        if not isinstance(statement, ast.ExprStmt) or statement.x is not call:
            return ()
        draft = draft or Draft(body)
        if not draft.stands_alone(statement):
            return ()
        draft.replace(call.fun.name, name)
        if statement is not literal.body.statements[-1]:
            draft.after(statement, "return")
    return draft.fix("Note the failure, and return from the goroutine", safe=False) if draft is not None else ()

"""Loops that wait, and loops that look again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.fixes.atomic_calls import atomic_call
from pubcheck.rules.fixes.body import body_of, inside
from pubcheck.rules.fixes.draft import Draft, declares
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.rules.fixes.body import Body
    from pubcheck.source import Span


def yield_each_turn(package: PackageFacts, asked: Span) -> tuple[Fix, ...]:
    """``runtime.Gosched()`` in each turn of the loop around ``asked``."""
    body = body_of(package, asked)
    loop = _loop_around(body, asked) if body is not None else None
    if body is None or loop is None:
        return ()
    draft = Draft(body)
    name = draft.package("runtime")
    if name is None or not _append(body, draft, loop, f"{name}.Gosched()"):
        return ()
    return draft.fix("Let others run in each turn", safe=False)


def load_each_turn(package: PackageFacts, load: Span, swap: Span) -> tuple[Fix, ...]:
    """The load again at the end of each turn of the loop that compares with what it gave."""
    body = body_of(package, swap)
    loop = _loop_around(body, swap) if body is not None else None
    loaded = atomic_call(body, body.call_at(load)) if body is not None else None
    if body is None or loop is None or loaded is None or loaded.operation != "Load":
        return ()
    statement = body.statement(loaded.call)
    if not isinstance(statement, ast.Assign) or statement.right != (loaded.call,) or len(statement.left) != 1:
        return ()
    if any(isinstance(node, ast.Branch) and node.keyword != "break" for node in inside(loop.body)):
        return ()
    variable = statement.left[0]
    draft = Draft(body)
    again = f"{body.text(variable)} = {body.text(loaded.call)}"
    if not isinstance(variable, ast.Ident) or not _append(body, draft, loop, again):
        return ()
    return draft.fix("Load it again in each turn", safe=False)


def drop_default(package: PackageFacts, select: Span) -> tuple[Fix, ...]:
    """The ``select`` without its default clause, so that it waits."""
    body = body_of(package, select)
    node = next((one for one in body.at(select) if isinstance(one, ast.Select)), None) if body is not None else None
    if body is None or node is None:
        return ()
    default = next((clause for clause in node.clauses if clause.comm is None), None)
    draft = Draft(body)
    lines = body.file.source.lines
    if default is None or (default.body and not draft.stands_alone(default.body[-1])):
        return ()
    start = lines.line_range(lines.line(default.pos))[0]
    last = lines.line(default.body[-1].end if default.body else default.pos)
    end = lines.line_range(last + 1)[0]
    shared = body.file.source.text(start, default.pos).strip() or lines.line_text(last).rstrip().endswith("}}")
    if any(isinstance(one, ast.Branch) and one.label is not None for one in inside(default)):
        return ()  # the label would be left without a use
    if shared or body.has_comment(default.pos, end) or body.statement(node) is None or last == lines.line(node.end):
        return ()
    draft.put(start, end, "")
    return draft.fix("Drop the default clause: wait until somebody is ready", safe=False)


def stop_ticker(package: PackageFacts, tick: Span) -> tuple[Fix, ...]:
    """A ticker that is stopped when the function returns, in the place of ``time.Tick``."""
    body = body_of(package, tick)
    call = body.call_at(tick) if body is not None else None
    statement = body.statement(call) if body is not None and call is not None else None
    if body is None or call is None or not isinstance(statement, ast.Assign) or statement.right != (call,):
        return ()
    draft = Draft(body)
    named = isinstance(call.fun, ast.Selector) and call.fun.name.name == "Tick" and len(call.args) == 1
    if not named or declares(body, "ticker") or body.is_in_loop(statement) or not draft.stands_alone(statement):
        return ()
    assert isinstance(call.fun, ast.Selector)  # noqa: S101 see above
    made = f"ticker := {body.text(call.fun.x)}.NewTicker({body.text(call.args[0])})"
    draft.before(statement, made, "defer ticker.Stop()")
    draft.replace(call, "ticker.C")
    return draft.fix("Stop the ticker when the function returns", safe=False)


def make_channel(package: PackageFacts, declaration: Span) -> tuple[Fix, ...]:
    """A channel made where a variable for it is declared."""
    body = body_of(package, declaration)
    for node in body.around_place(declaration) if body is not None else ():
        if body is not None and isinstance(node, ast.DeclStmt) and len(node.specs) == 1:
            spec = node.specs[0]
            if not isinstance(spec, ast.ValueSpec) or spec.values or len(spec.names) != 1:
                return ()
            if not isinstance(spec.type, ast.ChanType) or body.text(node)[:4] != "var ":
                return ()
            draft = Draft(body)
            draft.replace(node, f"{spec.names[0].name} := make({body.text(spec.type)})")
            return draft.fix("Make the channel", safe=False)
    return ()


def _loop_around(body: Body, place: Span) -> ast.For | ast.Range | None:
    for node in body.around_place(place):
        if isinstance(node, ast.FuncLit):
            return None
        if isinstance(node, ast.For | ast.Range):
            return node
    return None


def _append(body: Body, draft: Draft, loop: ast.For | ast.Range, line: str) -> bool:
    """Write a line at the end of a loop's body."""
    statements = loop.body.statements
    if statements:
        if not draft.stands_alone(statements[-1]) or not draft.stands_alone(loop):
            return False
        draft.after(statements[-1], line)
        return True
    if body.has_comment(loop.body.pos, loop.body.end) or not draft.stands_alone(loop):
        return False
    indent = draft.indent(loop)
    draft.replace(loop.body, f"{{\n{indent}\t{line}\n{indent}}}")
    return True


def look_when_told(package: PackageFacts, wait: Span, told: str) -> tuple[Fix, ...]:
    """A ``select`` that ends the function when the channel ``told`` says so, where it waits now."""
    body = body_of(package, wait)
    node = next((one for one in body.at(wait) if isinstance(one, ast.Expr)), None) if body is not None else None
    statement = body.statement(node) if body is not None and node is not None else None
    if body is None or not isinstance(statement, ast.ExprStmt) or statement.x is not node:
        return ()
    literal = body.literal(node)
    results = (literal or body.decl).type.results
    draft = Draft(body)
    if results or not draft.stands_alone(statement):
        return ()
    if isinstance(node, ast.Unary) and node.op == "<-":
        ready = body.text(node)
    elif isinstance(node, ast.Call) and isinstance(node.fun, ast.Selector) and body.text(node.fun) == "time.Sleep":
        ready = f"<-time.After({body.text(node.args[0])})"
    else:
        return ()
    indent = draft.indent(statement)
    lines = ("select {", f"case <-{told}:", "\treturn", f"case {ready}:", "}")
    draft.replace(statement, f"\n{indent}".join(lines))
    return draft.fix("Return when it is told to", safe=False)

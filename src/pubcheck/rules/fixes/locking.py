"""Locks taken, given back, or taken in the other mode."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.guards import Kinship
from pubcheck.facts import BlockKind, LockAction, Mode, Start
from pubcheck.model.callee import BuiltinTarget, ConversionTarget, FuncTarget
from pubcheck.rules.fixes.body import body_of, inside, is_steady, leaves
from pubcheck.rules.fixes.draft import Draft
from pubcheck.rules.support.wording import name_of
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Location, LockEvent
    from pubcheck.rules.fixes.body import Body
    from pubcheck.source import Span

_UNLOCK = {"Lock": "Unlock", "RLock": "RUnlock"}


def defer_unlock(package: PackageFacts, function: FunctionFacts, taken: LockEvent) -> tuple[Fix, ...]:
    """Defer the unlock right after the lock, in the place of all the unlocks that some ways lack."""
    body = body_of(package, taken.span)
    statement = _lock_statement(body, taken) if body is not None else None
    if body is None or statement is None or function.in_loop(taken.point):
        return ()
    lock = _selector(statement)
    events = [event for event in function.locks if event.lock.path == taken.lock.path]
    if sum(event.action is not LockAction.RELEASE for event in events) > 1 or any(event.deferred for event in events):
        return ()
    unlocks = [_lock_statement(body, event) for event in events if event.action is LockAction.RELEASE]
    draft = Draft(body)
    if not draft.stands_alone(statement) or _waits_behind(function, taken):
        return ()
    draft.after(statement, f"defer {body.text(lock.x)}.{_UNLOCK[lock.name.name]}()")
    for unlock in dict.fromkeys(unlocks):
        if unlock is None or not draft.stands_alone(unlock) or body.own(unlock) is not body.own(statement):
            return ()
        draft.delete(unlock)
    if any(unlock is not None and _calls_behind(body, function, taken, unlock) for unlock in unlocks):
        return ()
    return draft.fix("Defer the unlock right after the lock", safe=False)


_QUICK = re.compile(r"(?:errors|fmt|math|strconv|strings|time|unicode)\.(?!Print|Fprint|Scan|Sleep|After)")
"""Functions that neither wait nor take a lock of the program's."""


def _calls_behind(body: Body, function: FunctionFacts, taken: LockEvent, unlock: ast.Stmt) -> bool:
    """Whether somebody is called behind the unlock who may want the lock, or may take long."""
    held = {call.span.start for call in function.calls if any(lock.path == taken.lock.path for lock in call.held.may)}
    for call in body.calls(body.own(unlock)):
        if call.pos < unlock.end or call.pos in held:
            continue
        unlocks = isinstance(call.fun, ast.Selector) and call.fun.name.name in ("Unlock", "RUnlock")
        if not unlocks and not is_quick(body, call):
            return True
    return False


def unlock_before(package: PackageFacts, taken: LockEvent, leave: Span) -> tuple[Fix, ...]:
    """The unlock before the way out that lacks it."""
    body = body_of(package, leave)
    statement = _lock_statement(body, taken) if body is not None else None
    out = next((one for one in body.at(leave) if isinstance(one, ast.Return | ast.Branch)), None) if body else None
    if body is None or statement is None or out is None or body.own(out) is not body.own(statement):
        return ()
    if isinstance(out, ast.Return) and not all(isinstance(one, ast.Ident | ast.BasicLit) for one in out.results):
        return ()  # what is returned may be looked at under the lock
    lock = _selector(statement)
    draft = Draft(body)
    if not draft.stands_alone(out):
        return ()
    draft.before(out, f"{body.text(lock.x)}.{_UNLOCK[lock.name.name]}()")
    return draft.fix("Unlock before it leaves", safe=False)


def _waits_behind(function: FunctionFacts, taken: LockEvent) -> bool:
    """Whether the function waits for others, or takes another lock, when it has given this one back."""
    paths = frozenset((taken.lock.path,))
    waits = [each.point for each in function.blocking if paths.isdisjoint(lock.path for lock in each.held.may)]
    waits += [each.point for each in function.channels if paths.isdisjoint(lock.path for lock in each.held.may)]
    waits += [
        each.point
        for each in (*function.locks, *function.inner_locks)
        if each.action is not LockAction.RELEASE and paths.isdisjoint(lock.path for lock in each.held.may)
    ]
    return any(point != taken.point and function.order.reaches(taken.point, point) for point in waits)


def hold_over(package: PackageFacts, function: FunctionFacts, first: LockEvent, second: LockEvent) -> tuple[Fix, ...]:
    """One critical section in the place of two: where nothing from its beginning to the function's end takes long."""
    body = body_of(package, first.span)
    begins, again = (_lock_statement(body, one) if body is not None else None for one in (first, second))
    if body is None or begins is None or again is None or function.in_loop(first.point) or _waits(function):
        return ()
    taken = {event.point for event in function.locks if event.action is not LockAction.RELEASE}
    own = body.own(begins)
    if taken != {first.point, second.point} or function.inner_locks or body.own(again) is not own:
        return ()
    draft = Draft(body)
    released = (event for event in function.locks if event.action is LockAction.RELEASE)
    unlocks = dict.fromkeys(_unlock_statement(body, event) for event in released)
    ours = [begins, again, *(one for one in unlocks if one is not None)]
    if None in unlocks or not draft.stands_alone(*ours) or any(body.own(one) is not own for one in ours):
        return ()
    if not _is_quick_behind(body, own, begins, ours):
        return ()
    lock, way = _selector(begins), _selector(again).name.name
    if lock.name.name != way:
        draft.replace(lock.name, way)
    draft.after(begins, f"defer {body.text(lock.x)}.{_UNLOCK[way]}()")
    for one in ours[1:]:
        draft.delete(one)
    return draft.fix("Hold the lock over both", safe=False)


def _is_quick_behind(body: Body, own: ast.Block, begins: ast.Stmt, ours: Sequence[ast.Stmt]) -> bool:
    """Whether nothing behind ``begins`` but ``ours`` may wait, take a lock or run later."""
    behind = [node for node in inside(own, literals=True) if node.pos >= begins.end]
    if any(isinstance(node, ast.FuncLit | ast.Go | ast.Defer) and node not in ours for node in behind):
        return False
    calls = (node for node in behind if isinstance(node, ast.Call))
    return all(is_quick(body, one) or any(each.pos <= one.pos < each.end for each in ours) for one in calls)


def closure_per_turn(package: PackageFacts, taken: LockEvent, deferred: Span) -> tuple[Fix, ...]:
    """A function literal around what a turn of a loop does under the lock, so that its deferred unlock runs there."""
    body = body_of(package, deferred)
    statement = _lock_statement(body, taken) if body is not None else None
    if body is None or statement is None:
        return ()
    return close_over_turn(body, statement)


def close_over_defer(package: PackageFacts, deferred: Span) -> tuple[Fix, ...]:
    """A function literal around what a turn of a loop does from a ``defer`` on."""
    body = body_of(package, deferred)
    call = body.call_at(deferred) if body is not None else None
    statement = body.statement(call) if body is not None and call is not None else None
    return close_over_turn(body, statement) if body is not None and isinstance(statement, ast.Defer) else ()


def close_over_turn(body: Body, first: ast.Stmt) -> tuple[Fix, ...]:
    """A function literal around the rest of the loop's body from ``first`` on."""
    loop = next(body.around(body.siblings(first)[0]), None)
    around = next((one for one in body.around(loop)), None) if loop is not None else None
    statements = body.siblings(first)
    if not isinstance(around, ast.For | ast.Range) or around.body is not loop:
        return ()
    rest = statements[body.position(first) :]
    draft = Draft(body)
    for leave in leaves(body, rest):
        # The next turn begins when the literal returns.
        if not isinstance(leave, ast.Branch) or leave.keyword != "continue" or leave.label is not None:
            return ()
        draft.replace(leave, "return")
    if any(isinstance(node, ast.Labeled) for one in rest for node in inside(one)):
        return ()
    if not draft.wrap(rest[0], rest[-1], ["func() {"], ["}()"]):
        return ()
    return draft.fix("Give each turn a function of its own", safe=False)


def exclusive(package: PackageFacts, function: FunctionFacts, use: Use, lock: Location) -> tuple[Fix, ...]:
    """``Lock`` and ``Unlock`` in the place of ``RLock`` and ``RUnlock`` of ``lock``, which is held for a write."""
    access = use.site.access
    held = next((each for each in access.held.must if each.location == lock), None)
    body = body_of(package, access.span)
    if held is None or held.mode is not Mode.SHARED or body is None:
        return ()
    draft = Draft(body)
    for event in function.locks:
        if event.lock.path == held.path and event.lock.mode is Mode.SHARED:
            call = _lock_call(body, event)
            if call is None or event.trace or not isinstance(call.fun, ast.Selector):
                return ()
            if call.fun.name.name not in ("RLock", "RUnlock"):
                return ()
            edit_of = call.fun.name.pos
            if all(edit.span.start != edit_of for edit in draft.edits):
                draft.replace(call.fun.name, call.fun.name.name[1:])
    return draft.fix("Take the lock for writing", safe=False)


def take_lock(package: PackageFacts, guard: Guard, use: Use, rest: Sequence[Use]) -> tuple[Fix, ...]:
    """The guard's lock around what goes without it: ``use``, and those of ``rest`` for which that works."""
    first = _held_around(package, guard, use.function, (use, *rest))
    if first is None or not any(_lies_in(edit.span, use, package) for edit in first.edits):
        return ()
    others = {one.function.name: one.function for one in rest if one.function is not use.function}
    drafts = [_held_around(package, guard, function, rest) for function in others.values()]
    lock = name_of(guard.lock, package)
    return first.fix(f"Hold `{lock}` for it", safe=False, others=[one for one in drafts if one is not None])


def hold_on(package: PackageFacts, guard: Guard, use: Use) -> tuple[Fix, ...]:
    """The lock that the function has given back by then, held to its end."""
    function, access = use.function, use.site.access
    if access.trace:
        return ()
    around = access.path.steps[: next((n for n, step in enumerate(access.path.steps) if step[0] == "["), None)]
    for taken in function.locks_at(guard.lock):
        path = taken.lock.path
        beside = path.root == access.path.root and path.steps[:-1] == around[: len(path.steps) - 1]
        if taken.action is LockAction.ACQUIRE and beside and function.order.dominates(taken.point, access.point):
            return defer_unlock(package, function, taken)
    return ()


def _lies_in(span: Span, use: Use, package: PackageFacts) -> bool:
    body = body_of(package, use.site.access.span)
    return body is not None and body.decl.pos <= span.start <= body.decl.end


def _held_around(package: PackageFacts, guard: Guard, function: FunctionFacts, uses: Sequence[Use]) -> Draft | None:
    """Edits that take the lock for what ``function`` does of ``uses``."""
    mine = [one for one in uses if one.function is function]
    body = body_of(package, mine[0].site.access.span)
    if body is None or guard.kinship is not Kinship.BESIDE or _may_have_it(package, function, guard):
        return None
    statements: list[ast.Stmt] = []
    locks: set[str | None] = set()
    for one in mine:
        access = one.site.access
        node = next(iter(body.at(access.span)), None)
        statement = body.statement(node) if node is not None else None
        if node is None or statement is None or access.trace or function.maybe_protected(access):
            return None
        locks.add(_lock_text(body, node, guard))
        if all(statement is not known for known in statements):
            statements.append(statement)
    lock = next(iter(locks))
    draft = Draft(body)
    if lock is None or len(locks) > 1 or not draft.stands_alone(*statements):
        return None
    shared = not any(one.writes for one in mine) and _is_read_locked(package, guard)
    take, give = (f"{lock}.RLock()", f"{lock}.RUnlock()") if shared else (f"{lock}.Lock()", f"{lock}.Unlock()")
    statements.sort(key=lambda one: one.pos)
    if all(_is_simple(body, one) for one in statements):
        for run in runs(body, statements):
            draft.before(run[0], take)
            draft.after(run[-1], give)
        return draft
    if (
        statements[0] not in body.own(statements[0]).statements
        or _waits(function)
        or function.in_loop(mine[0].site.access.point)
    ):
        return None
    draft.before(statements[0], take, f"defer {give}")
    return draft


def runs(body: Body, statements: Sequence[ast.Stmt]) -> list[list[ast.Stmt]]:
    """Statements that follow each other, together."""
    found: list[list[ast.Stmt]] = []
    for one in statements:
        siblings = body.siblings(one)
        at = body.position(one)
        if found and at > 0 and siblings[at - 1] is found[-1][-1]:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _may_have_it(package: PackageFacts, function: FunctionFacts, guard: Guard) -> bool:
    """Whether the function, what it calls or who calls it has to do with the lock already."""
    events = (*function.locks, *function.inner_locks)
    if function.contract.unknown or function.contract.held or package.threads.graph.may_be_locked(function):
        return True
    if function.enclosing and Start.GO not in function.starts:
        return True  # whoever is given a literal may hold anything when he calls it
    return any(event.lock.location == guard.lock for event in events)


def _is_simple(body: Body, statement: ast.Stmt) -> bool:
    """Whether it ends where it began, and calls nobody who may want the lock or wait."""
    if not isinstance(statement, ast.Assign | ast.IncDec | ast.ExprStmt):
        return False
    for node in inside(statement):
        if isinstance(node, ast.FuncLit) or (isinstance(node, ast.Unary) and node.op == "<-"):
            return False
        if isinstance(node, ast.Call) and not is_quick(body, node):
            return False
    return True


def is_quick(body: Body, call: ast.Call) -> bool:
    """Whether a call neither waits nor takes a lock of the program's."""
    target = body.info.callee(call)
    if isinstance(target, FuncTarget):
        return _QUICK.match(target.func.full_name) is not None
    return isinstance(target, BuiltinTarget | ConversionTarget)


def _waits(function: FunctionFacts) -> bool:
    return bool(function.channels) or any(each.kind is not BlockKind.LOG for each in function.blocking)


def _lock_text(body: Body, node: ast.Node, guard: Guard) -> str | None:
    """What the function calls the lock beside the field, or the variable, that ``node`` names."""
    name = guard.lock.path
    if "[" in name or "*" in name:
        return None
    field = guard.location.path.partition("[")[0].rpartition(".")[2]
    for each in (node, *inside(node)):
        if isinstance(each, ast.Selector) and each.name.name == field:
            selection = body.info.selection(each)
            if selection is None or not is_steady(each.x) or selection.kind != "field":
                continue
            if len(selection.path) > 1 or "." in guard.location.path.partition("[")[0]:
                return None
            return f"{body.text(each.x)}.{name}"
        if isinstance(each, ast.Ident) and each.name == field and guard.location.owner == guard.lock.owner:
            symbol = body.info.symbol(each)
            if symbol is not None and symbol is body.package.package.lookup(field):
                return name
    return None


def _is_read_locked(package: PackageFacts, guard: Guard) -> bool:
    return any(
        event.lock.location == guard.lock and event.lock.mode is Mode.SHARED
        for function in package.functions
        for event in function.locks
    )


def _lock_call(body: Body, event: LockEvent) -> ast.Call | None:
    return body.call_at(event.span)


def _lock_statement(body: Body, event: LockEvent) -> ast.ExprStmt | None:
    """The statement that is the call of ``Lock`` or its like, on a lock that variables lead to."""
    call = _lock_call(body, event)
    statement = body.statement(call) if call is not None else None
    if event.trace or not isinstance(statement, ast.ExprStmt) or statement.x is not call:
        return None
    if not isinstance(call.fun, ast.Selector) or not is_steady(call.fun.x):
        return None
    return statement if call.fun.name.name in ("Lock", "RLock", "Unlock", "RUnlock") else None


def _unlock_statement(body: Body, event: LockEvent) -> ast.Stmt | None:
    """The statement that gives the lock back, or puts that off to the end."""
    call = _lock_call(body, event) if not event.trace else None
    statement = body.statement(call) if call is not None else None
    held = statement.x if isinstance(statement, ast.ExprStmt) else getattr(statement, "call", None)
    return statement if isinstance(statement, ast.ExprStmt | ast.Defer) and held is call else None


def _selector(statement: ast.ExprStmt) -> ast.Selector:
    """The ``mu.Lock`` of a statement that calls it."""
    fun = statement.x.fun if isinstance(statement.x, ast.Call) else None
    if not isinstance(fun, ast.Selector):
        raise TypeError("no call of a lock")
    return fun

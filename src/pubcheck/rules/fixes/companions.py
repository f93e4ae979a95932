"""A lock for a local object that goroutines share: declared beside it, and held for each call of its methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import Against
from pubcheck.edits import name_of
from pubcheck.model.callee import FuncTarget
from pubcheck.model.structure import core_type
from pubcheck.model.types import Basic, Interface, Signature, Tuple, Unknown
from pubcheck.rules.fixes.body import body_of, inside
from pubcheck.rules.fixes.draft import Draft, declares
from pubcheck.rules.fixes.locking import is_quick, runs
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.goroutines import LocalRace
    from pubcheck.diagnostic import Fix
    from pubcheck.rules.fixes.body import Body


def lock_beside(package: PackageFacts, races: Sequence[LocalRace]) -> tuple[Fix, ...]:
    """A mutex beside the object that all of ``races`` are about, held wherever a function literal uses it.

    Whoever starts the goroutines must use it before, or after he has waited: a lock would leave it to chance what he
    finds.
    """
    var = races[0].var
    body = body_of(package, races[0].access.span)
    if body is None or any(race.against is Against.STARTER for race in races):
        return ()
    uses = body.uses(var)
    declaration = next((one for one in uses if one.pos == var.pos), None)
    statement = body.statement(declaration) if declaration is not None else None
    draft = Draft(body)
    if declaration is None or statement is None or not _makes(body, statement, declaration):
        return ()
    calls = [_method_call(body, one) for one in uses if one is not declaration]
    home = body.literal(declaration)
    held: list[ast.Stmt] = []
    for call in calls:
        if call is None or isinstance(next(body.around(call), None), ast.Go):
            return ()
        if body.literal(call) is home:
            continue
        around = body.statement(call)
        if around is None or not _is_one_step(body, around, [one for one in calls if one is not None]):
            return ()
        if all(around is not one for one in held):
            held.append(around)
    sync, lock = draft.package("sync"), _free_name(body, var.name)
    if not held or sync is None or lock is None or not draft.stands_alone(statement, *held):
        return ()
    draft.before(statement, f"var {lock} {sync}.Mutex")
    for run in runs(body, sorted(held, key=lambda one: one.pos)):
        draft.before(run[0], f"{lock}.Lock()")
        draft.after(run[-1], f"{lock}.Unlock()")
    return draft.fix(f"Hold a lock for each use of `{var.name}` by the goroutines", safe=False)


def _makes(body: Body, statement: ast.Stmt, name: ast.Ident) -> bool:
    """Whether the statement declares the variable alone, with an object that has no other name."""
    if isinstance(statement, ast.Assign):
        if statement.op != ":=" or statement.left != (name,) or len(statement.right) != 1:
            return False
        return _is_new(body, statement.right[0])
    spec = statement.specs[0] if isinstance(statement, ast.DeclStmt) and len(statement.specs) == 1 else None
    if not isinstance(spec, ast.ValueSpec) or spec.names != (name,):
        return False
    return all(_is_new(body, one) for one in spec.values)


def _is_new(body: Body, value: ast.Expr) -> bool:
    if isinstance(value, ast.Unary) and value.op == "&":
        value = value.x
    if isinstance(value, ast.CompositeLit):
        return True
    if not isinstance(value, ast.Call):
        return False
    target = body.info.callee(value)
    if isinstance(target, FuncTarget):
        return target.func.name.startswith("New")
    return isinstance(value.fun, ast.Ident) and value.fun.name in ("new", "make")


def _method_call(body: Body, use: ast.Ident) -> ast.Call | None:
    """The call of a method of the object, if that is what it is used for."""
    around = body.around(use)
    method, call = next(around, None), next(around, None)
    if not isinstance(method, ast.Selector) or method.x is not use or not isinstance(call, ast.Call):
        return None
    selection = body.info.selection(method)
    return call if call.fun is method and selection is not None and selection.kind == "method" else None


def _is_one_step(body: Body, statement: ast.Stmt, calls: Sequence[ast.Call]) -> bool:
    """Whether a lock may be held for a statement: it neither waits nor calls back, and keeps no part of the object."""
    if not isinstance(statement, ast.Assign | ast.IncDec | ast.ExprStmt):
        return False
    for node in inside(statement, literals=True):
        if isinstance(node, ast.FuncLit) or (isinstance(node, ast.Unary) and node.op == "<-"):
            return False
        if not isinstance(node, ast.Call):
            continue
        ours = any(node is one for one in calls)
        if not ours and not is_quick(body, node):
            return False
        if any(isinstance(core_type(body.info.type(one)), Signature | Unknown) for one in node.args):
            return False
        if ours and not (isinstance(statement, ast.ExprStmt) and statement.x is node) and not _gives_values(body, node):
            return False
    return True


def _gives_values(body: Body, call: ast.Call) -> bool:
    """Whether nothing that a call returns leads back to the object."""
    type_ = body.info.type(call)
    results = type_.elements if isinstance(type_, Tuple) else (type_,)
    return all(isinstance(core_type(one), Basic | Interface) for one in results)


def _free_name(body: Body, variable: str) -> str | None:
    """A name for the lock that means nothing else in the function."""
    imported = {name_of(one) for one in body.file.tree.file.imports}
    for name in ("mu", f"{variable}Mu"):
        if name not in imported and body.package.package.lookup(name) is None and not declares(body, name):
            return name
    return None

"""A number and its mutex made one atomic number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.edits import name_in, without
from pubcheck.rules.fixes.atomic_accesses import SINCE, by_method, uses_of
from pubcheck.rules.fixes.declarations import declared
from pubcheck.rules.fixes.draft import Draft, FileDraft, declares
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Location
    from pubcheck.rules.fixes.body import Body
    from pubcheck.rules.fixes.declarations import Declared

_TYPES = {
    "int": "Int64",
    "int8": "Int32",
    "int16": "Int32",
    "int32": "Int32",
    "int64": "Int64",
    "uint": "Uint64",
    "uint8": "Uint32",
    "uint16": "Uint32",
    "uint32": "Uint32",
    "uint64": "Uint64",
    "uintptr": "Uintptr",
}
"""Those that overflow as the number did, once what they hold is converted back."""
_METHODS = frozenset(("Lock", "Unlock", "RLock", "RUnlock"))
_MUTEXES = ("Mutex", "RWMutex")


def atomic_counter(package: PackageFacts, counter: Location, lock: Location, kind: str) -> tuple[Fix, ...]:
    """An atomic type for ``counter``, a number of the basic type ``kind``, and no ``lock`` any more.

    Where a function touches the number twice, the lock keeps the two together: then there is none.
    """
    number, mutex = declared(package, counter), declared(package, lock)
    type_ = number.type if number is not None else None
    if number is None or mutex is None or type_ is None or package.package.go_version < SINCE:
        return ()
    if number.name[:1].isupper() or not number.may_be_retyped() or not _is_lost(mutex):
        return ()
    home = FileDraft(package, number.file)
    prefix = home.package("sync/atomic")
    drafts = _without_lock(package, mutex)
    if prefix is None or drafts is None:
        return ()
    home.replace(type_, f"{prefix}.{_TYPES[kind]}")
    written = number.file.source.text(type_.pos, type_.end)
    counting: set[ast.FuncDecl] = set()
    for body, memory in uses_of(package, number):
        draft = Draft(body)
        plain = "" if written == _TYPES[kind].lower() else written
        hidden = plain and any(declares(body, name) for name in (plain, _TYPES[kind].lower()))
        if hidden or body.decl in counting or not by_method(body, draft, memory, _TYPES[kind], plain):
            return ()
        counting.add(body.decl)
        drafts.append(draft)
    return home.fix(f"Make it an `atomic.{_TYPES[kind]}` without a lock", safe=False, others=drafts)


def _is_lost(mutex: Declared) -> bool:
    """Whether only this package can know of the lock, and it is one of the standard library's."""
    type_ = mutex.type
    if mutex.name[:1].isupper() or type_ is None or not mutex.may_be_retyped():
        return False
    sync = name_in(mutex.file.tree.file, "sync")
    return mutex.file.source.text(type_.pos, type_.end) in {f"{sync}.{each}" for each in _MUTEXES}


def _without_lock(package: PackageFacts, mutex: Declared) -> list[FileDraft] | None:
    """Edits that take away the lock and all that is done to it; None where that isn't all that a statement does."""
    found: dict[ast.FuncDecl, tuple[Body, list[ast.Stmt]]] = {}
    for body, memory in uses_of(package, mutex):
        statement = _locking(body, memory)
        if statement is None:
            return None
        found.setdefault(body.decl, (body, []))[1].append(statement)
    drafts: list[FileDraft] = []
    for body, statements in found.values():
        draft = Draft(body)
        for run in _runs(body, statements):
            if len(run) == len(body.siblings(run[0])):
                return None
            draft.delete(run[0], run[-1])
        drafts.append(draft)
    home = FileDraft(package, mutex.file)
    return [*drafts, home] if _drop(home, mutex) else None


def _locking(body: Body, memory: ast.Expr) -> ast.Stmt | None:
    """The statement on a line of its own that takes or gives back the lock ``memory``, and does nothing else."""
    around = body.around(memory)
    method, call, statement = next(around, None), next(around, None), next(around, None)
    if not isinstance(method, ast.Selector) or method.name.name not in _METHODS or not isinstance(call, ast.Call):
        return None
    if call.fun is not method or not isinstance(statement, ast.ExprStmt | ast.Defer):
        return None
    end = body.file.source.lines.line_range(body.file.source.lines.line(statement.end))[1]
    alone = Draft(body).stands_alone(statement) and not body.has_comment(statement.end, end)
    return statement if alone and body.statement(statement) is statement else None


def _runs(body: Body, statements: Iterable[ast.Stmt]) -> Iterator[list[ast.Stmt]]:
    """``statements`` in runs of those that follow each other."""
    run: list[ast.Stmt] = []
    for statement in sorted(statements, key=lambda one: one.pos):
        siblings = body.siblings(statement)
        if run and siblings is body.siblings(run[-1]) and siblings[body.position(statement) - 1] is run[-1]:
            run.append(statement)
            continue
        if run:
            yield run
        run = [statement]
    if run:
        yield run


def _drop(draft: FileDraft, mutex: Declared) -> bool:
    """Take the declaration away, with the comments beside it; false where it is all that its group declares."""
    source, node = mutex.file.source, mutex.field or mutex.spec
    comments = mutex.file.tree.comments_by_place
    doc, trailing = comments.doc(node.pos), comments.trailing(node.end)
    lines = source.lines
    begin = lines.line_range(lines.line(node.pos))[0]
    head = source.text(begin, node.pos).strip()
    if head not in ("", "var"):
        return False
    start = doc[0].pos if doc else begin + source.text(begin, node.end).index(head or source.text(node.pos, node.end))
    end = trailing.end if trailing is not None else node.end
    above = lines.line_text(lines.line(start) - 1).strip() if lines.line(start) > 1 else ""
    below = lines.line_text(lines.line(end) + 1).strip() if lines.line(end) < lines.line_count else ""
    if not head and above.endswith(("(", "{")) and below.startswith((")", "}")):
        return False
    draft.edits.append(without(source, start, end))
    return True

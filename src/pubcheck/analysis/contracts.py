"""What functions may rely on when they are entered: by their name, by their comment, by all of their callers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.annotations import MARK, annotated_contract
from pubcheck.analysis.lock_paths import lock_path, parameters
from pubcheck.analysis.mutexes import mutex_fields, struct_of
from pubcheck.facts import DEREF, NO_CONTRACT, NO_LOCKS, AccessPath, Contract, Lock, Mode, Root, RootKind, meet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis.frame import Frame, Invocation
    from pubcheck.facts import LockSet
    from pubcheck.flow import ir
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func
    from pubcheck.source import SourceFile

_NAME = re.compile(r"(?<![Uu]n)(?:Locked|_locked|Lock(?:ed)?Held|WithLock(?:ed)?Held|NoLock|LockRequired)$")
_QUESTION = re.compile(r"^(?:is|has|was|if|assert|check|explain)[A-Z_]|^[A-Z]\w*IsLocked$|^(?:Is|Has|Was|Assert)[A-Z]")
_LOCK = rb"\w*(?:(?<![bc])lock|mutex|mtx|mu|mx)s?"
_COMMENT = re.compile(
    rb"(?:must|should|has\s+to|have\s+to|(?:assumes?|expects?)(?:[^.\n]|\.(?=\w)){0,40})\s+(?:already\s+)?(?:be(?:en)?\s+)?"
    rb"(?:held|locked|holding)\b"
    rb"|\b" + _LOCK + rb"\b(?:[^.\n]|\.(?=\w)){0,30}\s(?:is|are|be|being)\s+(?:already\s+)?(?:held|locked)\b"
    rb"|\b" + _LOCK + rb"\s+(?:already\s+)?held\b"
    rb"|(?:callers?|it|this)\s+(?:must|should|has\s+to|have\s+to|needs?\s+to)\s+(?:be\s+)?(?:hold|have|own|acquire|lock)"
    rb"|callers?\s+(?:must|should|has\s+to|have\s+to)\s+(?:ensure|make\s+sure)\b[^.\n]{0,40}\s(?:held|locked)\b"
    rb"|(?:must|should|needs?\s+to)\s+hold\b(?!\s+on)"
    rb"|(?:call(?:ed|ing)?|invoked|run)\b(?:[^.\n]|\.(?=\w)){0,30}\b(?:with|under|while|when|holding)\b(?:[^.\n]|\.(?=\w)){0,60}"
    rb"\b(?:lock|mutex|mu|held)\b"
    rb"|(?:must|should)\s+be\s+called\s+with\s+(?:the\s+)?[\w.]+\s+locked\b"
    rb"|(?:requires?|needs)\b(?:[^.\n]|\.(?=\w)){0,40}\b(?:lock|mutex|mu)\b"
    rb"|(?:callers?|who\w*)\b[^.\n]{0,30}\s(?:holds?|holding)\s+(?:the\s+)?[\w.]*(?:lock|mutex|mu)\b",
    re.IGNORECASE,
)
"""A sentence that asks for a lock; that a function holds one itself, or that a file is locked, is another matter."""
_SPEAKS = (b"lock", b"mu", b"mtx", b"mx", b"held", b"hold", b"have", b"own", b"acquire")
"""Of these each match of ``_COMMENT`` holds one, in whatever case."""
_INITIALISES = re.compile(rb" (?:will )?initiali[sz]es?\b")
_INIT = frozenset(("Init", "Initialize", "Initialise"))
_NOT_HELD = re.compile(
    rb"(?:must|should|do)\s*(?:not|n't|never)\s+(?:be\s+)?(?:hold|held|called|lock)|without\s+(?:holding|the|a|any)\b"
    rb"|(?:\bnot|n't|\bnever|\bno\s+longer)\s+(?:requires?|needs?)\b"
    rb"|\b(?:not|never)\s+(?:be\s+)?held|\b(?:no|not|without)\b[^\n]{0,20}" + _LOCK + rb"\s+held\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(rb"\.\s|;")
_PERHAPS_FORBIDS = re.compile(rb"\b(?:not|never|without|unlocked|released)\b|n't\b")
_FORBIDS = re.compile(
    r"(?:\b(?:must|should|shall|may|can|do|does)\s*(?:not|n[o']t|never)|\bnever)\s+(?:already\s+)?(?:be\s+)?"
    r"(?:(?:call|called|invoke|invoked|run|used?)\b(?:[^.\n]|\.\w){0,30}\b(?:with|while|when|under)\b(?:[^.\n]|\.\w){0,40}"
    r"\b(?:held|hold(?:s|ing)?|lock(?:ed)?|mutex|mu)\b"
    r"|(?:hold(?:ing)?|held|own|be\s+locked|locked)\b)"
    r"|\bmust\s+be\s+(?:called|invoked|run)\s+(?:with(?:out)?)\b(?:[^.\n]|\.\w){0,40}\b(?:unlocked|(?<!un)lock(?:ed)?|held|holding|mu)\b",
    re.IGNORECASE,
)
"""A sentence that forbids to hold a lock; see ``_DEMANDS`` for what only looks like one."""
_DEMANDS = re.compile(
    r"(?:not|n't|never)\s+(?:be\s+)?(?:call|called|invoke|invoked|run|used?)\b(?:[^.\n]|\.\w){0,30}\b(?:without|unless)\b"
    r"|\bmust\s+be\s+(?:called|invoked|run)\s+with\b(?![^.\n]*\bunlocked\b)",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(r"\b(?:when|while|before|after|for)\s+(?:calling|invoking|running)\s+(?!this\b|it\b)`?(\w+)")
_PATH = re.compile(r"\w+(?:\.\w+)*")
_ANY_LOCK = re.compile(r"\b(?:the|its|any|a)\s+(?:\w+\s+)?(?:lock|mutex)\b", re.IGNORECASE)


def declared_contract(func: Func, source: SourceFile, package: Package) -> Contract:
    """The contract that a function's name or doc comment states; which lock is meant is told by annotations alone."""
    lines = _doc_lines(func, source)
    if any(MARK in line for line in lines):
        annotated = annotated_contract(b"\n".join(lines).decode("utf-8", "replace"), func, package)
        if annotated is not None:
            return annotated
    if asks_by_name(func):
        return Contract(unknown=True, evidence=f"`{func.name}` says by its name that a lock is held", declared=True)
    if func.receiver is not None and _is_of_holder(func.receiver.name):
        return Contract(unknown=True, evidence=f"`{func.receiver.name}` is what a lock's holder uses", declared=True)
    comment = b" ".join(lines)
    if comment and _asks(comment):
        return Contract(unknown=True, evidence=f"the comment of `{func.name}` says that a lock is held", declared=True)
    excluded = _forbidden(comment, func, package) if comment else None
    if excluded is not None:
        evidence = f"the comment of `{func.name}` says that `{excluded}` must not be held"
        return Contract(excluded=frozenset((Lock(excluded, Mode.EXCLUSIVE),)), evidence=evidence)
    return NO_CONTRACT


def asks_by_name(func: Func) -> bool:
    """Whether a function is named for a lock that is held when it is called: ``flushLocked``."""
    return _is_of_holder(func.name) and not _QUESTION.search(func.name)


def _is_of_holder(name: str) -> bool:
    """Whether a name speaks of a lock that is held."""
    return "ock" in name and _NAME.search(name) is not None


def _forbidden(comment: bytes, func: Func, package: Package) -> AccessPath | None:
    """The one lock that the comment says must not be held: named, or the only one of the receiver."""
    if not _PERHAPS_FORBIDS.search(comment):
        return None
    receiver = next((name for name, _ in parameters(func)), "") if func.receiver is not None else ""
    found: set[AccessPath] = set()
    for sentence in re.split(r"\.\s|;", comment.decode("utf-8", "replace")):
        other = _OF_ANOTHER.search(sentence)
        if not _FORBIDS.search(sentence) or _DEMANDS.search(sentence) or (other and other[1] != func.name):
            continue
        for word in _PATH.findall(sentence):
            path = lock_path(word, func, package) or lock_path(f"{receiver}.{word}", func, package)
            if path is not None:
                found.add(path)
        struct = struct_of(func.receiver) if func.receiver is not None else None
        own = mutex_fields(struct) if struct is not None else ()
        if not found and len(own) == 1 and _ANY_LOCK.search(sentence):
            path = lock_path(f"{receiver}.{own[0].name}", func, package)
            found.update((path,) if path is not None else ())
    return found.pop() if len(found) == 1 else None


def _asks(comment: bytes) -> bool:
    lower = comment.lower()
    if not any(word in lower for word in _SPEAKS):
        return False
    return any(_COMMENT.search(each) and not _NOT_HELD.search(each) for each in _SENTENCES.split(comment))


def asks_for_lock(comment: str) -> bool:
    """Whether a function's comment says that a lock is held, or must not be, when it is called."""
    return _COMMENT.search(comment.encode()) is not None or _FORBIDS.search(comment) is not None


def forbids_lock(comment: str) -> bool:
    """Whether a function's comment says that a lock must not be held when it is called."""
    sentences = re.split(r"\.\s|;", comment)
    return any(_FORBIDS.search(each) is not None and _DEMANDS.search(each) is None for each in sentences)


def says_it_initialises(func: Func, source: SourceFile) -> bool:
    """Whether a method initialises, by its comment or its very name: then its receiver isn't in use yet."""
    if func.name in _INIT:
        return True
    comment = doc_comment(func, source).lstrip()
    name = func.name.encode()
    return comment.startswith(name) and _INITIALISES.match(comment, len(name)) is not None


def doc_comment(func: Func, source: SourceFile) -> bytes:
    """The ``//`` lines directly above a declaration, joined."""
    return b" ".join(_doc_lines(func, source))


def doc_lines(func: Func, source: SourceFile) -> list[str]:
    """The ``//`` lines directly above a declaration, without their marks."""
    return [line.decode("utf-8", "replace") for line in _doc_lines(func, source)]


def _doc_lines(func: Func, source: SourceFile) -> list[bytes]:
    if func.decl is None:
        return []
    data = source.data
    end = data.rfind(b"\n", 0, func.decl.pos)
    lines: list[bytes] = []
    while end > 0:
        start = data.rfind(b"\n", 0, end) + 1
        line = data[start:end].strip()
        if not line.startswith(b"//"):
            break
        lines.append(line[2:])
        end = start - 1
    return lines[::-1]


def entry_locks(
    callee: ir.Function,
    invocations: Iterable[tuple[Frame, Invocation]],
    entries: dict[str, Contract],
    names: dict[int, str],
) -> LockSet:
    """Locks that every one of ``invocations`` holds, in the callee's terms.

    Args:
        callee: the function.
        invocations: every call of it, with the caller's frame.
        entries: what the callers themselves may rely on, as far as it is known.
        names: of each caller's frame, by identity, the key into ``entries``.
    """
    common: LockSet | None = None
    for frame, invocation in invocations:
        told = _held_at(callee, frame, invocation, entries.get(names[id(frame)], NO_CONTRACT))
        common = told if common is None else meet(common, told)
        if not common:
            return NO_LOCKS
    return common or NO_LOCKS


def handed_locks(callee: ir.Function, starts: Iterable[tuple[Frame, Invocation]]) -> LockSet:
    """Locks that every one of ``starts`` gives to the goroutine, which will give them back, in the callee's terms."""
    given = (
        frozenset(inner for lock in start.locks for inner in _inward(callee, frame, start, lock))
        for frame, start in starts
    )
    return frozenset.intersection(*given)


def always_locked(
    callee: ir.Function,
    invocations: Iterable[tuple[Frame, Invocation]],
    entries: dict[str, Contract],
    names: dict[int, str],
) -> bool:
    """Whether every one of ``invocations`` may hold a lock of what it hands on, or runs under one without a name.

    The arguments are those of ``entry_locks``. So the word of a comment, or of a name, holds for helpers too.
    """
    for frame, invocation in invocations:
        entry = entries.get(names[id(frame)], NO_CONTRACT)
        if not entry.unknown and not _held_at(callee, frame, invocation, entry, perhaps=True):
            return False
    return True


def _held_at(
    callee: ir.Function, frame: Frame, invocation: Invocation, entry: Contract, *, perhaps: bool = False
) -> LockSet:
    """Locks that are held at a call, in the callee's terms; with ``perhaps`` those of some paths too."""
    gone = {lock.path for lock in invocation.released}
    locks = invocation.state.held.may if perhaps else invocation.locks
    locks |= {lock for lock in entry.held if lock.path not in gone}
    return frozenset(inner for lock in locks for inner in _inward(callee, frame, invocation, lock))


def _inward(callee: ir.Function, frame: Frame, invocation: Invocation, lock: Lock) -> Iterable[Lock]:
    """A caller's lock as the callee names it; several names if it is given it in several ways."""
    path = lock.path
    if path.root.kind is RootKind.GLOBAL:
        yield lock
        return
    for index, value in enumerate(invocation.args):
        if len(value.targets) == 1 and path.starts_with(value.targets[0]):
            rest = path.steps[len(value.targets[0].steps) :]
            yield Lock(AccessPath(_parameter(callee, index), (DEREF, *rest)), lock.mode)
    closure = invocation.code.closure
    if closure is None:
        return
    for var in closure.captures:
        cell = AccessPath(frame.cell(var))
        if path.starts_with(cell):
            yield lock
        targets = invocation.state.content(cell).targets
        if len(targets) == 1 and targets[0] != path and path.starts_with(targets[0]):
            rest = path.steps[len(targets[0].steps) :]
            yield Lock(AccessPath(cell.root, (DEREF, *rest)), lock.mode)


def _parameter(callee: ir.Function, index: int) -> Root:
    """The root that stands for a parameter in its own function."""
    param = callee.params[index] if index < len(callee.params) else None
    var = callee.register_vars.get(param) if isinstance(param, int) else param
    return Root(RootKind.PARAM, index, var.name if var is not None else "")

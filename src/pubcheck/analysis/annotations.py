"""The annotations of gVisor's checklocks: contracts for a machine, in comments that begin with ``+``.

They mean what https://github.com/google/gvisor/blob/master/tools/checklocks/README.md says. An annotation stands on a
comment line of its own; what can't be resolved says nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.analysis.lock_paths import lock_path, result_lock
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.facts import Contract, Lock, LockAction, LockEffect, Mode, Summary
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.facts import AccessPath, LockSet
    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import Func
    from pubcheck.source import SourceFile, Span
    from pubcheck.syntax import ast

MARK = b"+check"
_LINE = re.compile(r"^\s*(?://|/\*)?\s*\+(?P<name>check(?:locks|atomic)\w*)(?::(?P<words>[\w.=]+))?", re.MULTILINE)
_TRAILING = re.compile(rb"//[ \t]*\+checklocks(?:force|ignore|fail)\b")

_REQUIRED = {
    "checklocks": Mode.EXCLUSIVE,
    "checklocksread": Mode.SHARED,
    "checklocksrelease": Mode.EXCLUSIVE,
    "checklocksreleaseread": Mode.SHARED,
}
_TAKEN = {"checklocksacquire": Mode.EXCLUSIVE, "checklocksacquireread": Mode.SHARED}
_GIVEN_BACK = {"checklocksrelease": Mode.EXCLUSIVE, "checklocksreleaseread": Mode.SHARED}
_EXCLUDED = {
    "checklocksacquire": Mode.EXCLUSIVE,
    "checklocksacquireread": Mode.EXCLUSIVE,
    "checklocksexclude": Mode.EXCLUSIVE,
    "checklocksexcludes": Mode.EXCLUSIVE,
    "checklocksexcludewrite": Mode.SHARED,
}


AT_MEMORY = frozenset(("checklocks", "checkatomic", "checklocksignore"))
"""What may stand at a field or variable."""
AT_FUNCTIONS = frozenset((*_REQUIRED, *_TAKEN, *_EXCLUDED, "checklocksignore", "checklocksalias"))
"""What may stand above a function."""
_IN_CODE = frozenset(("checklocksforce", "checklocksfail"))


class Annotation(NamedTuple):
    """``+name:words``; ``words`` is empty where there is no colon."""

    name: str
    words: str

    @property
    def is_known(self) -> bool:
        """Whether there is an annotation of that name."""
        return self.name in AT_MEMORY | AT_FUNCTIONS | _IN_CODE

    def __str__(self) -> str:
        return f"+{self.name}{':' + self.words if self.words else ''}"


def annotations_in(comment: str) -> list[Annotation]:
    """The annotations in the lines of a comment."""
    return [Annotation(match["name"], match["words"] or "") for match in _LINE.finditer(comment)]


def marked_files(package: Package) -> list[GoSource]:
    """The files that have annotations, tests aside."""
    return [file for file in package.files if file.source.holds(MARK) and not file.source.path.endswith("_test.go")]


def marked_functions(package: Package) -> Iterator[tuple[Func, ast.FuncDecl, SourceFile]]:
    """The functions of those files, each with its declaration and file."""
    sources = {file.source.path: file.source for file in marked_files(package)}
    for func in package.functions if sources else ():
        if func.decl is not None and func.path in sources:
            yield func, func.decl, sources[func.path]


def annotated_contract(comment: str, func: Func, package: Package) -> Contract | None:
    """What the annotations above a function say; None without any."""
    found = annotations_in(comment)
    if not found:
        return None

    def locks(modes: dict[str, Mode]) -> LockSet:
        named = ((each, lock_path(each.words, func, package)) for each in found if each.name in modes)
        return frozenset(Lock(path, modes[each.name]) for each, path in named if path is not None)

    handed = (result_lock(each.words, func) for each in found if each.name in _TAKEN)
    held = locks(_REQUIRED)
    excluded = locks(_EXCLUDED)
    said = next((each for each in found if each.name in _REQUIRED or each.name in _EXCLUDED), found[0])
    return Contract(
        held=held,
        # An annotation whose lock can't be found asks for one nevertheless.
        unknown=len(held) < len({each.words for each in found if each.name in _REQUIRED}),
        evidence=f"`{said}` stands above `{func.local_name}`",
        declared=True,
        annotated=True,
        ignored=any(each.name == "checklocksignore" for each in found),
        excluded=excluded,
        taken=locks(_TAKEN),
        given_back=locks(_GIVEN_BACK),
        handed=frozenset(lock for lock in handed if lock is not None),
        aliases=tuple(_aliases(found, func, package)),
    )


def _aliases(found: Iterable[Annotation], func: Func, package: Package) -> Iterator[tuple[AccessPath, AccessPath]]:
    for each in found:
        left, equals, right = each.words.partition("=")
        if each.name == "checklocksalias" and equals:
            one, other = lock_path(left, func, package), lock_path(right, func, package)
            if one is not None and other is not None:
                yield one, other


def with_annotated_effects(summary: Summary, contract: Contract, function: ir.Function) -> Summary:
    """``summary`` with the locks that the annotations say a call takes and gives back.

    What takes a lock here and there, by a test or for one of two results, is annotated as if it always did: there the
    body is believed. One that neither takes the lock nor calls anybody who could only asserts that it is held. What is
    held on entry and not given back is held again at the end, whatever the body does in between.
    """
    taken = contract.taken
    if taken:
        shown = {event.lock.path for event in summary.acquired} | {effect.lock.path for effect in summary.locks}
        hidden = _calls_unknown(function)
        taken = frozenset(lock for lock in taken if hidden and lock.path not in shown)
    kept = contract.held - contract.given_back
    if not (taken or contract.given_back or (kept and summary.locks)):
        return summary
    told = {lock.path for lock in taken | contract.given_back | kept}
    effects = [effect for effect in summary.locks if effect.lock.path not in told]
    effects += [LockEffect(LockAction.RELEASE, lock) for lock in sorted(contract.given_back)]
    effects += [LockEffect(LockAction.ACQUIRE, lock) for lock in sorted(taken)]
    return msgspec.structs.replace(summary, locks=tuple(effects))


def _calls_unknown(function: ir.Function) -> bool:
    """Whether it calls what can't be looked into."""
    return any(
        isinstance(each, ir.Call | ir.Defer)
        and isinstance(each.call.callee, ir.DynamicCallee | ir.InterfaceCallee | ir.UnknownCallee)
        for block in function.blocks
        for each in block.instructions
    )


class Excused:
    """The functions and lines of a package that annotations in the code itself take out of all checking.

    On a line of its own stands ``+checklocksignore``, ``+checklocksfail`` where the checker is tested, or
    ``+checklocksforce``, after which the locks that the line needs count as held, too (see ``forcing``).
    """

    def __init__(self, files: Iterable[SourceFile]) -> None:
        """Look at those of ``files`` that have annotations."""
        self._lines = {file.path: file.lines for file in files if file.holds(MARK)}
        self._excused: dict[str, set[int]] = {}
        for file in files:
            for match in _TRAILING.finditer(file.data) if file.path in self._lines else ():
                self._excused.setdefault(file.path, set()).add(file.lines.line(match.start()))

    def covers(self, function: FunctionFacts, span: Span) -> bool:
        """Whether nothing is to be made of what ``function`` does at ``span``."""
        if function.contract.ignored:
            return True
        lines = self._lines.get(span.path)
        if lines is None:
            return False
        return lines.line(span.start) in self._excused.get(span.path, ())


@once_for_facts
def excused_lines(package: PackageFacts) -> Excused:
    """What annotations in the code of ``package`` take out of checking."""
    source = package.package.source
    return Excused([file.source for file in source.files] if source is not None else [])

"""What can be done about findings and guards: fixes, comments that silence or declare, the rule's document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.guards import Kinship
from pubcheck.diagnostic import Edit, Fix
from pubcheck.edits import commented, complete, in_conflict
from pubcheck.engine import BUILTIN_RULES
from pubcheck.facts import DEREF, LocationKind
from pubcheck.lsp.messages import Action, TextEdit
from pubcheck.lsp.subject import declarations, subject_at
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.lsp.convert import Converter
    from pubcheck.model.package import GoSource
    from pubcheck.source import SourceFile

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.pubcheck"
REASON = "TODO say why"
"""What stands in a comment until somebody gives the reason."""


class Actions:
    """Makes actions of edits, whose places are told to the client."""

    def __init__(self, read: Callable[[str], SourceFile | None], converter: Converter) -> None:
        """Edit the files that ``read`` gives."""
        self._read = read
        self._converter = converter

    def about(self, one: Diagnostic) -> Iterator[Action]:
        """What can be done about a finding: its fixes, the safe one first, silence, and reading."""
        mark = (one.fingerprint,)
        for fix in sorted(one.fixes, key=lambda fix: not fix.safe):
            edits = complete(fix, self._read)
            if edits:
                title = fix.title if fix.safe else f"{fix.title} (needs a look)"
                yield Action(title, "quickfix", self._told(edits), mark, preferred=fix.safe)
        if one.rule not in BUILTIN_RULES:
            silence = self.silenced(one.span, (one.rule,), REASON)
            if silence:
                yield Action(f"Silence {one.rule} here, with a reason", "quickfix", silence, mark)
            yield Action(f"Open the document of {one.rule}", "quickfix", fingerprints=mark, opens=one.rule)

    def silenced(self, span: Span, rules: Iterable[str], reason: str) -> dict[str, tuple[TextEdit, ...]]:
        """The comment that silences ``rules`` at ``span``; nothing where none can stand."""
        source = self._read(span.path)
        if source is None:
            return {}
        line = source.lines.line(span.start)
        edit = commented(source, {line: f"//pubcheck:ignore {','.join(sorted(rules))} {reason}"}).get(line)
        return {} if edit is None else self._told((edit,))

    def all_safe(self, found: Iterable[Diagnostic]) -> Iterator[Action]:
        """All safe fixes that don't get in each other's way, as one action; nothing where there are none."""
        chosen: list[tuple[Diagnostic, Fix]] = []
        for one in found:
            fix = next((fix for fix in one.fixes if fix.safe), None)
            if fix is not None and not any(in_conflict(fix.edits, other.edits) for _, other in chosen):
                chosen.append((one, fix))
        if chosen:
            edits = tuple(edit for _, fix in chosen for edit in fix.edits)
            needs = tuple(need for _, fix in chosen for need in fix.needs)
            made = complete(Fix("", edits, safe=True, needs=needs), self._read)
            marks = tuple(one.fingerprint for one, _ in chosen)
            yield Action("Make all safe fixes of pubcheck", "source.fixAll.pubcheck", self._told(made), marks)

    def contract(
        self, facts: PackageFacts, file: GoSource, offset: int, outside: Callable[[Span], Span]
    ) -> Iterator[Action]:
        """To say by a comment what guards the memory that stands at ``offset``, if that was only inferred."""
        subject = subject_at(facts.package, file, offset)
        guard = facts.guards.get(subject.location) if subject is not None and subject.location is not None else None
        if guard is None or guard.declared is not None or not _has_name(guard):
            return
        edit = _contract(facts, guard)
        if edit is not None:
            edit = Edit(outside(edit.span), edit.text)
            edits = complete(Fix("", (edit,), safe=True), self._read)
            title = f"Declare that {guard.lock} guards {guard.location} ({guard.evidence})"
            yield Action(title, "quickfix", self._told(edits))

    def _told(self, edits: Iterable[Edit]) -> dict[str, tuple[TextEdit, ...]]:
        told: dict[str, list[TextEdit]] = {}
        for edit in edits:
            told.setdefault(edit.span.path, []).append(TextEdit(self._converter.range(edit.span), edit.text))
        return {path: tuple(each) for path, each in told.items()}


def _has_name(guard: Guard) -> bool:
    """Whether a comment beside the memory can name the lock."""
    if "." in guard.lock.path:
        return False
    return guard.kinship is Kinship.BESIDE or (
        guard.lock.kind is LocationKind.GLOBAL and guard.lock.package == guard.location.package
    )


def _contract(facts: PackageFacts, guard: Guard) -> Edit | None:
    """The comment behind the declaration of what is guarded; None where a name shares its line with others."""
    for file in facts.package.files:
        for _, location, node in declarations(facts.package, file):
            if location != guard.location:
                continue
            source = file.source
            comment = file.tree.comments_by_place.trailing(node.end)
            if comment is None:
                at = source.lines.line_range(source.lines.line(node.end))[1]
                return Edit(Span(source.path, at, at), f" // guarded by {guard.lock.path.removesuffix(DEREF)}")
            if comment.text.startswith("//"):
                return Edit(
                    Span(source.path, comment.end, comment.end), f"; guarded by {guard.lock.path.removesuffix(DEREF)}"
                )
            return None
    return None

"""Comments that silence findings, and what they must answer for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence, Diagnostic, Edit, Fix
from pubcheck.engine.builtin import BAD_SUPPRESSION, BUILTIN_RULES, UNUSED_SUPPRESSION
from pubcheck.engine.candidate import Candidate
from pubcheck.engine.filters.wanted import excluded_files
from pubcheck.engine.suppressions import ALL
from pubcheck.engine.words import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.engine.candidate import Setting
    from pubcheck.engine.suppressions import FileSuppressions, Suppression


def mark(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Mark what a comment silences."""
    peers = {rule.name: rule.spec.peers for rule in setting.selection.rules}
    for candidate in candidates:
        diagnostic = candidate.diagnostic
        suppressions = setting.files[diagnostic.span.path].suppressions
        if suppressions is not None:
            candidate.silenced = suppressions.silencing(diagnostic, peers.get(diagnostic.rule, ()))
    return candidates


def account(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Add what is wrong with the comments themselves, once all findings have been held against them."""
    excluded = excluded_files(setting)
    faults = [
        Candidate(fault)
        for path, facts in sorted(setting.files.items())
        if facts.suppressions and path not in excluded and (setting.config.generated or not facts.generated)
        for suppression in facts.suppressions.suppressions
        if suppression.accountable
        for fault in _faults(suppression, facts.suppressions, setting)
    ]
    return candidates + faults


def _faults(suppression: Suppression, of_file: FileSuppressions, setting: Setting) -> Iterator[Diagnostic]:
    selection = setting.selection
    wrong = ""
    unknown = [name for name in suppression.names if name != ALL and name not in selection.known]
    if not suppression.names:
        wrong = "the comment names no rule"
    elif unknown:
        wrong = f"there is no rule `{unknown[0]}`{suggestion(unknown[0], selection.known)}"
    elif not suppression.reason:
        wrong = f"the comment gives no reason for silencing `{suppression.names[0]}`"
    if wrong and BAD_SUPPRESSION not in selection.ignored:
        yield _fault(BAD_SUPPRESSION, suppression, wrong, setting)
    unused = [name for name in suppression.names if name in selection.active and not of_file.is_used(suppression, name)]
    if unused and UNUSED_SUPPRESSION not in selection.ignored:
        names = ", ".join(f"`{name}`" for name in unused)
        yield _fault(
            UNUSED_SUPPRESSION, suppression, f"the comment silences nothing: {names} finds nothing here", setting
        )


def _fault(rule: str, suppression: Suppression, message: str, setting: Setting) -> Diagnostic:
    from pubcheck.edits import without  # noqa: PLC0415 the parser comes with it, which a run may not need

    span = suppression.span
    source = setting.sources[span.path]
    edit = Edit(span, "") if source is None else without(source, span.start, span.end)
    remove = Fix("Remove the comment", (edit,), safe=True)
    return Diagnostic(
        rule,
        suppression.span,
        message,
        BUILTIN_RULES[rule].severity,
        Confidence.HIGH,
        package=setting.files[span.path].package,
        location=",".join(suppression.names),
        fixes=(remove,) if rule == UNUSED_SUPPRESSION and len(suppression.names) == 1 else (),
    )

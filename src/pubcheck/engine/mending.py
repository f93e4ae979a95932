"""Findings mended by their fixes, in rounds: what one fix changes may be what the next one is about.

Each round makes the fixes that don't get in each other's way, all in memory, and looks at the result as if it were on
the disk. It ends when there is nothing left to make. A fix that leaves its finding where it was isn't made again.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.diagnostic import Confidence, Diagnostic
from pubcheck.engine.builtin import BAD_FIX, BUILTIN_RULES
from pubcheck.engine.report import Report
from pubcheck.source import Overlay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.diagnostic import Edit, Fix
    from pubcheck.engine.report import Look, Sources
    from pubcheck.source import SourceFile

ROUNDS = 10
"""Two are the rule: one that mends, and one that finds nothing to mend."""

_Key = tuple[object, ...]


class Mended(msgspec.Struct, frozen=True):
    """The outcome of mending.

    Attributes:
        report: what is found in the files as they would be.
        before: the files that change, as they were, by path.
        after: the same files as they would be.
        fixed: how many findings were mended.
        unsafe: how many of those left could be mended by an unsafe fix.
    """

    report: Report
    before: dict[str, bytes]
    after: dict[str, bytes]
    fixed: int
    unsafe: int


class _Choice(NamedTuple):
    """A finding and the fix of it that is to be made."""

    finding: Diagnostic
    fix: Fix

    @property
    def key(self) -> _Key:
        """What tells this mistake from others, wherever it has moved to."""
        one = self.finding
        return (one.rule, one.package, one.symbol, one.location, self.fix.title)


def mend(look: Look, overlay: Overlay | None = None, *, unsafe: bool = False) -> Mended:
    """Make the fixes of what ``look`` finds, in memory: nothing is written.

    Args:
        look: checks the project as an overlay has it.
        overlay: unsaved buffers to begin with.
        unsafe: whether unsafe fixes are made, too.
    """
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    broken: dict[_Key, Diagnostic] = {}
    futile: set[_Key] = set()
    overlay = overlay or Overlay()
    report = look(overlay=overlay)
    fixed = 0
    for _ in range(ROUNDS):
        choices = [one for one in _choices(report, unsafe=unsafe) if one.key not in futile and one.key not in broken]
        made, texts = _round(choices, report.sources, broken)
        if not made:
            break
        for path, text in texts.items():
            before.setdefault(path, _bytes(report.sources, path))
            after[path] = text
        counts = Counter(one.key for one in choices)
        report = look(overlay=overlay.over({Path(path): text for path, text in after.items()}))
        left = Counter(one.key for one in _choices(report, unsafe=unsafe))
        done = Counter(one.key for one in made)
        futile |= {key for key, number in done.items() if left[key] > counts[key] - number}
        fixed += sum(number for key, number in done.items() if key not in futile)
    changed = {path: text for path, text in after.items() if text != before[path]}
    return Mended(
        report=msgspec.structs.replace(report, diagnostics=(*report.diagnostics, *broken.values())),
        before={path: before[path] for path in changed},
        after=changed,
        fixed=fixed,
        unsafe=0 if unsafe else sum(any(not fix.safe for fix in one.fixes) for one in report.diagnostics),
    )


def _choices(report: Report, *, unsafe: bool) -> Iterator[_Choice]:
    """The fix for each finding that has one: the first that may be made."""
    for diagnostic in report.diagnostics:
        fix = next((fix for fix in diagnostic.fixes if fix.safe or unsafe), None)
        if fix is not None:
            yield _Choice(diagnostic, fix)


def _round(
    choices: Sequence[_Choice], sources: Sources, broken: dict[_Key, Diagnostic]
) -> tuple[list[_Choice], dict[str, bytes]]:
    """Those of ``choices`` that go together, and the files with them; a fix that ruins a file goes to ``broken``."""
    from pubcheck.edits import in_conflict  # noqa: PLC0415 the parser comes with it, which a run may not need

    made: list[_Choice] = []
    for choice in choices:
        if any(in_conflict(choice.fix.edits, other.fix.edits) for other in made):
            continue
        if _texts([choice], sources) is None:
            broken.setdefault(choice.key, _refused(choice))
        else:
            made.append(choice)
    texts = _texts(made, sources)
    if texts is None:  # each is sound alone, and not all are together
        made = made[:1]
        texts = _texts(made, sources) or {}
    return made, texts


def _texts(choices: Sequence[_Choice], sources: Sources) -> dict[str, bytes] | None:
    """The files that ``choices`` change, as they would be; None if one wouldn't be Go any more."""
    from pubcheck.edits import finished  # noqa: PLC0415 as above

    edits: dict[str, list[Edit]] = {}
    needs: dict[str, list[str]] = {}
    for choice in choices:
        for edit in choice.fix.edits:
            edits.setdefault(edit.span.path, []).append(edit)
        for path, package in choice.fix.needs:
            needs.setdefault(path, []).append(package)
    texts = {}
    for path, own in edits.items():
        source: SourceFile | None = sources[path]
        text = None if source is None else finished(source, own, needs.get(path, ()))
        if text is None:
            return None
        texts[path] = text
    return texts


def _refused(choice: _Choice) -> Diagnostic:
    one = choice.finding
    return Diagnostic(
        rule=BAD_FIX,
        span=one.span,
        message=f"a fix of `{one.rule}` was not made, because it would leave code that isn't Go: {choice.fix.title}",
        severity=BUILTIN_RULES[BAD_FIX].severity,
        confidence=Confidence.HIGH,
        package=one.package,
        symbol=one.symbol,
        location=one.rule,
    )


def _bytes(sources: Sources, path: str) -> bytes:
    source = sources[path]
    return b"" if source is None else source.data

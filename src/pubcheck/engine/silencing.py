"""Findings silenced by comments that say why, so that a project can begin with what is new."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.builtin import BUILTIN_RULES
from pubcheck.engine.report import Report
from pubcheck.source import Overlay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.report import Look
    from pubcheck.source import SourceFile


class Silenced(msgspec.Struct, frozen=True):
    """The outcome of silencing.

    Attributes:
        report: what is found in the files as they would be.
        before: the files that change, as they were, by path.
        after: the same files as they would be.
        counts: how many findings of each rule were silenced.
    """

    report: Report
    before: dict[str, bytes]
    after: dict[str, bytes]
    counts: dict[str, int]

    @property
    def left(self) -> int:
        """How many findings no comment could be put to."""
        return sum(one.rule not in BUILTIN_RULES for one in self.report.diagnostics)


def silence(look: Look, overlay: Overlay | None = None, *, reason: str) -> Silenced:
    """Put a comment to each of what ``look`` finds but for what the engine itself reports; nothing is written.

    Args:
        look: checks the project as an overlay has it.
        overlay: unsaved buffers to begin with.
        reason: why, in words on one line.
    """
    overlay = overlay or Overlay()
    report = look(overlay=overlay)
    found = [one for one in report.diagnostics if one.rule not in BUILTIN_RULES]
    by_file: dict[str, list[Diagnostic]] = {}
    for one in found:
        by_file.setdefault(one.span.path, []).append(one)
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    for path, findings in by_file.items():
        source = report.sources[path]
        text = None if source is None else _with_comments(source, findings, reason)
        if source is not None and text is not None and text != source.data:
            before[path] = source.data
            after[path] = text
    if after:
        report = look(overlay=overlay.over({Path(path): text for path, text in after.items()}))
    counts = Counter(one.rule for one in found)
    counts.subtract(one.rule for one in report.diagnostics if one.rule in counts)
    return Silenced(report, before, after, {rule: number for rule, number in counts.items() if number > 0})


def _with_comments(source: SourceFile, findings: Iterable[Diagnostic], reason: str) -> bytes | None:
    """The file with a comment for each line that findings begin on; None where that can't be."""
    from pubcheck.edits import commented, finished  # noqa: PLC0415 the parser comes with it, which a run may not need

    rules: dict[int, set[str]] = {}
    for one in findings:
        rules.setdefault(source.lines.line(one.span.start), set()).add(one.rule)
    texts = {line: f"//pubcheck:ignore {','.join(sorted(names))} {reason}" for line, names in rules.items()}
    return finished(source, tuple(commented(source, texts).values()))

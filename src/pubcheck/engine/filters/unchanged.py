"""What has nothing to do with the change at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.changes import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.candidate import Candidate, Setting
    from pubcheck.source import SourceFile, Span


def mark(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Mark what touches no changed line, neither where it is shown nor at another place that it hangs on."""
    changes = setting.changes
    if changes is None:
        return candidates
    saved = cache(_saved)
    for candidate in candidates:
        candidate.unchanged = not any(
            changes.touch(span.path, saved(source)(_lines(span, source)))
            for span in _places(candidate.diagnostic)
            if (source := setting.sources[span.path]) is not None
        )
    return candidates


def _places(diagnostic: Diagnostic) -> Iterator[Span]:
    yield diagnostic.span
    yield from (place.span for place in diagnostic.related)
    yield from (step.span for trace in diagnostic.traces for step in trace.steps)


def _lines(span: Span, source: SourceFile) -> Lines:
    return Lines(source.lines.line(span.start), source.lines.line(max(span.end - 1, span.start)))


def _saved(source: SourceFile) -> Callable[[Lines], Lines]:
    """From lines of what was analysed to those of the file on the disk, which are what a change is told in.

    The two differ where a buffer isn't saved, or while fixes are made.
    """
    try:
        data = Path(source.path).read_bytes()
    except OSError:
        return lambda lines: lines
    if data == source.data:
        return lambda lines: lines
    from difflib import SequenceMatcher  # noqa: PLC0415 only where a fix was made

    moved = SequenceMatcher(None, source.data.split(b"\n"), data.split(b"\n"), autojunk=False).get_opcodes()

    def there(line: int) -> Iterator[int]:
        for tag, start, end, first, last in moved:
            if start < line <= end:
                yield from (first + line - start,) if tag == "equal" else (first + 1, max(last, first + 1))

    def translated(lines: Lines) -> Lines:
        found = [*there(lines.first), *there(lines.last)] or [*lines]
        return Lines(min(found), max(found))

    return translated

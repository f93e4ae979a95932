"""Where things are in the files of a project: as they are now, and told so that edits elsewhere don't move them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.source import READERS, Segments, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.model.project import GoFile


class Places:
    """Where things are in files, now and relative to what moves them."""

    def __init__(self, files: Iterable[GoFile]) -> None:
        """Know ``files``, which are cut into segments when somebody points into them."""
        self._files = {file.shown: file for file in files}
        self._segments: dict[str, Segments | None] = {}

    def relative(self, span: Span) -> Span:
        """``span`` as it stays while other functions' bodies change."""
        segments = self._of(span.path)
        return span if segments is None else Span(span.path, segments.relative(span.start), segments.relative(span.end))

    def absolute(self, span: Span) -> Span:
        """Where the relative ``span`` is in the file as it is now."""
        segments = self._of(span.path)
        return span if segments is None else Span(span.path, segments.absolute(span.start), segments.absolute(span.end))

    def _of(self, path: str) -> Segments | None:
        try:
            return self._segments[path]
        except KeyError:
            file = self._files.get(path)
            with READERS.nobody():  # the bodies of a file that is watched have one length, whatever is in them
                found = self._segments[path] = None if file is None else Segments(file.source.data)
            return found

"""The open documents, as bytes; what the client says about them is applied as the protocol defines it.

Lines end where Go and editors say so, at a line feed; the library's own documents also split at form feeds and the
like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pubcheck.lsp.messages import Findings
from pubcheck.source import LineIndex, Position

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.source.position import Encoding


class Document:
    """One open document."""

    __slots__ = ("data", "lines", "path", "saved", "sent", "shown", "uri", "version")

    def __init__(self, uri: str, path: str, version: int, data: bytes) -> None:
        """A document that was opened with the text ``data``."""
        self.uri = uri
        self.path = path
        self.version = version
        self.data = data
        self.lines: LineIndex | None = None
        self.sent = False
        """Whether the worker knows this text."""
        self.saved = version
        """The version that was saved last, or opened."""
        self.shown: Findings | None = None
        """What was shown last."""

    def change(self, version: int, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding) -> None:
        """Apply ``changes`` one after the other; what lies past an end is taken for that end."""
        for change in changes:
            text = change.text.encode("utf-8", "surrogatepass")
            if isinstance(change, types.TextDocumentContentChangePartial):
                start = self._offset(change.range.start, encoding)
                end = max(start, self._offset(change.range.end, encoding))
                self.data = self.data[:start] + text + self.data[end:]
            else:
                self.data = text
            self.lines = None
        self.version = version
        self.sent = False

    def settled(self, found: Findings, *, on_save: bool) -> Findings:
        """``found``; what was shown before where only findings of a text that is saved count, and this isn't."""
        if on_save and found.version is not None and found.version > self.saved:
            return self.shown or Findings(self.path, self.saved, "", ())
        self.shown = found
        return found

    def _offset(self, position: types.Position, encoding: Encoding) -> int:
        if self.lines is None:
            self.lines = LineIndex(self.data)
        return self.lines.offset(Position(position.line + 1, position.character + 1), encoding)

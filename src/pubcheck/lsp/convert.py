"""From the engine's values to those of ``messages``: offsets become the client's lines and characters."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.builtin import UNUSED_SUPPRESSION
from pubcheck.lsp.messages import Findings, Item, Place, Range
from pubcheck.source import Position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.source import SourceFile, Span
    from pubcheck.source.position import Encoding

    Reader = Callable[[str], SourceFile | None]
    """Gives a file by its path, as it was analysed."""

_NOWHERE = Range(0, 0, 0, 0)


class Converter:
    """Knows the texts and the units of one answer."""

    def __init__(
        self,
        read: Reader,
        encoding: Encoding,
        address: Callable[[str], str],
        outside: Callable[[Span], Span] = lambda span: span,
    ) -> None:
        """Prepare to convert.

        Args:
            read: gives texts.
            encoding: the units that characters are counted in.
            address: gives the URI of a rule's document.
            outside: gives the span in the text for one that facts tell.
        """
        self._outside = outside
        self._read = read
        self._encoding = encoding
        self._address = address

    def range(self, span: Span) -> Range:
        """The range of ``span``; the very beginning of a file that can't be read."""
        span = self._outside(span)
        source = self._read(span.path)
        if source is None:
            return _NOWHERE
        start = source.lines.position(span.start, self._encoding)
        end = source.lines.position(span.end, self._encoding)
        return Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1)

    def place(self, span: Span) -> Place:
        """The place of ``span``."""
        return Place(span.path, self.range(span))

    def offset(self, source: SourceFile, line: int, character: int) -> int:
        """The offset of a position, which is the client's."""
        return source.lines.offset(Position(line + 1, character + 1), self._encoding)

    def findings(self, path: str, version: int | None, found: Iterable[Diagnostic]) -> Findings:
        """The findings of a file."""
        items = tuple(map(self._item, found))
        return Findings(path, version, hashlib.blake2b(msgspec.msgpack.encode(items), digest_size=8).hexdigest(), items)

    def _item(self, one: Diagnostic) -> Item:
        steps = [(step.span, step.message) for trace in one.traces for step in trace.steps]
        places = dict.fromkeys([*((each.span, each.message) for each in one.related), *steps])
        return Item(
            range=self.range(one.span),
            rule=one.rule,
            severity=one.severity.value,
            message="\n".join((one.message, *one.because, *((one.help,) if one.help else ()))),
            fingerprint=one.fingerprint,
            address=self._address(one.rule),
            related=tuple((self.place(span), message) for span, message in places),
            spare=one.rule == UNUSED_SUPPRESSION,
        )

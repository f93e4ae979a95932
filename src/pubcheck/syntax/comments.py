"""A file's comments, and which of them speak about what.

Comments are found by a scan of the bytes: it costs a third of asking the parser's tree, and needs none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from pubcheck.syntax import ast
from pubcheck.syntax.lexical import LITERAL

if TYPE_CHECKING:
    from pubcheck.source import SourceFile

_COMMENT: Final = re.compile(rb"(//[^\n]*|/\*[\s\S]*?\*/)|" + LITERAL)
_BETWEEN: Final = re.compile(rb"[ \t,;(){}\[\]]*")
_EXPECTED: Final = re.compile(r"//\s*want\s+(?:\w+:)?[\"`].*")


def remark(comment: ast.Comment) -> str:
    """What a comment says to people: all but what the test of an analyser expects to be told of its line."""
    return _EXPECTED.sub("", comment.text) if "want" in comment.text else comment.text


class Comments:
    """The comments of a file by place."""

    __slots__ = ("_last_lines", "_source", "_starts", "all")

    def __init__(self, source: SourceFile) -> None:
        """Find the comments of ``source``."""
        self._source = source
        self.all: tuple[ast.Comment, ...] = tuple(
            [
                ast.Comment(match.start(), match.end(), match[1].decode("utf-8", "replace").rstrip("\r"))
                for match in _COMMENT.finditer(source.data)
                if match.lastindex
            ]
        )
        self._starts = [comment.pos for comment in self.all]
        self._last_lines: dict[int, int] | None = None

    def doc(self, pos: int) -> tuple[ast.Comment, ...]:
        """The comments that end on the line above ``pos``'s, without a gap and with no code beside them."""
        if self._last_lines is None:
            line = self._source.lines.line
            self._last_lines = {line(comment.end): index for index, comment in enumerate(self.all)}
        at = self._source.lines.line(pos) - 1
        found: list[ast.Comment] = []
        while (index := self._last_lines.get(at)) is not None and self._is_alone(self.all[index]):
            found.append(self.all[index])
            at = self._source.lines.line(self.all[index].pos) - 1
        return tuple(reversed(found))

    def trailing(self, end: int) -> ast.Comment | None:
        """The comment on the same line after ``end``, if nothing but brackets and separators is between."""
        index = bisect_left(self._starts, end)
        if index == len(self.all):
            return None
        comment = self.all[index]
        return comment if _BETWEEN.fullmatch(self._source.data, end, comment.pos) else None

    def on_line(self, line: int) -> tuple[ast.Comment, ...]:
        """The comments that begin on ``line``, counted from 1."""
        start, end = self._source.lines.line_range(line)
        return self.all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _is_alone(self, comment: ast.Comment) -> bool:
        data = self._source.data
        return not data[data.rfind(b"\n", 0, comment.pos) + 1 : comment.pos].strip()

"""How a report is looked at: from which folder, with which words for rules, how wide and how bright."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine import BuiltinRule
from pubcheck.source import Position, SourceFile, Span
from pubcheck.spec import RuleSpec

if TYPE_CHECKING:
    from pubcheck.source.position import Encoding


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a format needs beside the report.

    Attributes:
        cwd: paths below it are shown relative to it, others as they are.
        rules: the documents of the rules, and the engine's own rules.
        width: columns of the terminal.
        color: whether to use colours.
    """

    cwd: Path
    rules: Mapping[str, RuleSpec | BuiltinRule] = {}
    width: int = 100
    color: bool = False

    def path(self, path: str) -> str:
        """``path`` as text output shows it."""
        return relative(path, self.cwd) or path


def relative(path: str, folder: Path) -> str | None:
    """``path`` below ``folder`` with forward slashes, or None where it lies elsewhere."""
    below = Path(path)
    return below.relative_to(folder).as_posix() if below.is_relative_to(folder) else None


def ends(span: Span, source: SourceFile | None, encoding: Encoding = "utf-8") -> tuple[Position, Position]:
    """Where ``span`` begins and ends; line 1, column 1 in a file that can't be read."""
    if source is None:
        return Position(1, 1), Position(1, 1)
    return source.lines.position(span.start, encoding), source.lines.position(span.end, encoding)

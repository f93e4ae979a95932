"""How a report is looked at: from which folder, with which words for rules, how wide and how bright."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from pubcheck.engine import BuiltinRule
from pubcheck.spec import RuleSpec


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a format needs beside the report.

    Attributes:
        cwd: paths below it are shown relative to it, others as they are.
        rules: the documents of the rules, and the engine's own rules.
        width: columns of the terminal.
        color: whether to use colours.
        suppressed: whether to show what is suppressed, marked as such, where a format can mark it.
    """

    cwd: Path
    rules: Mapping[str, RuleSpec | BuiltinRule] = {}
    width: int = 100
    color: bool = False
    suppressed: bool = False

    def path(self, path: str) -> str:
        """``path`` as text output shows it."""
        return relative(path, self.cwd) or path


def relative(path: str, folder: Path) -> str | None:
    """``path`` below ``folder`` with forward slashes, or None where it lies elsewhere."""
    below = Path(path)
    return below.relative_to(folder).as_posix() if below.is_relative_to(folder) else None

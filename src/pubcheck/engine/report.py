"""What a run gives back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from pubcheck.diagnostic import Diagnostic, Severity
from pubcheck.engine.builtin import INTERNAL_ERROR
from pubcheck.engine.scope import Scope
from pubcheck.engine.sharding import Shard
from pubcheck.model.project.problem import Problem
from pubcheck.source import Overlay, Position, SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pubcheck.source import Span
    from pubcheck.source.position import Encoding

    Recorded = Mapping[str, Mapping[int, Position]]
    """Lines and columns in bytes, by path and offset."""


class Stats(msgspec.Struct, frozen=True, gc=False):
    """The size of a run and what it took, in seconds."""

    packages: int = 0
    files: int = 0
    lines: int = 0
    seconds: float = 0.0
    phases: dict[str, float] = {}
    rules: dict[str, float] = {}


class Sources:
    """The files that diagnostics point into, as the run saw them. Unreadable ones are None.

    A report that was saved has recorded where its places are. They hold, whatever has become of the files since: one
    that no longer has its places where they were isn't the file that the report is about, and counts as unreadable.
    """

    def __init__(
        self, known: Mapping[str, SourceFile], overlay: Overlay | None = None, recorded: Recorded | None = None
    ) -> None:
        """Serve ``known`` files by path and read others through ``overlay``; ``recorded`` is a saved report's."""
        self._known: dict[str, SourceFile | None] = dict(known)
        self._overlay = overlay or Overlay()
        self.recorded = recorded or {}

    def __getitem__(self, path: str) -> SourceFile | None:
        """The file at ``path``."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def ends(self, span: Span, encoding: Encoding = "utf-8") -> tuple[Position, Position]:
        """Where ``span`` begins and ends; line 1, column 1 in a file that can't be read."""
        return self._position(span.path, span.start, encoding), self._position(span.path, span.end, encoding)

    def _position(self, path: str, offset: int, encoding: Encoding) -> Position:
        source = self[path]
        if source is not None:
            return source.lines.position(offset, encoding)
        return self.recorded.get(path, {}).get(offset, Position(1, 1))

    def _read(self, path: str) -> SourceFile | None:
        recorded = self.recorded.get(path, {})
        if self.recorded and not path.endswith(".go"):
            return None  # a saved report comes from anywhere, and isn't to bring to light what else the disk has
        try:
            source = SourceFile(path, self._overlay.read(Path(path)))
        except (OSError, ValueError):
            return None
        same = all(source.lines.position(offset) == place for offset, place in recorded.items())
        return source if same else None


class Suppressed(msgspec.Struct, frozen=True, gc=False):
    """A finding that isn't reported, because a comment says why (``reason``), or because the baseline has it (None)."""

    diagnostic: Diagnostic
    reason: str | None


class Report(msgspec.Struct, frozen=True, gc=False):
    """The outcome of a run: diagnostics in order, what went wrong, and what it took.

    ``root`` is the folder of the module that most of the packages lie in (or of the run): paths are shown from there
    where they don't lie below the current folder. ``rules`` are the names of those that ran. ``shard`` tells which part
    of the packages this is about; None for all. ``scope`` is what the run looked at. Of what it found, ``suppressed``
    isn't reported by a comment or the baseline, and ``unchanged`` findings because they lie outside of the change that
    was asked for.
    """

    diagnostics: tuple[Diagnostic, ...]
    problems: tuple[Problem, ...]
    stats: Stats
    sources: Sources
    root: Path
    rules: tuple[str, ...] = ()
    shard: Shard | None = None
    scope: Scope = Scope()
    suppressed: tuple[Suppressed, ...] = ()
    unchanged: int = 0

    @property
    def crashed(self) -> bool:
        """Whether a part of pubcheck failed on the way."""
        return any(diagnostic.rule == INTERNAL_ERROR for diagnostic in self.diagnostics)

    @property
    def known(self) -> int:
        """How many findings the baseline has."""
        return sum(one.reason is None for one in self.suppressed)

    def count(self, severity: Severity) -> int:
        """Number of diagnostics of ``severity``."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)


class Look(Protocol):
    """``check`` with all but its overlay given: a look at a project as it would be."""

    def __call__(self, *, overlay: Overlay | None = None) -> Report:
        """Check the project with the unsaved buffers of ``overlay``."""

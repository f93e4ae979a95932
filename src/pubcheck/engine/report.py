"""What a run gives back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Diagnostic, Severity
from pubcheck.engine.builtin import INTERNAL_ERROR
from pubcheck.model.project.problem import Problem
from pubcheck.source import Overlay, SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping


class Stats(msgspec.Struct, frozen=True, gc=False):
    """The size of a run and what it took, in seconds."""

    packages: int = 0
    files: int = 0
    lines: int = 0
    seconds: float = 0.0
    phases: dict[str, float] = {}
    rules: dict[str, float] = {}


class Sources:
    """The files that diagnostics point into, as the run saw them. Unreadable ones are None."""

    def __init__(self, known: Mapping[str, SourceFile], overlay: Overlay | None = None) -> None:
        """Serve ``known`` files by path and read others through ``overlay``."""
        self._known: dict[str, SourceFile | None] = dict(known)
        self._overlay = overlay or Overlay()

    def __getitem__(self, path: str) -> SourceFile | None:
        """The file at ``path``."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> SourceFile | None:
        try:
            return SourceFile(path, self._overlay.read(Path(path)))
        except (OSError, ValueError):
            return None


class Report(msgspec.Struct, frozen=True, gc=False):
    """The outcome of a run: diagnostics in order, what went wrong, and what it took.

    ``root`` is the folder of the module that most of the packages lie in (or of the run): paths are shown from there
    where they don't lie below the current folder. ``rules`` are the names of those that ran.
    """

    diagnostics: tuple[Diagnostic, ...]
    problems: tuple[Problem, ...]
    stats: Stats
    sources: Sources
    root: Path
    rules: tuple[str, ...] = ()

    @property
    def crashed(self) -> bool:
        """Whether a part of pubcheck failed on the way."""
        return any(diagnostic.rule == INTERNAL_ERROR for diagnostic in self.diagnostics)

    def count(self, severity: Severity) -> int:
        """Number of diagnostics of ``severity``."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

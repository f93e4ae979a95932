"""A project that is looked at again and again while it is edited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.engine.check import available_rules, check
from pubcheck.engine.config import Config
from pubcheck.engine.frontend import load_project
from pubcheck.engine.report import Sources
from pubcheck.engine.selection import Selection
from pubcheck.model.project.problem import PatternError
from pubcheck.source import Overlay, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.report import Report
    from pubcheck.engine.run import Progress


class Session:
    """The packages below one folder, with unsaved buffers laid over the disk."""

    def __init__(self, folder: Path, config: Config | None = None) -> None:
        """Begin with nothing looked at.

        Raises:
            ConfigError: a rule of the project is wrong, or the settings name one that there isn't.
        """
        self.folder = folder
        self._config = config or Config()
        self.rules = available_rules(self._config.folder or folder)
        Selection(self._config, self.rules)
        self._buffers: dict[Path, bytes] = {}
        self._stale: dict[Path, None] = {}
        self._found: dict[str, tuple[Diagnostic, ...]] = {}
        self._known: set[Path] = set()
        self._facts: tuple[Path, list[PackageFacts]] | None = None
        self.indexed = False

    def edit(self, path: Path, text: bytes | None) -> None:
        """A buffer for ``path`` has this text now; None when it is closed, and the disk counts."""
        if text is None:
            self._buffers.pop(path, None)
        else:
            self._buffers[path] = text
        self.touch([path])

    def touch(self, paths: Iterable[Path]) -> None:
        """Files have changed, come or gone on the disk."""
        for path in paths:
            if path.suffix == ".go":
                self._stale[path.parent] = None
            else:
                self.indexed = False
        self._facts = None

    def read(self, path: str) -> SourceFile | None:
        """A file as it is now, unsaved changes included; None where there is none."""
        try:
            return SourceFile(path, Overlay(self._buffers).read(Path(path)))
        except OSError:
            return None

    def findings(self, path: str) -> tuple[Diagnostic, ...]:
        """What was found in a file when it was looked at last."""
        return self._found.get(path, ())

    @property
    def files(self) -> Sequence[str]:
        """The files in which something was found, or had been."""
        return sorted(self._found)

    def refresh(self, directory: Path) -> Sources:
        """Look at the packages of a directory."""
        self._stale.pop(directory, None)
        self._known.add(directory)
        report = self._check([str(directory)])
        for path in [path for path in self._found if path.rpartition("/")[0] == directory.as_posix()]:
            self._found[path] = ()
        if report is not None:
            self._take(report)
        return Sources({}, Overlay(self._buffers)) if report is None else report.sources

    def knows(self, directory: Path) -> bool:
        """Whether what was found in a directory is still so."""
        return directory not in self._stale and (self.indexed or directory in self._known)

    @property
    def stale(self) -> list[Path]:
        """The directories where something changed."""
        return list(self._stale)

    def index(self, progress: Progress | None = None) -> Sources | None:
        """Look at all packages below the folder."""
        self.indexed = True
        report = self._check(["./..."], progress)
        if report is None:
            return None
        self._stale.clear()
        self._found = dict.fromkeys(self._found, ())
        self._take(report)
        return report.sources

    def _check(self, patterns: list[str], progress: Progress | None = None) -> Report | None:
        overlay = Overlay(self._buffers)
        try:
            return check(patterns, self._config, cwd=self.folder, overlay=overlay, progress=progress, rules=self.rules)
        except PatternError:
            return None

    def _take(self, report: Report) -> None:
        found: dict[str, list[Diagnostic]] = {}
        for one in report.diagnostics:
            found.setdefault(one.span.path, []).append(one)
        self._found.update((path, tuple(each)) for path, each in found.items())

    def facts(self, directory: Path) -> list[PackageFacts]:
        """The facts of the packages in a directory."""
        if self._facts is None or self._facts[0] != directory:
            try:
                frontend = load_project([str(directory)], self._config, self.folder, Overlay(self._buffers))
            except PatternError:
                return []
            found = [frontend.facts(source) for source in frontend.wanted]
            self._facts = (directory, found)
        return self._facts[1]

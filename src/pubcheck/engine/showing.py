"""What is shown of all that was found, file by file, while a project is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.engine.baseline import baseline_of
from pubcheck.engine.candidate import Candidate, Setting
from pubcheck.engine.filters import apply
from pubcheck.engine.report import Sources
from pubcheck.engine.run import files_of, mentioned
from pubcheck.source import Overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.config import Config
    from pubcheck.engine.selection import Selection
    from pubcheck.engine.task import Outcome
    from pubcheck.source import SourceFile


class Showing:
    """The filters behind all packages, and what came through them last."""

    def __init__(self, config: Config, selection: Selection, folder: Path) -> None:
        """Show what these settings let through in ``folder``."""
        self._config = config
        self._selection = selection
        self._folder = folder
        self._baseline = baseline_of(config, folder)
        self.findings: Mapping[str, tuple[Diagnostic, ...]] = {}

    def renew(
        self, outcomes: Sequence[Outcome], read: Callable[[str], SourceFile | None], buffers: Mapping[Path, bytes]
    ) -> None:
        """Show what ``outcomes`` hold now.

        Args:
            outcomes: of all packages.
            read: gives a file as what was found in it is about.
            buffers: texts that aren't saved.
        """
        known = {path: source for path in mentioned(outcomes) if (source := read(path)) is not None}
        sources = Sources(known, Overlay(buffers))
        setting = Setting(
            self._config,
            self._selection,
            files_of(outcomes, sources),
            sources,
            self._config.folder or self._folder,
            baseline=self._baseline,
            ballots=tuple(ballot for outcome in outcomes for ballot in outcome.ballots),
        )
        found: dict[str, list[Diagnostic]] = {}
        for candidate in apply([Candidate(one) for outcome in outcomes for one in outcome.findings], setting):
            if candidate.shown:
                found.setdefault(candidate.diagnostic.span.path, []).append(candidate.diagnostic)
        for crash in (crash for outcome in outcomes for crash in outcome.crashes):
            found.setdefault(crash.span.path, []).append(crash)
        before = self.findings
        self.findings = {path: _kept(before.get(path, ()), tuple(each)) for path, each in found.items()}


def _kept(before: tuple[Diagnostic, ...], now: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The same tuple for the same findings: nobody is to be told of them again."""
    return before if before == now else now

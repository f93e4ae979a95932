"""What a run knows of packages so far: facts for those above, and where earlier runs are kept, outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.engine.task import Exported, Outcome
    from pubcheck.model.project import PackageSource


class Ledger(Protocol):
    """Asked about packages bottom-up: each is either recalled, or worked on and remembered, before those above it."""

    @property
    def keeps(self) -> bool:
        """Whether facts that are remembered are of use to anybody beyond the run."""

    def likely(self, source: PackageSource) -> bool:
        """Whether the outcome of a package will be recalled, as far as can be told before those below it are."""

    def recall(self, source: PackageSource) -> Outcome | None:
        """What working on a package would give, if that is known."""

    def facts(self, path: str) -> Exported:
        """Facts of a package by its import path, as far as they are at hand."""

    def questions(self, source: PackageSource) -> Sequence[str]:
        """Full names of functions of a package that its facts had better have."""

    def remember(self, source: PackageSource, outcome: Outcome) -> None:
        """Take in what came of a package."""

    def close(self) -> None:
        """Keep what was taken in, also where the run ends early."""


class Blank:
    """The ledger of a run that knows nothing of others, and tells them nothing."""

    keeps = False

    def __init__(self) -> None:
        """Begin with nothing."""
        self._facts: dict[str, Exported] = {}

    def likely(self, _source: PackageSource) -> bool:
        """Nothing is."""
        return False

    def recall(self, _source: PackageSource) -> Outcome | None:
        """Nothing is known."""
        return None

    def facts(self, path: str) -> Exported:
        """Facts that this run has found."""
        return self._facts.get(path, {})

    def questions(self, _source: PackageSource) -> Sequence[str]:
        """Nobody has asked anything yet."""
        return ()

    def remember(self, source: PackageSource, outcome: Outcome) -> None:
        """Keep the facts for the packages above."""
        for path, facts in ((source.import_path, outcome.exports.facts), *outcome.exports.learned.items()):
            self._facts[path] = self.facts(path) | facts

    def close(self) -> None:
        """Nothing outlives the run."""

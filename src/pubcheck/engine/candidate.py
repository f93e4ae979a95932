"""A diagnostic on its way through the filters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.changes import Changes
from pubcheck.diagnostic import Ballot
from pubcheck.engine.baseline import Baseline
from pubcheck.engine.config import Config
from pubcheck.engine.report import Sources
from pubcheck.engine.selection import Selection
from pubcheck.engine.suppressions import FileSuppressions, Suppression

if TYPE_CHECKING:
    from pubcheck.diagnostic import Diagnostic


class Candidate:
    """A diagnostic and what speaks against showing it.

    ``silenced`` is the comment that silences it, ``known`` that it is in the baseline, ``unchanged`` that it has
    nothing to do with the change that alone is looked at.

    A silenced one goes on to the end of the chain: it still speaks for its group, so that silencing one rule doesn't
    make another say the same, and still counts among its like, so that the others' fingerprints stay as they were.
    """

    __slots__ = ("diagnostic", "known", "silenced", "unchanged")

    def __init__(self, diagnostic: Diagnostic) -> None:
        """Start with ``diagnostic``, which nothing speaks against."""
        self.diagnostic = diagnostic
        self.silenced: Suppression | None = None
        self.known = False
        self.unchanged = False

    @property
    def shown(self) -> bool:
        """Whether it is reported."""
        return not (self.silenced or self.known or self.unchanged)


class FileFacts(msgspec.Struct, frozen=True):
    """What filters need to know of a file that was analysed. ``package`` is the import path of the one it is of."""

    generated: bool
    suppressions: FileSuppressions | None
    package: str = ""


class Setting(msgspec.Struct, frozen=True):
    """What filters decide by: the settings, and the files of the packages that were asked for, by path.

    Without ``baseline`` nothing is known before, and without ``changes`` everything is new. ``ballots`` are those of
    all packages.
    """

    config: Config
    selection: Selection
    files: dict[str, FileFacts]
    sources: Sources
    config_dir: Path
    baseline: Baseline | None = None
    changes: Changes | None = None
    ballots: tuple[Ballot, ...] = ()

"""One package alone, with the facts of those below it from outside: how build systems run analysers.

It is the step from a task to an outcome that every run makes, with a run's filters behind it. What the build system
doesn't bring is worked out from the sources, as it would be in a run, so a unit says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.frontend import load_project
from pubcheck.engine.run import Run
from pubcheck.engine.task import Exported
from pubcheck.source import Overlay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pubcheck.engine.config import Config
    from pubcheck.engine.frontend import Frontend
    from pubcheck.engine.ledger import Ledger
    from pubcheck.engine.report import Report
    from pubcheck.engine.task import Outcome
    from pubcheck.model.project import PackageSource
    from pubcheck.rules.registry import Rule

Facts = dict[str, Exported]
"""Exported facts by import path: those of a package and of all below it that it asked."""


def check_unit(  # noqa: PLR0913 a unit has these parts
    folder: Path,
    files: Iterable[str],
    facts: Facts,
    config: Config,
    rules: Mapping[str, Rule],
    *,
    overlay: Overlay | None = None,
) -> tuple[Report, Facts]:
    """Check the package in ``folder`` that is made of ``files``; gives its report and the facts for those above it.

    Args:
        folder: an absolute path.
        files: absolute paths.
        facts: of packages below it, as other units gave them.
        config: the settings.
        rules: what there is to select from; none for a package that only facts are wanted of.
        overlay: files as they are to be looked at, where that isn't how they are.

    Raises:
        ConfigError: the settings are wrong.
        PatternError: the folder has no Go files.
    """
    unit = _Unit(frozenset(files), facts)
    run = _UnitRun(config, rules, folder, unit)
    seen = overlay or Overlay()
    report = run.check(lambda: load_project(["."], config, folder, seen, unit), seen)
    return report, unit.exported


class _Unit:
    """What is known of the packages below one, and what comes to be known of that one."""

    keeps = True

    def __init__(self, files: frozenset[str], facts: Facts) -> None:
        self._files = files
        self._facts = facts
        self.exported: Facts = dict(facts)

    def share(self, packages: Sequence[PackageSource]) -> list[PackageSource]:
        """The package of ``packages`` that is meant: a folder may hold a test package beside it."""
        return [source for source in packages if any(str(file.path) in self._files for file in source.files)][:1]

    def recall(self, source: PackageSource) -> Outcome | None:
        """Nothing: the build system has looked whether it knows the outcome."""

    def likely(self, _source: PackageSource) -> bool:
        return False

    def facts(self, path: str) -> Exported:
        return self._facts.get(path, {})

    def questions(self, _source: PackageSource) -> Sequence[str]:
        return ()

    def remember(self, source: PackageSource, outcome: Outcome) -> None:
        exports = outcome.exports
        for path, learned in exports.learned.items():
            self.exported[path] = {**self.exported.get(path, {}), **learned}
        self.exported[source.import_path] = exports.facts

    def close(self) -> None:
        """Nothing is open."""


class _UnitRun(Run):
    """A run that knows what the build system brings, and nothing else."""

    def __init__(self, config: Config, rules: Mapping[str, Rule], folder: Path, unit: _Unit) -> None:
        super().__init__(config, rules, folder)
        self._unit = unit

    def _ledger(self, frontend: Frontend, overlay: Overlay, cache: Path | None) -> Ledger:  # noqa: ARG002 as its base
        return self._unit


def encoded(facts: Facts) -> bytes:
    """``facts`` as bytes; equal ones as equal bytes."""
    return msgspec.msgpack.encode(facts, order="deterministic")


def decoded(data: bytes) -> Facts:
    """The facts in ``data``; none where it has none that can be read."""
    try:
        return msgspec.msgpack.decode(data, type=Facts)
    except msgspec.DecodeError:
        return {}

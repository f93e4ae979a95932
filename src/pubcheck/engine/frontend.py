"""The one place that knows how the layers below are called: from patterns to the facts of a package.

``Frontend`` is what the run needs of them; tests give it another.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

import msgspec

from pubcheck.analysis import analyse
from pubcheck.model.program import Program
from pubcheck.model.project import Problem, Project, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pubcheck.analysis import PackageFacts
    from pubcheck.engine.config import Config
    from pubcheck.engine.sharding import Shard
    from pubcheck.model.package import Package
    from pubcheck.model.project import PackageSource
    from pubcheck.source import Overlay


class Frontend(Protocol):
    """The packages of a run, and what is known of them."""

    @property
    def wanted(self) -> Sequence[PackageSource]:
        """The packages that were asked for."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What couldn't be read or parsed so far."""

    @property
    def root(self) -> Path:
        """The main module's folder, or where the run started."""

    def order(self) -> Sequence[PackageSource]:
        """Every package to be analysed, imported ones before their importers."""

    def facts(self, source: PackageSource) -> PackageFacts:
        """Facts of a package, once those it imports have been asked for."""

    def release(self, source: PackageSource) -> None:
        """Let go of a package's trees; its summaries stay."""


class _ProjectFrontend:
    """The layers below, at work on one project."""

    def __init__(self, project: Project, root: Path, blocking: tuple[str, ...]) -> None:
        """Prepare to analyse ``project``; ``blocking`` names more functions that block."""
        self._project = project
        self._program = Program(project)
        self._blocking = blocking
        self._facts: dict[str, PackageFacts] = {}
        self._redeclared: list[Problem] = []
        self.wanted = project.packages
        self._wanted = frozenset(project.packages)
        self.root = root

    @property
    def problems(self) -> Sequence[Problem]:
        """The project's own, and those of the packages."""
        packages = (one for source in self.wanted for one in source.problems)
        return (*self._project.problems, *packages, *self._redeclared)

    def order(self) -> Sequence[PackageSource]:
        """Every package to be analysed, imported ones before their importers."""
        return [source for level in self._project.order(dependencies=True) for source in level]

    def facts(self, source: PackageSource) -> PackageFacts:
        """Facts of a package, once those it imports have been asked for."""
        package = self._program.package(source)
        facts = analyse(package, self._facts, self._blocking)
        self._facts[source.import_path] = facts
        if source in self._wanted:
            self._redeclared += _redeclared(package)
        return facts

    def release(self, source: PackageSource) -> None:
        """Let go of the syntax trees and of what only the package's own rules read; summaries stay."""
        facts = self._facts.get(source.import_path)
        if facts is not None:
            facts.release()
        for file in source.files:
            file.release()


def _redeclared(package: Package) -> Iterator[Problem]:
    """What Go rejects and pubcheck reads all the same; two packages that were thought to be one look like this, too."""
    sources = {file.source.path: file.source for file in package.files}
    for symbol, first in package.redeclared:
        place = f"{PurePath(first.path).name}:{sources[first.path].lines.line(first.pos)}"
        message = f"`{symbol.name}` is declared already, at {place}: that declaration counts"
        yield Problem(symbol.path, sources[symbol.path].lines.line(symbol.pos), message)


def load_project(
    patterns: Sequence[str], config: Config, cwd: Path, overlay: Overlay, shard: Shard | None = None
) -> Frontend:
    """The packages that ``patterns`` name, or one ``shard`` of them, for the target in ``config``.

    Raises:
        PatternError: a pattern names nothing that exists.
    """
    environment = Target.from_environment(tags=config.tags, tests=config.tests)
    target = msgspec.structs.replace(
        environment, goos=config.goos or environment.goos, goarch=config.goarch or environment.goarch
    )
    goroot = (config.folder or cwd) / config.goroot if config.goroot else None
    project = Project.load(patterns, cwd, target, overlay, goroot=goroot)
    root = next((source.module.root for source in project.packages if source.module.main), cwd)
    if shard is not None:
        project.narrow(shard.share(project.packages))
    return _ProjectFrontend(project, root, config.blocking)

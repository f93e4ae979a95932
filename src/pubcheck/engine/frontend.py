"""The one place that knows how the layers below are called: from patterns to the facts of a package.

``Frontend`` is what the run needs of them; tests give it another.
"""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

import msgspec

from pubcheck.analysis import analyse
from pubcheck.engine.exchange import Exchange, Imports
from pubcheck.engine.places import Places
from pubcheck.engine.task import Exports
from pubcheck.model.program import Program
from pubcheck.model.project import Problem, Project, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pubcheck.analysis import PackageFacts
    from pubcheck.engine.config import Config
    from pubcheck.engine.sharding import Shard
    from pubcheck.engine.task import Exported
    from pubcheck.model.package import Package
    from pubcheck.model.project import ImportGraph, PackageSource
    from pubcheck.source import Overlay


class Frontend(Protocol):
    """The packages of a run, and what is known of them."""

    @property
    def wanted(self) -> Sequence[PackageSource]:
        """The packages that were asked for."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What couldn't be read so far."""

    @property
    def root(self) -> Path:
        """The main module's folder, or where the run started."""

    @property
    def project(self) -> Project:
        """Where the packages come from."""

    @property
    def graph(self) -> ImportGraph:
        """The packages that were asked for and those that they need, and who imports whom."""

    def learn(self, facts: Mapping[str, Exported]) -> None:
        """Take in facts of packages, by import path."""

    def facts(self, source: PackageSource) -> PackageFacts:
        """Facts of a package, found when they are asked for."""

    def redeclared(self, source: PackageSource) -> Sequence[Problem]:
        """What the package declares more than once, after its facts have been asked for."""

    def exports(self, source: PackageSource, questions: Iterable[str]) -> Exports:
        """What the packages above may need of a package's facts, and what those took from the packages below.

        Answers to ``questions``, full names of its functions, are among it.
        """

    def release(self, source: PackageSource) -> None:
        """Let go of all that was made for a package but its declarations."""


class _ProjectFrontend:
    """The layers below, at work on one project."""

    def __init__(self, project: Project, root: Path, blocking: tuple[str, ...]) -> None:
        """Prepare to analyse ``project``; ``blocking`` names more functions that block."""
        self._project = project
        self._program = Program(project)
        self._blocking = blocking
        self._at_work: dict[PackageSource, tuple[PackageFacts, Imports]] = {}
        self.wanted = project.packages
        self.root = root

    @property
    def project(self) -> Project:
        """The project."""
        return self._project

    @cached_property
    def graph(self) -> ImportGraph:
        """The packages that were asked for and those that they need, and who imports whom."""
        return self._project.graph()

    @cached_property
    def _exchange(self) -> Exchange:
        by_path = {source.import_path: source for source in self.graph.order}
        places = Places(file for source in self.graph.order for file in source.files)
        return Exchange(places, lambda path: self._analysed(by_path[path])[0])

    @property
    def problems(self) -> Sequence[Problem]:
        """The project's own, and those of the packages."""
        return (*self._project.problems, *(one for source in self.wanted for one in source.problems))

    def learn(self, facts: Mapping[str, Exported]) -> None:
        """Take in facts of packages, by import path."""
        self._exchange.learn(facts)

    def facts(self, source: PackageSource) -> PackageFacts:
        """Facts of a package, found when they are asked for."""
        self._at_work[source] = self._analysed(source)
        return self._at_work[source][0]

    def _analysed(self, source: PackageSource) -> tuple[PackageFacts, Imports]:
        below = {other.import_path: partial(self._program.package, other) for other in self.graph.below[source]}
        imports = Imports(below, self._exchange)
        return analyse(self._program.package(source), imports, self._blocking), imports

    def redeclared(self, source: PackageSource) -> Sequence[Problem]:
        """What the package declares more than once."""
        return tuple(_redeclared(self._program.package(source)))

    def exports(self, source: PackageSource, questions: Iterable[str]) -> Exports:
        """What the packages above may need of a package's facts, and what those took from the packages below."""
        facts, imports = self._at_work[source]
        for name in questions:
            facts.summary(name)
        return Exports(self._exchange.encode(facts), imports.asked, self._exchange.worked_out())

    def release(self, source: PackageSource) -> None:
        """Let go of the syntax trees and of all facts."""
        at_work = self._at_work.pop(source, None)
        if at_work is not None:
            at_work[0].release()
        self._exchange.release()
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

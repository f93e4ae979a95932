"""From patterns to the packages of a run, and what can be asked of them.

``Frontend`` is what the run needs; tests give it another. Nothing of the analysis is imported before facts are wanted.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import msgspec

from pubcheck.model.project import Project, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pubcheck.analysis import PackageFacts
    from pubcheck.engine.config import Config
    from pubcheck.engine.task import Exported, Exports
    from pubcheck.engine.workshop import Workshop
    from pubcheck.model.project import ImportGraph, PackageSource, Problem
    from pubcheck.source import Overlay


class Part(Protocol):
    """Some of the packages that patterns name."""

    def share(self, packages: Sequence[PackageSource]) -> Sequence[PackageSource]:
        """Those of ``packages`` that are meant."""


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

    def asking_for(self, packages: Iterable[PackageSource]) -> Frontend:
        """The same where ``packages`` are asked for."""

    def learn(self, facts: Mapping[str, Exported]) -> None:
        """Take in facts of packages, by import path."""

    def facts(self, source: PackageSource) -> PackageFacts:
        """Facts of a package, found when they are asked for."""

    def redeclared(self, source: PackageSource) -> Sequence[Problem]:
        """What the package declares more than once, after its facts have been asked for."""

    def is_shown(self, source: PackageSource) -> bool:
        """Whether anything that is found in a package would be shown."""

    def exports(self, source: PackageSource, questions: Iterable[str]) -> Exports:
        """What the packages above may need of a package's facts, and what those took from the packages below.

        Answers to ``questions``, full names of its functions, are among it.
        """

    def keep(self, source: PackageSource) -> None:
        """Remember a package's facts for those above it, without telling them to anybody else."""

    def release(self, source: PackageSource) -> None:
        """Let go of all that was made for a package but its declarations."""


class ProjectFrontend:
    """The layers below, at work on one project."""

    def __init__(self, project: Project, root: Path, blocking: tuple[str, ...], *, generated: bool) -> None:
        """Prepare to analyse ``project``.

        Args:
            project: the packages.
            root: the main module's folder, or where the run started.
            blocking: more functions that block.
            generated: whether findings in generated files are shown.
        """
        self.project = project
        self.root = root
        self.wanted = project.packages
        self._blocking = blocking
        self._generated = generated

    @cached_property
    def graph(self) -> ImportGraph:
        """The packages that were asked for and those that they need, and who imports whom."""
        return self.project.graph()

    @cached_property
    def workshop(self) -> Workshop:
        """Where packages are analysed."""
        from pubcheck.engine.workshop import Workshop  # noqa: PLC0415 where all is known nothing is analysed

        return Workshop(self.project, self.graph, self._blocking)

    @property
    def problems(self) -> Sequence[Problem]:
        """The project's own, and those of the packages."""
        return (*self.project.problems, *(one for source in self.wanted for one in source.problems))

    def asking_for(self, packages: Iterable[PackageSource]) -> ProjectFrontend:
        """The same where ``packages`` are asked for."""
        project = self.project.asking_for(packages)
        return ProjectFrontend(project, self.root, self._blocking, generated=self._generated)

    def learn(self, facts: Mapping[str, Exported]) -> None:
        """Take in facts of packages, by import path."""
        self.workshop.learn(facts)

    def facts(self, source: PackageSource) -> PackageFacts:
        """Facts of a package, found when they are asked for."""
        return self.workshop.facts(source)

    def is_shown(self, source: PackageSource) -> bool:
        """Whether anything that is found in a package would be shown: nothing is where all files are generated."""
        return self._generated or not all(file.generated for file in source.files)

    def redeclared(self, source: PackageSource) -> Sequence[Problem]:
        """What the package declares more than once."""
        return self.workshop.redeclared(source)

    def exports(self, source: PackageSource, questions: Iterable[str]) -> Exports:
        """What the packages above may need of a package's facts, and what those took from the packages below."""
        return self.workshop.exports(source, questions)

    def keep(self, source: PackageSource) -> None:
        """Remember a package's facts for those above it."""
        self.workshop.keep(source)

    def release(self, source: PackageSource) -> None:
        """Let go of the syntax trees and of all facts."""
        self.workshop.release(source)


def load_project(  # noqa: PLR0917, PLR0913 each is a choice of the caller's
    patterns: Sequence[str] | None,
    config: Config,
    cwd: Path,
    overlay: Overlay,
    shard: Part | None = None,
    environ: Mapping[str, str] = os.environ,
) -> ProjectFrontend:
    """The packages that ``patterns`` name, or one ``shard`` of them, for the target in ``config`` and ``environ``.

    Raises:
        PatternError: a pattern names nothing that exists.
    """
    environment = Target.from_environment(environ, tags=config.tags, tests=config.tests)
    target = msgspec.structs.replace(
        environment, goos=config.goos or environment.goos, goarch=config.goarch or environment.goarch
    )
    goroot = (config.folder or cwd) / config.goroot if config.goroot else None
    project = Project.load(patterns, cwd, target, overlay, goroot=goroot, environ=environ)
    root = next((source.module.root for source in project.packages if source.module.main), cwd)
    if shard is not None:
        project.narrow(shard.share(project.packages))
    return ProjectFrontend(project, root, config.blocking, generated=config.generated)

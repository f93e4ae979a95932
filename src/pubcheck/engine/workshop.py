"""The one place that knows how the layers below are called: from a package's source to its facts."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from pubcheck.analysis import analyse
from pubcheck.engine.exchange import Exchange, Imports
from pubcheck.engine.places import Places
from pubcheck.engine.task import Exports
from pubcheck.model.program import Program
from pubcheck.model.project import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pubcheck.analysis import PackageFacts
    from pubcheck.engine.exchange import Kept
    from pubcheck.engine.task import Exported
    from pubcheck.model.package import Package
    from pubcheck.model.project import GoFile, ImportGraph, PackageSource, Project
    from pubcheck.source.readers import Reader


class Workshop:
    """The packages of one project that are at work, and the facts that travel between them."""

    def __init__(self, project: Project, graph: ImportGraph, blocking: tuple[str, ...]) -> None:
        """Prepare to analyse ``project``; ``blocking`` names more functions that block."""
        self._project = project
        self._program = Program(project)
        self._graph = graph
        self._blocking = blocking
        self._at_work: dict[PackageSource, tuple[PackageFacts, Imports]] = {}
        self._held: set[PackageSource] = set()
        self._forms: Kept = {}
        self._by_path = {source.import_path: source for source in graph.order}
        self.checkpoint: Callable[[], None] = lambda: None
        """Called now and then while functions are analysed."""
        self._begin()

    def _begin(self) -> None:
        self._places = Places(file for source in self._graph.order for file in source.files)
        self.relearn()

    def relearn(self) -> None:
        """Forget all facts that were taken in: some of them hold no longer."""
        self._exchange = Exchange(self._places, self._below, self._forms)

    def learn(self, facts: Mapping[str, Exported]) -> None:
        """Take in facts of packages, by import path."""
        self._exchange.learn(facts)

    def facts(self, source: PackageSource) -> PackageFacts:
        """Facts of a package, found when they are asked for."""
        if source not in self._at_work or source not in self._held:
            self._at_work[source] = self._analysed(source, self._program.package(source))
        return self._at_work[source][0]

    def _below(self, path: str) -> PackageFacts:
        """Facts of a package of which another one asks something."""
        source = self._by_path[path]
        return self._analysed(source, self._program.package(source, imported=True))[0]

    def _analysed(self, source: PackageSource, package: Package) -> tuple[PackageFacts, Imports]:
        below = {
            other.import_path: partial(self._program.package, other, imported=True)
            for other in self._graph.below[source]
        }
        imports, kept = Imports(below, self._exchange), source in self._held
        return analyse(package, imports, self._blocking, self.checkpoint, kept=kept), imports

    def redeclared(self, source: PackageSource) -> tuple[Problem, ...]:
        """What the package declares more than once."""
        return tuple(_redeclared(self._program.package(source)))

    def exports(self, source: PackageSource, questions: Iterable[str]) -> Exports:
        """What the packages above may need of a package's facts, and what those took from the packages below."""
        facts, imports = self._at_work[source]
        for name in questions:
            facts.summary(name)
        encoded = facts.exported(partial(self._exchange.encode, facts))
        return Exports(encoded, imports.asked, self._exchange.worked_out())

    def keep(self, source: PackageSource) -> None:
        """Remember a package's facts for those above it."""
        self._exchange.keep(self._at_work[source][0])

    def release(self, source: PackageSource) -> None:
        """Let go of the syntax trees and of all facts."""
        self._exchange.release()
        if source in self._held:
            return
        at_work = self._at_work.pop(source, None)
        if at_work is not None:
            at_work[0].release()
        for file in source.files:
            file.release()

    # --- what changes while it is looked at

    def hold(self, source: PackageSource) -> None:
        """Keep what will be found out about a package, so that edits of bodies cost little."""
        self._held.add(source)

    def drop(self, source: PackageSource) -> None:
        """Hold a package no longer."""
        self._held.discard(source)
        self._forms.pop(source.import_path, None)
        self.release(source)

    def edit(self, source: PackageSource, file: GoFile, pos: int, readers: set[Reader]) -> None:
        """The body of a function of a package that is held has another text: the one at ``pos`` of ``file``.

        Args:
            source: the package.
            file: the file.
            pos: where the body begins.
            readers: who has read its text (``source.readers``).
        """
        facts, _ = self._at_work[source]
        decl = file.tree.function_at(pos)
        facts.renewed(() if decl is None else (facts.package.func_of(decl),), readers)

    def renew(self) -> None:
        """Files have another text: see declarations anew. What is held stays as it is."""
        self._program = Program(self._project, self._program.stubs)
        self._begin()


def _redeclared(package: Package) -> Iterator[Problem]:
    """What Go rejects and pubcheck reads all the same; two packages that were thought to be one look like this, too."""
    sources = {file.source.path: file.source for file in package.files}
    for symbol, first in package.redeclared:
        place = f"{PurePath(first.path).name}:{sources[first.path].lines.line(first.pos)}"
        message = f"`{symbol.name}` is declared already, at {place}: that declaration counts"
        yield Problem(symbol.path, sources[symbol.path].lines.line(symbol.pos), message)

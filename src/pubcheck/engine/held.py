"""A package whose facts are kept while it is edited, its files with room in their bodies.

The facts speak of the files as they are laid out with room (``source.Elastic``); ``outside`` tells what was found in
them in terms of the files as they are.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.cache.moving import relocated
from pubcheck.source import Elastic, SourceFile, Span, WatchedFile
from pubcheck.source.segments import bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from pathlib import Path

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.task import Outcome
    from pubcheck.engine.workshop import Workshop
    from pubcheck.model.project import GoFile, PackageSource


class Held:
    """One package that is held.

    Attributes:
        analysed: whether there are facts of it, which then hold for the text at hand.
    """

    def __init__(self, workshop: Workshop, package: PackageSource, open_: Container[Path]) -> None:
        """Have ``workshop`` hold ``package``; those of its files that are in ``open_`` get room."""
        self._workshop = workshop
        self._package = package
        self._elastic: dict[str, Elastic] = {}
        self._sources: dict[str, SourceFile] = {}
        self.analysed = False
        workshop.drop(package)
        for file in package.files:
            text = file.source
            if file.path not in open_:
                file.renew(text)  # its tree was let go of, and is wanted again and again
            else:
                elastic = Elastic(text.data)
                self._elastic[text.path] = elastic
                self._sources[text.path] = text
                file.renew(WatchedFile(text.path, elastic.data, bodies(elastic.data)))
        workshop.hold(package)

    def source(self, file: GoFile) -> SourceFile:
        """A file of the package as it is."""
        return self._sources.get(file.source.path, file.source)

    def edit(self, file: GoFile, text: bytes) -> Callable[[int], int] | None:
        """Take ``text`` for that of a file, if one body alone differs.

        Returns:
            Where an offset of the file as it was is now; None where nothing was taken.
        """
        path = file.source.path
        elastic = self._elastic.get(path)
        found = elastic.edited(text) if elastic is not None and self.analysed else None
        if elastic is None or found is None:
            return None
        fresh, pos = found
        watched = file.source
        assert isinstance(watched, WatchedFile)  # noqa: S101 as every file with room
        edited = watched.edited(fresh.data)
        if not file.edit(edited, pos):
            return None
        self._elastic[path] = fresh
        self._sources[path] = SourceFile(path, text)
        self._workshop.edit(self._package, file, pos, edited.replace(watched, pos))
        return partial(elastic.moved, fresh)

    def release(self) -> None:
        """Hold the package no longer: its files are as they are again."""
        self._workshop.drop(self._package)
        for file in self._package.files:
            path = file.source.path
            if path in self._sources:
                file.renew(self._sources[path])

    def inside(self, path: str, offset: int) -> int:
        """An offset of a file as the facts tell it."""
        elastic = self._elastic.get(path)
        return offset if elastic is None else elastic.inside(offset)

    def span(self, span: Span) -> Span:
        """A span of the facts as it is in the file."""
        elastic = self._elastic.get(span.path)
        return span if elastic is None else Span(span.path, elastic.outside(span.start), elastic.outside(span.end))

    def outside(self, outcome: Outcome) -> Outcome:
        """``outcome`` with its places as they are in the files."""
        return msgspec.structs.replace(
            outcome,
            findings=tuple([self.finding(one) for one in outcome.findings]),
            crashes=tuple([self.finding(one) for one in outcome.crashes]),
            ballots=tuple([one.at(self.span) for one in outcome.ballots]),
            files=tuple(
                [
                    msgspec.structs.replace(
                        file,
                        suppressions=tuple(
                            msgspec.structs.replace(one, span=self.span(one.span)) for one in file.suppressions
                        ),
                    )
                    for file in outcome.files
                ]
            ),
        )

    def finding(self, one: Diagnostic) -> Diagnostic:
        """``one`` with its places as they are in the files."""
        return relocated(one, self.span)


def followed(outcome: Outcome, path: str, moved: Callable[[int], int]) -> Outcome:
    """What is said of another package, with its places in the file ``path`` where they are after an edit of that."""

    def move(span: Span) -> Span:
        return Span(path, moved(span.start), moved(span.end)) if span.path == path else span

    return msgspec.structs.replace(outcome, findings=tuple([relocated(one, move) for one in outcome.findings]))


def points_into(outcome: Outcome, path: str) -> bool:
    """Whether a finding elsewhere has something to show in the file ``path``."""
    return any(
        one.span.path != path
        and (
            any(each.span.path == path for each in one.related)
            or any(step.span.path == path for trace in one.traces for step in trace.steps)
            or any(edit.span.path == path for fix in one.fixes for edit in fix.edits)
        )
        for one in outcome.findings
    )

"""What was found that still holds when the packages of a project are listed anew.

A package keeps its outcome as it does from run to run (``cache.keys``): if it is made of the same files and may name
the same packages, if what it sees of others is declared as it was, and if it points into no file that has another text.
What it asked of others is asked again once those were looked at (``session``).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pubcheck.engine.declared import affected, pointed_into
from pubcheck.engine.shapes import differing, shape_of
from pubcheck.source import SourceFile, digest
from pubcheck.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pubcheck.engine.declared import Visible
    from pubcheck.engine.shapes import Change, Shape
    from pubcheck.engine.task import Outcome
    from pubcheck.model.project import ImportGraph, PackageSource


class Listing:
    """The packages as they were listed at one time, each with its files as they were taken in since."""

    def __init__(self, graph: ImportGraph | None = None, visible: Visible = MappingProxyType({})) -> None:
        """Take ``graph``, and the packages that each may name; by default there are none."""
        self._below = {} if graph is None else graph.below
        self._visible = visible
        self._by_path = {source.import_path: source for source in visible}

    def paths(self, name: str) -> set[str]:
        """The files of a package."""
        source = self._by_path.get(name)
        return {file.shown for file in source.files} if source is not None else set()

    def holding(self, before: Listing, outcomes: Mapping[str, Outcome]) -> set[str]:
        """The packages whose ``outcomes``, found ``before``, are what they would be now, as far as is seen."""
        edited = [source for source in self._visible if not self._is_as_before(source, before)]
        # Nobody will tell whether these answer what they are asked as they did, or what they declared before.
        unknown = {
            source.import_path
            for source in edited
            if source.import_path not in outcomes or before.has_lost(source.import_path)
        }
        moved = {path for one in edited for path in self.paths(one.import_path) | before.paths(one.import_path)}
        renamed = [one for one in self._visible if self._named(one) != before.names_seen_by(one.import_path)]
        changed = {source: self._change(source, before) for source in (*edited, *renamed)}
        seeing = affected(changed, self._visible)
        found = set()
        for name, outcome in outcomes.items():
            source = self._by_path.get(name)
            if source is None or self._own(source) != before.own(name):
                continue
            below = {other.import_path for other in self._below[source]}
            asked = below >= outcome.exports.asked.keys() and unknown.isdisjoint(below)
            if asked and seeing.holds(source, outcome) and moved.isdisjoint(pointed_into(outcome)):
                found.add(name)
        return found

    def own(self, name: str) -> tuple[object, ...]:
        """What the outcome of a package hangs on of that alone; nothing where there is none."""
        source = self._by_path.get(name)
        return () if source is None else self._own(source)

    def names_seen_by(self, name: str) -> dict[str, str]:
        """The names of the packages that one may name."""
        source = self._by_path.get(name)
        return {} if source is None else self._named(source)

    def has_lost(self, name: str) -> bool:
        """Whether a file of a package that nobody had read has another text now."""
        source = self._by_path.get(name)
        return source is not None and any(file.content != digest(file.source.data) for file in source.files)

    def _is_as_before(self, source: PackageSource, before: Listing) -> bool:
        former = before._by_path.get(source.import_path)
        return former is not None and _files(former) == _files(source)

    def _change(self, source: PackageSource, before: Listing) -> Change:
        former = before._by_path.get(source.import_path)
        now = self.shape(source)
        return now.all if former is None else differing(before.shape(former), now)

    def shape(self, source: PackageSource) -> Shape:
        """What a package declares."""
        return shape_of(source, self._named(source))

    def _named(self, source: PackageSource) -> dict[str, str]:
        return {other.import_path: other.name for other in self._visible[source]}

    def _own(self, source: PackageSource) -> tuple[object, ...]:
        """What its outcome hangs on of a package alone."""
        below = self._below[source]
        return (
            source.name,
            source.kind,
            source.tested.import_path if source.tested else "",
            source.wanted,
            _files(source),
            sorted(other.import_path for other in self._visible[source]),
            sorted(other.import_path for other in self._visible[source] if other not in below),
        )


def lies_around(path: Path) -> bool:
    """Whether a file says what code means that isn't in it: which modules there are, and which versions of them."""
    return path.name in {"go.mod", "go.work"} or "vendor" in path.parts


def breaks(source: SourceFile, text: bytes) -> bool:
    """Whether a file without syntax errors has some with ``text``."""
    return text != source.data and bool(parse(SourceFile(source.path, text)).errors) and not parse(source).errors


def _files(source: PackageSource) -> list[tuple[str, bytes, tuple[int, int]]]:
    return [(file.shown, file.content, file.go_version) for file in source.files]

"""The outcomes of earlier runs, and whether they still hold."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.cache.keys import keys_of, visible_from
from pubcheck.engine.cache.moving import edits_elsewhere, moved
from pubcheck.engine.cache.surroundings import surroundings
from pubcheck.engine.cache.world import World
from pubcheck.engine.places import Places
from pubcheck.engine.task import Exported, Exports, Outcome
from pubcheck.source import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.engine.cache.keys import Keys
    from pubcheck.engine.cache.store import Store
    from pubcheck.model.project import GoFile, ImportGraph, PackageSource, Project
    from pubcheck.source import Overlay

_OUTCOME, _LATEST, _FACTS, _RUN = b"o", b"n", b"f", b"r"
"""What a row is.

That is an entry by deep key, the deep key of the latest entry by own key, exported facts by their hash, or, by what
lies around a project, a hash of the deep keys that the latest run had.
"""

_RACY = 2_000_000_000
"""Nanoseconds: the coarsest times that file systems keep."""
_BATCH = 32
"""Outcomes that are written at once: an interrupted run keeps most of its work, and writing costs little."""


class _Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An outcome without its facts, which lie in a row of their own: most of the time nobody asks for them."""

    outcome: Outcome
    facts: bytes
    world: bytes
    """What was declared when it was found."""


_ENTRIES = msgspec.msgpack.Decoder(_Entry)
_EXPORTED = msgspec.msgpack.Decoder(Exported)
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


class Outcomes:
    """What is known about the packages of one project, asked bottom-up.

    Each package is either recalled or, where that gives None, analysed and remembered, before those above it.
    """

    keeps = True

    def __init__(  # noqa: PLR0913 it is about all of these
        self, store: Store, project: Project, graph: ImportGraph, overlay: Overlay, *, version: bytes, settings: bytes
    ) -> None:
        """Look ``project`` up in ``store``, as far as entries are of ``version`` and of the same ``settings``."""
        self._started = time_ns()
        self._store = store
        self._graph = graph
        self._overlay = overlay
        self._places = Places(file for source in graph.order for file in source.files)
        around = digest(version + settings + surroundings(project, overlay, store))
        visible = visible_from(project, graph)
        self._keys = keys_of(graph, visible, around)
        self._world = World(store, visible, version)
        self._sources = {source.import_path: source for source in graph.order}
        self._entries: dict[str, _Entry] = {}
        """Of the packages that were recalled."""
        self._facts: dict[str, Exported] = {}
        self._learned: dict[str, Exported] = {}
        self._fresh: list[tuple[PackageSource, Outcome]] = []
        self._rows: dict[bytes, bytes] = {}
        self._known = self._look_up(_OUTCOME, {source: keys.deep for source, keys in self._keys.items()})
        latest = self._latest(_RUN + around)
        doubtful = self._look_up(
            _OUTCOME, {source: deep for source, deep in latest.items() if source not in self._known}
        )
        self._doubtful = {
            source: entry
            for source, entry in doubtful.items()
            if self._world.looks_as_in(entry.world, source, entry.outcome)
        }
        """Outcomes of packages that are as they were, and see what they saw, above some that aren't."""

    def _latest(self, run: bytes) -> dict[PackageSource, bytes]:
        """The deep key of the latest entry by package; empty where nothing has changed since the latest ``run``.

        What is known of a package that is what it was before the latest one, since an edit was undone or another
        branch is there, is the latest entry from now on.
        """
        current = digest(b"".join(sorted(keys.deep for keys in self._keys.values())))
        if len(self._known) == len(self._keys) and self._store.get([run]).get(run) == current:
            return {}
        self._rows[run] = current
        rows = self._store.get([_LATEST + keys.own for keys in self._keys.values()])
        latest = {source: rows[_LATEST + keys.own] for source, keys in self._keys.items() if _LATEST + keys.own in rows}
        again = [self._keys[source] for source in self._known if latest.get(source) != self._keys[source].deep]
        self._rows |= {_LATEST + keys.own: keys.deep for keys in again}
        return latest

    def _look_up(self, kind: bytes, keys: dict[PackageSource, bytes]) -> dict[PackageSource, _Entry]:
        rows = self._store.get([kind + key for key in keys.values()])
        found: dict[PackageSource, _Entry] = {}
        for source, key in keys.items():
            data = rows.get(kind + key)
            if data is not None:
                try:
                    entry = _ENTRIES.decode(data)
                except (msgspec.DecodeError, ValueError):
                    continue
                if entry.outcome.package == source.import_path:
                    found[source] = entry
        return found

    def likely(self, source: PackageSource) -> bool:
        """Whether the outcome of a package will be recalled, as far as can be told before those below it are."""
        return source in self._known or source in self._doubtful

    def recall(self, source: PackageSource) -> Outcome | None:
        """What analysing ``source`` would give, if that is known. The packages below it have been settled before."""
        entry = self._known.get(source)
        if entry is None:
            entry = self._doubtful.get(source)
            if entry is None or not self._answers_hold(source, entry.outcome):
                return None
            entry = msgspec.structs.replace(entry, world=self._world.name)
            self._write(source, entry)
        self._entries[source.import_path] = entry
        return moved(entry.outcome, _paths(source), self._places.absolute)

    def _answers_hold(self, source: PackageSource, outcome: Outcome) -> bool:
        """Whether the packages below answer what they were asked as they did."""
        below = {other.import_path for other in self._graph.below[source]}
        for path, answers in outcome.exports.asked.items():
            if path not in below:
                return False
            facts = self.facts(path)
            for name, answer in answers.items():
                data = facts.get(name)
                if data is None or digest(data) != answer:
                    return False
        return True

    def facts(self, path: str) -> Exported:
        """Facts of a package that was recalled, remembered, or needed by those; empty where there are none at hand."""
        known = self._facts.get(path)
        if known is None:
            known = {}
            source = self._sources.get(path)
            entry = self._entries.get(path) or (self._known.get(source) if source is not None else None)
            if entry is not None:
                key = _FACTS + entry.facts
                try:
                    known = _EXPORTED.decode(self._store.get([key]).get(key, b""))
                except (msgspec.DecodeError, ValueError):
                    known = {}
            self._facts[path] = known
        return known

    def questions(self, source: PackageSource) -> Sequence[str]:
        """What packages above asked of one in earlier runs: they hold if they are answered as they were."""
        asked = (entry.outcome.exports.asked.get(source.import_path, ()) for entry in self._doubtful.values())
        return sorted({name for names in asked for name in names})

    def remember(self, source: PackageSource, outcome: Outcome) -> None:
        """Keep what came of a package for later runs."""
        self._facts[source.import_path] = outcome.exports.facts
        for path, facts in outcome.exports.learned.items():
            self._facts[path] = self.facts(path) | facts
            self._learned.setdefault(path, {}).update(facts)
        self._fresh.append((source, outcome))
        if len(self._fresh) >= _BATCH:
            self.save()

    def close(self) -> None:
        """Write what isn't written yet, and let go of the store."""
        self.save()
        self._store.close()

    def save(self) -> None:
        """Write what is new, unless a file was written while it was analysed: then nobody knows what was seen."""
        fresh, self._fresh = self._fresh, []
        for source, outcome in fresh:
            # What failed is tried again, and an edit is good for the bytes that it was made for.
            if not outcome.crashes and not edits_elsewhere(outcome, _paths(source)):
                exports = Exports(asked=outcome.exports.asked)
                kept = msgspec.structs.replace(outcome, exports=exports, phases={}, rules={})
                entry = _Entry(moved(kept, _paths(source), self._places.relative), b"", self._world.name)
                self._write(source, entry, outcome.exports.facts)
        for path in self._learned:
            source = self._sources[path]
            known = self._entries.get(path) or self._known.get(source) or _Entry(Outcome(path), b"", self._world.name)
            self._write(source, known, self.facts(path))
        self._learned.clear()
        rows, self._rows = self._rows, {}
        if rows:
            rows |= self._world.rows()
            if any(self._was_written(file) for source in self._graph.order for file in source.files):
                rows = {}
        self._store.put(rows)

    def _write(self, source: PackageSource, entry: _Entry, facts: Exported | None = None) -> None:
        """Put an entry into the next batch, with ``facts`` where they aren't what they were."""
        if facts is not None:
            data = _ENCODER.encode(facts)
            entry = msgspec.structs.replace(entry, facts=digest(data))
            self._rows[_FACTS + entry.facts] = data
            self._entries[source.import_path] = entry
        keys: Keys = self._keys[source]
        self._rows[_OUTCOME + keys.deep] = _ENCODER.encode(entry)
        self._rows[_LATEST + keys.own] = keys.deep

    def _was_written(self, file: GoFile) -> bool:
        """Whether a file has other bytes than those that its package's key was made of."""
        if self._overlay.has(file.path):
            return False
        try:
            if file.path.stat().st_mtime_ns < self._started - _RACY:
                return False
            return digest(file.path.read_bytes()) != file.digest
        except OSError:
            return True


def _paths(source: PackageSource) -> frozenset[str]:
    return frozenset(file.shown for file in source.files)

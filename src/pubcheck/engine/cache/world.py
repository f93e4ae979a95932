"""What is declared, now and when an outcome was found: kept by package, and which version of which made up a world."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.cache.keys import content
from pubcheck.source import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.engine.cache.store import Store
    from pubcheck.engine.declared import Affected, Visible
    from pubcheck.engine.shapes import Change, Shape
    from pubcheck.engine.task import Outcome
    from pubcheck.model.project import PackageSource

_WORLD, _SHAPE = b"w", b"s"
"""What a row is: versions of packages by import path, or what a package of some version declares."""


class World:
    """What a project's packages declare.

    Most runs find all outcomes, or what packages declare as it was: files are taken apart only where neither is so.
    """

    def __init__(self, store: Store, visible: Visible, code: bytes) -> None:
        """Compare with what is in ``store``; ``visible`` has all packages, and those that each may name.

        ``code`` is the hash of pubcheck's own.
        """
        self._store = store
        self._code = code
        self._visible = visible
        self._written = False
        self._changed: dict[bytes, Affected | None] = {}

    @cached_property
    def _versions(self) -> dict[str, bytes]:
        """Hashes of what each package's shape hangs on."""
        return {
            source.import_path: digest(
                self._code + content(source) + msgspec.msgpack.encode(sorted(_names(self._visible[source]).items()))
            )
            for source in self._visible
        }

    @cached_property
    def _row(self) -> bytes:
        return msgspec.msgpack.encode(self._versions, order="deterministic")

    @cached_property
    def name(self) -> bytes:
        """What tells this world from others."""
        return digest(self._row)

    def looks_as_in(self, world: bytes, source: PackageSource, outcome: Outcome) -> bool:
        """Whether what a package sees of others is declared as it was in another world, as far as ``outcome`` cares."""
        if world == self.name:
            return True
        if world not in self._changed:
            self._changed[world] = self._affected_since(world)
        affected = self._changed[world]
        return affected is not None and affected.holds(source, outcome)

    def _affected_since(self, world: bytes) -> Affected | None:
        """The packages that see something else than in another world; None where that isn't known any more."""
        row = self._store.get([_WORLD + world]).get(_WORLD + world)
        if row is None:
            return None
        from pubcheck.engine.declared import affected  # noqa: PLC0415 most runs have nothing to compare
        from pubcheck.engine.shapes import differing  # noqa: PLC0415

        try:
            before = msgspec.msgpack.decode(row, type=dict[str, bytes])
            sources = [one for one in self._visible if before.get(one.import_path) != self._versions[one.import_path]]
            old = self._shapes([before[one.import_path] for one in sources if one.import_path in before])
        except (msgspec.DecodeError, ValueError):
            return None
        changed: dict[PackageSource, Change] = {}
        for source in sources:
            version = before.get(source.import_path)
            if version is None:
                changed[source] = self._shape(source).all
            elif version in old:
                changed[source] = differing(old[version], self._shape(source))
            else:
                return None
        return affected(changed, self._visible)

    def _shapes(self, versions: Iterable[bytes]) -> dict[bytes, Shape]:
        """What is kept of packages, by version."""
        from pubcheck.engine.shapes import Shape  # noqa: PLC0415 as above

        rows = self._store.get([_SHAPE + version for version in versions])
        return {key[len(_SHAPE) :]: msgspec.msgpack.decode(row, type=Shape) for key, row in rows.items()}

    def _shape(self, source: PackageSource) -> Shape:
        from pubcheck.engine.shapes import shape_of  # noqa: PLC0415 as above

        return shape_of(source, _names(self._visible[source]))

    def rows(self) -> dict[bytes, bytes]:
        """What the store lacks of this world, when it is asked for the first time."""
        if self._written:
            return {}
        self._written = True
        rows = {_WORLD + self.name: self._row}
        keys = {source: _SHAPE + self._versions[source.import_path] for source in self._visible}
        known = self._store.get(keys.values())
        for source, key in keys.items():
            if key not in known:
                shape = self._shape(source)
                if all(digest(file.source.data) == file.digest for file in source.files):  # nobody wrote it meanwhile
                    rows[key] = msgspec.msgpack.encode(shape)
        return rows


def _names(packages: Iterable[PackageSource]) -> dict[str, str]:
    return {source.import_path: source.name for source in packages}

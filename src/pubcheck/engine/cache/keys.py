"""What the outcome of a package hangs on, as hashes.

A package's *own* key is made of all that can be known without its neighbours' facts: pubcheck's own code, the settings,
what lies around the modules, the package's files, and the declarations of all packages whose types it may see. Its
*deep* key adds the contents of the packages below it. Where a deep key is known, so is the outcome. Where only the own
key is, the outcome holds if the packages below still answer what they were asked as they did: that is how an edit that
leaves a package's facts as they were touches nobody else.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.model.project.graph import components
from pubcheck.source import Segments, digest

if TYPE_CHECKING:
    from pubcheck.engine.cache.store import Store
    from pubcheck.model.project import GoFile, ImportGraph, PackageSource, Project


class Keys(NamedTuple):
    """The two keys of a package."""

    own: bytes
    deep: bytes


def keys_of(project: Project, graph: ImportGraph, around: bytes, store: Store) -> dict[PackageSource, Keys]:
    """The keys of all packages in ``graph``; ``around`` is the hash of what is the same for all of them."""
    declared = _declared(project, graph, store)
    own = {
        source: _hash(
            around,
            source.import_path,
            source.name,
            source.kind,
            source.tested.import_path if source.tested else "",
            sorted(map(os.fsencode, source.wanted)) if source.wanted is not None else None,
            _files(source),
            declared[source],
            sorted(other.import_path for other in graph.below[source]),
        )
        for source in graph.order
    }
    return {
        source: Keys(own[source], _hash(own[source], *sorted(own[other] for other in graph.below[source])))
        for source in graph.order
    }


def content(source: PackageSource) -> bytes:
    """Hash of a package's files."""
    return _hash(_files(source))


def _files(source: PackageSource) -> list[tuple[bytes, bytes, tuple[int, int]]]:
    return [(os.fsencode(file.path), file.digest, file.go_version) for file in source.files]


def _declared(project: Project, graph: ImportGraph, store: Store) -> dict[PackageSource, bytes]:
    """For each package a hash of what it declares and of all that may refer to."""
    visible: dict[PackageSource, tuple[PackageSource, ...]] = {}
    pending = list(graph.order)
    while pending:
        source = pending.pop()
        if source not in visible:
            visible[source] = project.visible(source)
            pending += visible[source]
    single = _own_declarations(list(visible), store)
    deep: dict[PackageSource, bytes] = {}
    for component in components(visible, visible.__getitem__):
        beyond = {deep[other] for source in component for other in visible[source] if other in deep}
        whole = _hash(*sorted(single[source] for source in component), *sorted(beyond))
        deep.update(dict.fromkeys(component, whole))
    return deep


def _own_declarations(sources: list[PackageSource], store: Store) -> dict[PackageSource, bytes]:
    """Hashes of what packages declare; those of files that were met before needn't be read again."""
    keys = {source: b"d" + content(source) for source in sources}
    known = store.get(keys.values())
    fresh: dict[bytes, bytes] = {}
    found: dict[PackageSource, bytes] = {}
    for source, key in keys.items():
        value = known.get(key)
        if value is None:
            value = _hash([(os.fsencode(file.path), _declarations(file), file.go_version) for file in source.files])
            if all(digest(file.source.data) == file.digest for file in source.files):  # nobody wrote it meanwhile
                fresh[key] = value
        found[source] = _hash(source.import_path, value)
    if fresh:
        store.put(fresh)
    return found


def _declarations(file: GoFile) -> bytes:
    return Segments(file.source.data).declarations


def _hash(*parts: object) -> bytes:
    return digest(msgspec.msgpack.encode(parts))

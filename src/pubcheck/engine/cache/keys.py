"""What the outcome of a package hangs on, as hashes.

A package's *own* key is made of all that can be known of it alone: pubcheck's own code, the settings, what lies around
the modules, the package's files, and which other packages it may name. Its *deep* key adds the contents of all packages
that it stands on. Where a deep key is known, so is the outcome. Where only the own key is, the outcome holds if what
the package sees of others is declared as it was (``engine.declared``), and the packages below still answer what they
were asked as they did: that is how an edit that matters to nobody else touches nobody else.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.model.project.graph import components
from pubcheck.source import digest

if TYPE_CHECKING:
    from pubcheck.engine.declared import Visible
    from pubcheck.model.project import ImportGraph, PackageSource, Project


class Keys(NamedTuple):
    """The two keys of a package."""

    own: bytes
    deep: bytes


def visible_from(project: Project, graph: ImportGraph) -> Visible:
    """The packages that each package of ``graph``, and each that those may name, may name."""
    visible: dict[PackageSource, tuple[PackageSource, ...]] = {}
    pending = list(graph.order)
    while pending:
        source = pending.pop()
        if source not in visible:
            visible[source] = project.visible(source)
            pending += visible[source]
    return visible


def keys_of(graph: ImportGraph, visible: Visible, around: bytes) -> dict[PackageSource, Keys]:
    """The keys of all packages in ``graph``; ``around`` is the hash of what is the same for all of them."""
    seen = _seen(visible)
    own = {
        source: _hash(
            around,
            source.import_path,
            source.name,
            source.kind,
            source.tested.import_path if source.tested else "",
            sorted(map(os.fsencode, source.wanted)) if source.wanted is not None else None,
            _files(source),
            sorted(other.import_path for other in visible[source]),
            # Of these nobody may ask for a summary.
            sorted(other.import_path for other in visible[source] if other not in graph.below[source]),
        )
        for source in graph.order
    }
    return {
        source: Keys(
            own[source], _hash(own[source], seen[source], *sorted(own[other] for other in graph.below[source]))
        )
        for source in graph.order
    }


def content(source: PackageSource) -> bytes:
    """Hash of a package's files."""
    return _hash(_files(source))


def _files(source: PackageSource) -> list[tuple[bytes, bytes, tuple[int, int]]]:
    return [(os.fsencode(file.where), file.digest, file.go_version) for file in source.files]


def _seen(visible: Visible) -> dict[PackageSource, bytes]:
    """For each package a hash of its files and of those of all packages whose declarations it may see."""
    deep: dict[PackageSource, bytes] = {}
    for component in components(visible, visible.__getitem__):
        beyond = {deep[other] for source in component for other in visible[source] if other in deep}
        single = sorted((source.import_path, content(source)) for source in component)
        deep.update(dict.fromkeys(component, _hash(single, *sorted(beyond))))
    return deep


def _hash(*parts: object) -> bytes:
    return digest(msgspec.msgpack.encode(parts))

"""What lies outside of the packages that are analysed and still says what their code means.

Modules in the module cache never change, so it is enough that they are there. ``vendor`` and the targets of ``replace``
are files like any other: all of them count, by content.
"""

from __future__ import annotations

import os
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING

import msgspec

from pubcheck.source import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.engine.cache.store import Store
    from pubcheck.model.project import Project
    from pubcheck.source import Overlay

_RACY = 2_000_000_000
"""Nanoseconds: a file that was written this recently may be written again without its time telling."""


def surroundings(project: Project, overlay: Overlay, store: Store) -> bytes:
    """Hash of everything around the main modules of ``project``: what is required, vendored, replaced; the target."""
    known: list[object] = [project.target]
    if project.std is not None:
        known += [os.fsencode(project.std), _content(project.std.parent / "VERSION")]
    for workspace in project.workspaces:
        known += [(module.path, os.fsencode(module.root), module.go_version) for module in workspace.main]
        main = {module.root for module in workspace.main}
        for path, version, module in workspace.outside():
            known.append((path, version, None if module is None else os.fsencode(module.root)))
            if module is not None and module.root not in main and not workspace.is_cached(module):
                known.append(_tree(module.root, overlay, store))
        known += [_tree(vendor, overlay, store) for vendor in workspace.vendors]
    return digest(msgspec.msgpack.encode(known))


def _tree(root: Path, overlay: Overlay, store: Store) -> bytes:
    """Hash of the Go and module files below ``root``; read only when their names, sizes and times are new."""
    buffers = b"".join(os.fsencode(path) + digest(data) for path, data in overlay.below(root))
    listed = sorted(_listed(root))
    key = b"t" + digest(msgspec.msgpack.encode([os.fsencode(root), listed]))
    known = store.get([key]).get(key)
    if known is None:
        known = digest(b"".join(name + _content(root / os.fsdecode(name)) for name, _, _ in listed))
        if all(changed < time_ns() - _RACY for _, _, changed in listed):
            store.put({key: known})
    return digest(known + buffers) if buffers else known


def _listed(root: Path) -> Iterator[tuple[bytes, int, int]]:
    """Name below ``root``, size and time of change of each file that says anything about Go."""
    for folder, _, names in os.walk(root):
        for name in names:
            if name.endswith(".go") or name in {"go.mod", "modules.txt"}:
                path = Path(folder, name)
                try:
                    status = path.stat()
                except OSError:
                    continue
                yield os.fsencode(path.relative_to(root)), status.st_size, status.st_mtime_ns


def _content(path: Path) -> bytes:
    try:
        return digest(path.read_bytes())
    except OSError:
        return b""

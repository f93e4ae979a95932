"""The built-in table: what the standard library declares, for where no GOROOT is at hand.

A package is one Go file without bodies (``stub``), so it is parsed and declared like any source. It holds everything
exported, unexported fields, and of the unexported types those that fields and signatures mention; parameter names
and struct tags are left out. The table speaks of linux/amd64 and of one Go release. It is made by
``scripts/stdlib_table/generate.py``.

Beside it stand a few packages of golang.org/x that start and join goroutines, written by hand: a project that uses them
is often looked at without its dependencies.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).with_name("declarations.txt")
"""The table's file: lines ``-- import/path --``, each followed by that package's stub."""
BESIDE = DATA.with_name("beside.txt")
"""As ``DATA``, of the packages beside the standard library."""

_OPEN = b"\n-- "
_CLOSE = b" --\n"


def paths() -> tuple[str, ...]:
    """Import paths in the table, sorted; vendored packages have the prefix ``vendor/``."""
    return tuple(_table())


def stub_source(path: str) -> bytes | None:
    """The Go file that declares what package ``path`` exports; None where the table doesn't have it."""
    place = _table().get(path)
    return None if place is None else place.data[place.start : place.end]


class _Place(msgspec.Struct, frozen=True, gc=False):
    data: bytes
    start: int
    end: int


@cache
def _table() -> dict[str, _Place]:
    return dict(sorted((*_stubs(DATA.read_bytes()), *_stubs(BESIDE.read_bytes()))))


def _stubs(data: bytes) -> Iterator[tuple[str, _Place]]:
    start = data.find(_OPEN)
    while start >= 0:
        head = data.index(_CLOSE, start)
        after = data.find(_OPEN, head)
        path = data[start + len(_OPEN) : head].decode()
        yield path, _Place(data, head + len(_CLOSE), len(data) if after < 0 else after + 1)
        start = after

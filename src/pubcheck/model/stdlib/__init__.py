"""The built-in table: what the standard library declares, for where no GOROOT is at hand.

A package is one Go file without bodies (``stub``), so it is parsed and declared like any source. It holds everything
exported, unexported fields, and of the unexported types those that fields and signatures mention; parameter names
and struct tags are left out. The table speaks of linux/amd64 and of one Go release. It is made by
``scripts/stdlib_table/generate.py``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

DATA = Path(__file__).with_name("declarations.txt")
"""The table's file: lines ``-- import/path --``, each followed by that package's stub."""

_OPEN = b"\n-- "
_CLOSE = b" --\n"


def paths() -> tuple[str, ...]:
    """Import paths in the table, sorted; vendored packages have the prefix ``vendor/``."""
    return tuple(_table().places)


def stub_source(path: str) -> bytes | None:
    """The Go file that declares what package ``path`` exports; None where the table doesn't have it."""
    table = _table()
    place = table.places.get(path)
    return None if place is None else table.data[slice(*place)]


class _Table(msgspec.Struct, frozen=True, gc=False):
    data: bytes
    places: dict[str, tuple[int, int]]


@cache
def _table() -> _Table:
    data = DATA.read_bytes()
    places = {}
    start = data.find(_OPEN)
    while start >= 0:
        head = data.index(_CLOSE, start)
        after = data.find(_OPEN, head)
        path = data[start + len(_OPEN) : head].decode()
        places[path] = (head + len(_CLOSE), len(data) if after < 0 else after + 1)
        start = after
    return _Table(data, places)

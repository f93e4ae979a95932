"""Bytes by key in one SQLite file, which any number of processes read and write at once.

Whatever is wrong with the file, its folder or a row in it, asking for a key gives its bytes or nothing. Each row
carries a hash of its bytes: what was damaged on the disk isn't there. A file that isn't a cache of this version is
replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from time import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FILE = "pubcheck.sqlite"
LIMIT = 512 << 20
"""Bytes that rows may take in all."""
LEFT = 0.75
"""The share of the limit that is left when the rest has been evicted, so that it isn't done each time."""

_SCHEMA = 1
_APPLICATION = 0x70756263
"""What SQLite keeps in the file's head to tell whose it is: "pubc"."""
_WAIT = 5.0
"""Seconds that another process may take to write."""
_MANY = 400
"""Keys asked for at once; SQLite takes a bounded number of parameters."""
_FRESH = 3600
"""Seconds: a row that was used this long ago or less isn't marked as used again, which would be a write."""


class Store:
    """An open cache. Where its file can't be used it is always empty."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        """Open the cache in ``folder``, which is made if need be. Rows may take ``limit`` bytes."""
        self._path = folder / FILE
        self._limit = limit
        self._used: set[bytes] = set()
        self._damaged = False
        self._connection: sqlite3.Connection | None = self._open()
        self._mend()

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """What there is of ``keys``."""
        found: dict[bytes, bytes] = {}
        now = int(time())
        for some in _slices(list(keys)):
            query = f"SELECT key, data, hash, used FROM rows WHERE key IN ({','.join('?' * len(some))})"  # noqa: S608
            for key, data, check, used in self._rows(query, some):
                if isinstance(data, bytes) and isinstance(used, int) and _hash(key, data) == check:
                    found[key] = data
                    if not now - _FRESH < used <= now:
                        self._used.add(key)
        return found

    def put(self, rows: Mapping[bytes, bytes]) -> None:
        """Keep ``rows``, all or none of them, and drop what was used longest ago where that is too much.

        What was asked for since is marked as used. Where the disk is full or may not be written, nothing happens.
        """
        now = int(time())
        new = [(key, data, _hash(key, data), now) for key, data in rows.items()]
        if new or self._used:
            self._mend()
            self._write(new, now)
            if self._damaged:
                self._mend()
                self._write(new, now)
            self._used.clear()

    def _write(self, rows: list[tuple[bytes, bytes, bytes, int]], now: int) -> None:
        if self._connection is None:
            return
        with self._noting_damage(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)", rows)
            self._connection.executemany("UPDATE rows SET used = ? WHERE key = ?", [(now, key) for key in self._used])
            self._evict()

    def clear(self) -> int:
        """Drop everything; the number of bytes that were kept."""
        size = self.size
        if self._connection is not None:
            with self._noting_damage():
                with self._connection:
                    self._connection.execute("DELETE FROM rows")
                self._connection.execute("VACUUM")
        self._mend()
        return size

    @property
    def size(self) -> int:
        """Bytes that rows take."""
        return sum(row[0] or 0 for row in self._rows("SELECT SUM(LENGTH(data)) FROM rows", []))

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, query: str, parameters: list[bytes]) -> Iterator[tuple[Any, ...]]:
        if self._connection is None:
            return
        with self._noting_damage():  # which may show at any row
            yield from self._connection.execute(query, parameters)

    def _evict(self) -> None:
        """Inside a transaction, bring the rows below the limit."""
        connection = self._connection
        assert connection is not None  # noqa: S101 for the type checker
        (size,) = connection.execute("SELECT SUM(LENGTH(data)) FROM rows").fetchone()
        if (size or 0) <= self._limit:
            return
        surplus = size - int(self._limit * LEFT)
        gone = []
        for key, length in connection.execute("SELECT key, LENGTH(data) FROM rows ORDER BY used, key").fetchall():
            if surplus <= 0:
                break
            gone.append((key,))
            surplus -= length
        connection.executemany("DELETE FROM rows WHERE key = ?", gone)

    @contextlib.contextmanager
    def _noting_damage(self) -> Iterator[None]:
        """Let no error of SQLite out, and note if it speaks of the file and not of what may pass."""
        try:
            yield
        except sqlite3.OperationalError:
            pass  # locked, full, not to be written: it isn't the file that is wrong
        except sqlite3.Error:
            self._damaged = True

    def _open(self) -> sqlite3.Connection | None:
        """The file, made where there is none; None where it can't be used."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = None
        with self._noting_damage():
            connection = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)
            if _is_ours(connection):
                return connection
            self._damaged = True
        if connection is not None:
            connection.close()
        return None

    def _mend(self) -> None:
        """Put a new file in the place of one that is damaged, or isn't ours."""
        if not self._damaged:
            return
        self.close()
        self._damaged = False
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
            self._connection = self._open()


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the file is a cache of this version; an empty one is made one."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if (application, version) == (_APPLICATION, _SCHEMA):
        return True
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if tables:
            # Another process may have been quicker.
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            return bool(version == _SCHEMA)
        connection.execute("CREATE TABLE rows (key BLOB PRIMARY KEY, data BLOB, hash BLOB, used INTEGER)")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_SCHEMA}")
    return True


def _hash(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16, key=key[:64]).digest()


def _slices(keys: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(keys), _MANY):
        yield keys[start : start + _MANY]

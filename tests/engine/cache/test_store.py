"""The store gives back what it was given, or nothing, whatever happens to its file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pubcheck.engine.cache import store as module
from pubcheck.engine.cache.store import FILE, Store

if TYPE_CHECKING:
    from pathlib import Path

ROWS = {b"a": b"one", b"b": b"two" * 1000, b"c": b""}


def kept(folder: Path) -> dict[bytes, bytes]:
    store = Store(folder)
    try:
        return store.get(ROWS)
    finally:
        store.close()


def fill(folder: Path) -> None:
    store = Store(folder)
    store.put(ROWS)
    store.close()
    assert kept(folder) == ROWS


def test_rows_outlive_the_process_that_wrote_them(tmp_path: Path) -> None:
    fill(tmp_path / "new" / "folder")
    assert kept(tmp_path / "elsewhere") == {}


@pytest.mark.parametrize("size", [0, 1, 100, 4096, 5000])
def test_a_truncated_file_is_no_cache_and_then_a_new_one(tmp_path: Path, size: int) -> None:
    fill(tmp_path)
    os.truncate(tmp_path / FILE, size)
    assert kept(tmp_path).items() <= ROWS.items()
    fill(tmp_path)


@pytest.mark.parametrize("content", [b"not a database at all\n" * 300, b"SQLite format 3\0" + b"\xff" * 8000])
def test_what_is_no_cache_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert kept(tmp_path) == {}
    fill(tmp_path)


def test_bytes_that_were_changed_on_the_disk_are_not_there(tmp_path: Path) -> None:
    fill(tmp_path)
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes().replace(b"twotwo", b"owtowt", 1))
    assert kept(tmp_path) == {b"a": b"one", b"c": b""}


def test_another_program_or_version_loses_its_file(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("CREATE TABLE rows (key TEXT, data TEXT)")
    other.close()
    assert kept(tmp_path) == {}
    fill(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as older:
        older.execute("PRAGMA user_version = 99")
    older.close()
    assert kept(tmp_path) == {}
    fill(tmp_path)


def test_rows_of_other_types_are_not_there(tmp_path: Path) -> None:
    fill(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as hand:
        hand.execute("UPDATE rows SET data = 17 WHERE key = ?", (b"a",))
        hand.execute("UPDATE rows SET hash = NULL WHERE key = ?", (b"b",))
    hand.close()
    assert kept(tmp_path) == {b"c": b""}


def test_a_folder_that_is_a_file_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("taken")
    store = Store(tmp_path / "file")
    store.put(ROWS)
    assert (store.get(ROWS), store.size, store.clear()) == ({}, 0, 0)
    store.close()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_read(tmp_path: Path) -> None:
    fill(tmp_path)
    tmp_path.chmod(0o500)
    (tmp_path / FILE).chmod(0o400)
    try:
        store = Store(tmp_path)
        store.put({b"new": b"row"})
        assert store.get([*ROWS, b"new"]) == ROWS
        store.close()
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk_loses_nothing_but_the_new_rows(tmp_path: Path) -> None:
    fill(tmp_path)
    store = Store(tmp_path)
    connection = store._connection
    assert connection is not None
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    store.put({b"large": bytes(1 << 20)})
    assert store.get([*ROWS, b"large"]) == ROWS
    store.close()
    assert kept(tmp_path) == ROWS


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000_000.0]
    monkeypatch.setattr(module, "time", lambda: clock[0])
    store = Store(tmp_path, limit=10_000)
    rows = {bytes([number]): bytes([number]) * 1000 for number in range(10)}
    for key, data in rows.items():
        clock[0] += 10_000
        store.put({key: data})
    clock[0] += 10_000
    assert store.get([b"\0"])  # the oldest, and just used
    store.put({b"new": bytes(1000)})
    left = store.get([*rows, b"new"])
    assert store.size <= 10_000
    assert b"\0" in left
    assert b"new" in left
    assert b"\1" not in left
    assert all(left.get(key, data) == data for key, data in rows.items())
    store.close()


def test_clearing_says_how_much_there_was(tmp_path: Path) -> None:
    fill(tmp_path)
    store = Store(tmp_path)
    assert store.clear() == 3003
    assert store.size == 0
    store.close()
    assert kept(tmp_path) == {}


_WRITER = """
import sys
from pathlib import Path
from pubcheck.engine.cache.store import Store
store = Store(Path(sys.argv[1]))
for number in range(60):
    store.put({f"{sys.argv[2]} {number}".encode(): sys.argv[2].encode() * 2000})
    for key, data in store.get([f"{name} {number}".encode() for name in "xyz"]).items():
        assert data == key[:1] * 2000
"""


def test_processes_write_at_once(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), name], stderr=subprocess.PIPE) for name in "xyz"
    ]
    for writer in writers:
        _, errors = writer.communicate()
        assert (writer.returncode, errors) == (0, b"")
    store = Store(tmp_path)
    keys = {f"{name} {number}".encode(): name.encode() * 2000 for name in "xyz" for number in range(60)}
    assert store.get(keys) == keys
    store.close()

"""Unsaved buffers hide the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from pubcheck.source import Overlay


def test_a_buffer_hides_the_file_on_disk(tmp_path: Path) -> None:
    saved = tmp_path / "saved.go"
    saved.write_bytes(b"package saved")
    fresh = tmp_path / "fresh.go"

    overlay = Overlay({saved: b"package edited", fresh: b"package fresh"})

    assert overlay.read(saved) == b"package edited"
    assert overlay.read(fresh) == b"package fresh"
    assert overlay.has(fresh)
    assert Overlay().read(saved) == b"package saved"


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Overlay().read(tmp_path / "none.go")

"""A Go module in a folder, and an analyst that looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk
from store_module import STORE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/store\n\ngo 1.23\n")
    (tmp_path / "store.go").write_text(STORE)
    (tmp_path / "pubcheck.toml").write_text('min-confidence = "low"\n')
    return tmp_path


@pytest.fixture
def desk(folder: Path) -> Desk:
    return Desk(folder)

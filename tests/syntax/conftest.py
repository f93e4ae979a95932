"""Go text for tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sample_path() -> Path:
    """A file with one of everything."""
    return Path(__file__).with_name("sample.go")


@pytest.fixture(scope="session")
def sample_text(sample_path: Path) -> bytes:
    """Its content."""
    return sample_path.read_bytes()

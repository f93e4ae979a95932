"""A Go module in a folder, a workspace that looks at it, and a client of the real server that does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from desk import Desk
from editor import CONFIG, Editor, listen
from pytest_lsp import LanguageClient  # the fixture decorator looks at annotations
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


@pytest_lsp.fixture(config=CONFIG)  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    listen(lsp_client)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, folder: Path) -> Editor:
    return Editor(client, folder)

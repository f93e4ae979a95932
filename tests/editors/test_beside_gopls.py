"""Real editors with gopls and pubcheck on one file: each has its say, and neither is in the other's way."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from editors import FIXED, FOUND, Desk, configuration, furnish

_HERE = Path(__file__).parent
_TYPED = 39
"""The line of meter.go below its last, where the editors type a name that there is not."""

_OF_GO = ("GOTOOLCHAIN", "GOPROXY", "GOWORK", "GOFLAGS")
_GOPLS = "vim.lsp.config('gopls', { cmd = { 'gopls' }, filetypes = { 'go' }, root_markers = { 'go.mod' } })\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the editors are started by scripts of a Unix shell")


@pytest.fixture
def desk(tmp_path: Path, go_env: dict[str, str]) -> Desk:
    """A fresh home, and a Go that never looks outside."""
    desk = furnish(tmp_path)
    desk.program("gopls")
    offline = {name: go_env[name] for name in _OF_GO}
    kept = os.environ.get("GOCACHE") or str(Path.home() / ".cache" / "go-build")
    return replace(desk, environment=desk.environment | offline | {"GOCACHE": kept})


def _titles(offered: list[list[str]], server: str) -> list[str]:
    return [title for name, title in offered if name == server]


def test_neovim(desk: Desk) -> None:
    """Two clients on one buffer."""
    settings = desk.home / "init.lua"
    settings.write_text(f"{configuration('Neovim')}{_GOPLS}vim.lsp.enable('gopls')\n", encoding="utf-8")
    script = str(_HERE / "neovim_beside_gopls.lua")
    told = desk.told("nvim", "--headless", "--clean", "-n", "-u", str(settings), "-S", script)
    assert sorted((line, source) for line, source, _ in told["findings"]) == [
        *((line, "pubcheck") for line, _ in FOUND),
        (_TYPED, "compiler"),
    ]
    of_gopls, _, of_pubcheck = told["hover"].partition("# pubcheck")
    assert "Store atomically stores val" in of_gopls
    assert "is a release" in of_pubcheck
    assert "Extract function" in _titles(told["offered"], "gopls")
    assert "Read and reset it in one step with `Swap`" in _titles(told["offered"], "pubcheck")
    assert "No buffers contain mixed position encodings" in told["health"]


def _emacs(desk: Desk, script: str, code: str) -> dict[str, Any]:
    settings = desk.home / "init.el"
    settings.write_text(code, encoding="utf-8")
    return desk.told("emacs", "--no-init-file", "--batch", "--load", str(_HERE / script), str(settings))


def test_eglot(desk: Desk) -> None:
    """One client, and a program that speaks for both servers."""
    told = _emacs(desk, "eglot_beside_gopls.el", configuration("Emacs: eglot", 1))
    assert sorted(line for line, _ in told["findings"]) == [*(line for line, _ in FOUND), _TYPED]
    assert "Store atomically stores val" in told["hover"]
    assert "Extract function" in told["offered"]
    assert "Read and reset it in one step with `Swap`" in told["offered"]


def test_lsp_mode(desk: Desk) -> None:
    """Two clients, of which lsp-mode brings one along."""
    told = _emacs(desk, "lsp_mode.el", configuration("Emacs: lsp-mode"))
    assert sorted(line for line, _ in told["findings"]) == [line for line, _ in FOUND]
    assert "Store atomically stores val" in told["hover"]
    assert "is a release" in told["hover"]
    assert told["fixed"] == FIXED

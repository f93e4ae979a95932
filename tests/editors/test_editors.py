"""Real editors, with the configurations that people copy: they show findings, and their users take a fix."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from editors import FIXED, FOUND, Desk, Seen, configuration, furnish

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
_ALE = [Path("/usr/share/vim-ale"), Path.home() / ".vim/pack/git-plugins/start/ale"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the editors are started by scripts of a Unix shell")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A fresh home."""
    return furnish(tmp_path)


def _check(seen: Seen, *, named: bool = True) -> None:
    """All findings are there, told by rule or at least by line, and the fix was made."""
    assert [line for line, _ in FOUND] == [line for line, _ in seen.findings]
    if named:
        for (_, rule), (_, message) in zip(FOUND, seen.findings, strict=True):
            assert rule in message
    assert seen.fixed == FIXED


@pytest.mark.parametrize("fence", [0, 1], ids=["0.11", "before"])
def test_neovim(desk: Desk, fence: int) -> None:
    """Both ways to start a language server, and a command of the server."""
    settings = desk.home / "init.lua"
    settings.write_text(configuration("Neovim", fence), encoding="utf-8")
    seen = desk.run("nvim", "--headless", "--clean", "-n", "-u", str(settings), "-S", str(_HERE / "neovim.lua"))
    _check(seen)
    assert "//pubcheck:ignore mixed-atomic-access only tests read it" in seen.suppressed


def _emacs(desk: Desk, script: str, code: str) -> Seen:
    settings = desk.home / "init.el"
    settings.write_text(code, encoding="utf-8")
    return desk.run("emacs", "--no-init-file", "--batch", "--load", str(_HERE / script), str(settings))


def test_eglot(desk: Desk) -> None:
    """Emacs's own client."""
    _check(_emacs(desk, "eglot.el", configuration("Emacs: eglot")))


def test_lsp_mode(desk: Desk) -> None:
    """The other client of Emacs, which would start gopls, too."""
    _check(_emacs(desk, "lsp_mode.el", f"(setq lsp-disabled-clients '(gopls))\n{configuration('Emacs: lsp-mode')}"))


def test_ale(desk: Desk) -> None:
    """Vim with ALE, which shows no rule's name."""
    linter = desk.home / ".vim" / "ale_linters" / "go" / "pubcheck.vim"
    linter.parent.mkdir(parents=True)
    linter.write_text(configuration("Vim: ALE"), encoding="utf-8")
    package = next((folder for folder in _ALE if folder.is_dir()), None)
    if package is None:
        pytest.skip("ALE is not there: .ci/editors installs it on Debian")
    # a silent run loads no plugins by itself
    start = f"set nocompatible noswapfile hidden runtimepath+={package}\nfiletype on\nruntime plugin/ale.vim\n"
    settings = desk.home / ".vimrc"
    settings.write_text(start, encoding="utf-8")
    _check(desk.run("vim", "-N", "-i", "NONE", "-u", str(settings), "-es", "-S", str(_HERE / "ale.vim")), named=False)


@pytest.mark.parametrize(
    ("heading", "fence", "read"),
    [
        ("Helix", 0, tomllib.loads),
        ("Vim and Neovim: coc.nvim", 0, json.loads),
        ("Sublime Text", 0, json.loads),
        ("Zed", 0, tomllib.loads),
        ("Zed", 1, tomllib.loads),
        ("Zed", 3, json.loads),
    ],
)
def test_what_is_not_run_can_be_read(heading: str, fence: int, read: Callable[[str], object]) -> None:
    """The configurations of editors that aren't run here are well-formed at least."""
    assert read(configuration(heading, fence))

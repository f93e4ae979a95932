"""Editors that run without a screen, configured by what `docs/editors.md` tells people to copy."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_PATIENCE = 90.0
"""Seconds that an editor may take: far more than it does, for a machine that is busy with other tests."""

FIXED = "\tif n := m.errors.Swap(0); n > 0 {"
"""Line 33 of the showcase's meter.go after the fix of what is found in line 35."""

FOUND = [
    (18, "misaligned-atomic"),
    (23, "mixed-atomic-access"),
    (35, "load-then-store"),
]
"""Lines of meter.go and what is found there."""


def configuration(heading: str, fence: int = 0) -> str:
    """What stands in a code fence below a heading of the document, counted from 0."""
    document = (_ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL)
    assert section is not None, f"docs/editors.md has no section {heading}"
    code: str = re.findall(r"^```\w+\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)[fence]
    return code


@dataclass(frozen=True)
class Seen:
    """What an editor has seen: lines and messages of findings, a line after the fix, lines after a suppression."""

    findings: list[tuple[int, str]]
    fixed: str
    suppressed: str = ""


@dataclass(frozen=True)
class Desk:
    """A user's home, the showcase as the project there, and `pubcheck` on the PATH."""

    home: Path
    project: Path
    environment: dict[str, str]

    def program(self, name: str) -> str:
        """Where a program lies; a test that needs one that isn't there is skipped."""
        command = shutil.which(name, path=self.environment["PATH"])
        if command is None:
            pytest.skip(f"{name} is not on the PATH: .ci/editors installs it on Debian")
        return command

    def run(self, program: str, *arguments: str) -> Seen:
        """Run an editor in the project as `told` does, and take its words for what is the same in all of them."""
        told = self.told(program, *arguments)
        findings = sorted((line, message) for line, message in told["findings"])
        return Seen(findings, told["fixed"], told.get("suppressed", ""))

    def told(self, program: str, *arguments: str) -> dict[str, Any]:
        """Run an editor in the project; it writes what it has seen into the file that `SEEN` names."""
        command = self.program(program)
        seen = self.home / "seen.json"
        done = subprocess.run(
            [command, *arguments],
            cwd=self.project,
            env=self.environment | {"SEEN": str(seen)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
        assert seen.exists(), f"{program} has seen nothing (exit code {done.returncode}):\n{done.stdout}{done.stderr}"
        told: dict[str, Any] = json.loads(seen.read_text(encoding="utf-8"))
        return told


def furnish(home: Path) -> Desk:
    """A desk in an empty folder."""
    project = home / "showcase"
    shutil.copytree(_ROOT / "testdata" / "showcase", project)
    programs = home / "bin"
    programs.mkdir()
    ours = programs / "pubcheck"
    ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pubcheck "$@"\n', encoding="utf-8")
    ours.chmod(0o755)
    beside_python = str(Path(sys.executable).parent)
    path = os.pathsep.join((str(programs), beside_python, os.environ.get("PATH", os.defpath)))
    folders = {"HOME": home, "XDG_CONFIG_HOME": home / ".config", "XDG_DATA_HOME": home / ".data"}
    moved = {name: str(folder) for name, folder in folders.items()}
    return Desk(home, project, os.environ | moved | {"PATH": path})

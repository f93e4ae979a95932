from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from samples import RESET


class Sample:
    """A repository with a Go module that has one finding, on a branch beside `main`."""

    def __init__(self, root: Path, home: Path, bin_folder: Path) -> None:
        self.root = root
        self.environment = {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{
                f"GIT_{who}_{what}": f"{what}@example.com"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment | environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", "Change")


@pytest.fixture
def sample(tmp_path: Path, bin_folder: Path) -> Sample:
    root, home = tmp_path / "work tree", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    sample = Sample(root, home, bin_folder)
    sample.git("init", "--quiet", "--initial-branch=main")
    sample.write("go.mod", "module example.com/m\n\ngo 1.24\n")
    sample.write("counter.go", RESET)
    sample.commit()
    sample.git("switch", "--quiet", "--create", "topic")
    return sample


@pytest.fixture
def bin_folder(tmp_path: Path, pytestconfig: pytest.Config) -> Path:
    """A folder for PATH, with the pubcheck of this checkout in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "pubcheck"
    source = pytestconfig.rootpath / "src"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" -m pubcheck "$@"\n')
    command.chmod(0o755)
    return folder


def read_yaml(path: Path) -> Any:
    """What a YAML file has, with ``on`` left as a word."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 it makes nothing but strings

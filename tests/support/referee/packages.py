"""Our model's packages, loaded as the referee loads them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.model.program import Program
from pubcheck.model.project import Project, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pubcheck.model.package import Package

STANDARD = ("sync", "net/http", "database/sql", "context", "encoding/json", "go/types", "testing")
"""Packages of the standard library that the model is held to."""


def goroot(env: Mapping[str, str]) -> Path:
    """GOROOT of the ``go`` that ``env`` names."""
    found = subprocess.run(["go", "env", "GOROOT"], env=env, check=True, capture_output=True, text=True)
    return Path(found.stdout.strip())


def load(directories: Iterable[Path], root: Path, *, goarch: str = "amd64", hidden: bool = False) -> dict[str, Package]:
    """The packages in ``directories``, without tests, by import path.

    Args:
        directories: folders of Go files.
        root: GOROOT.
        goarch: what to load them for, on Linux.
        hidden: take all imports from the built-in table.
    """
    target = Target(goos="linux", goarch=goarch, tests=False, cgo=False)
    project = Project.load([str(one) for one in directories], root, target, goroot=root, environ={})
    program = Program(None if hidden else project)
    return {source.import_path: program.package(source) for source in project.packages}

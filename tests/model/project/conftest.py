"""Trees of Go files, and projects loaded from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from pubcheck.model.project import Project, Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pubcheck.source import Overlay


class Tree:
    """Files in a temporary directory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: Mapping[str, str]) -> Tree:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return self

    def load(
        self,
        *patterns: str,
        cwd: str = ".",
        target: Target | None = None,
        overlay: Overlay | None = None,
        goroot: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Project:
        return Project.load(
            patterns or None,
            self.root / cwd,
            target,
            overlay,
            goroot=self.root / goroot if goroot else None,
            environ=environ or {},
        )


class Shape(Protocol):
    def __call__(self, project: Project) -> dict[str, list[str]]: ...


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


@pytest.fixture
def shape() -> Shape:
    """Import path to the names of files."""
    return lambda project: {
        package.import_path: [file.path.name for file in package.files] for package in project.packages
    }

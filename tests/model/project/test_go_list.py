"""The go command judges which files make up the packages of its own library, for several targets."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from pubcheck.model.project import Project, Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.go

Shapes = dict[str, tuple[list[str], list[str]]]
"""Import path to the files of the package and those of its external tests."""


@pytest.fixture(scope="module")
def goroot_source(go_env: dict[str, str]) -> Path:
    from pathlib import Path  # noqa: PLC0415 only for annotations elsewhere

    found = subprocess.run(["go", "env", "GOROOT"], env=go_env, capture_output=True, text=True, check=True)
    return Path(found.stdout.strip(), "src")


def _objects(text: str) -> Iterator[dict[str, object]]:
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:]


def _go_list(pattern: str, source: Path, environ: dict[str, str]) -> Shapes:
    fields = ("GoFiles", "CgoFiles", "TestGoFiles", "XTestGoFiles")
    listed = subprocess.run(
        ["go", "list", "-e", "-find", f"-json=ImportPath,{','.join(fields)}", pattern],
        cwd=source,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    shapes: Shapes = {}
    for package in _objects(listed.stdout):
        names = [sorted(map(str, package.get(field, ()))) for field in fields]  # type: ignore[call-overload]
        shapes[str(package["ImportPath"])] = (sorted(names[0] + names[1] + names[2]), names[3])
    return shapes


def _shapes(project: Project) -> Shapes:
    shapes: Shapes = {}
    for package in project.packages:
        external = package.kind == "external-test"
        path = package.import_path.removesuffix("_test") if external else package.import_path
        shapes.setdefault(path, ([], []))[external].extend(file.path.name for file in package.files)
    return shapes


@pytest.mark.parametrize("pattern", ["std", "./..."])
@pytest.mark.parametrize(
    "target",
    [
        ("linux", "amd64", "1"),
        ("linux", "386", "0"),
        ("windows", "arm64", "0"),
        ("darwin", "arm64", "1"),
        ("js", "wasm", "0"),
    ],
)
def test_files_of_the_standard_library(
    goroot_source: Path, go_env: dict[str, str], pattern: str, target: tuple[str, str, str]
) -> None:
    environ = go_env | dict(zip(("GOOS", "GOARCH", "CGO_ENABLED"), target, strict=True))

    project = Project.load(
        [pattern], goroot_source, Target.from_environment(environ), goroot=goroot_source.parent, environ={}
    )

    assert _shapes(project) == _go_list(pattern, goroot_source, environ)
    assert project.problems == ()


def test_files_of_the_go_command(goroot_source: Path, go_env: dict[str, str]) -> None:
    environ = go_env | {"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "1"}

    project = Project.load(["./..."], goroot_source / "cmd", Target(), environ={})

    assert _shapes(project) == _go_list("./...", goroot_source / "cmd", environ)


def test_imports_of_the_standard_library_are_all_found(goroot_source: Path) -> None:
    project = Project.load(["std"], goroot_source, Target(tests=False), goroot=goroot_source.parent, environ={})

    missing = {
        path
        for package in project.packages
        for path in package.imports
        if path not in {"C", "unsafe"} and project.find(path, package) is None
    }

    assert missing == set()
    assert all(len(level) > 0 for level in project.order())

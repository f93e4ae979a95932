from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel_contents(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=pytestconfig.rootpath, check=True, capture_output=True)
    (wheel,) = folder.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_module_and_data_file(wheel_contents: set[str], pytestconfig: pytest.Config) -> None:
    source: Path = pytestconfig.rootpath / "src"
    here = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here <= wheel_contents


def test_the_wheel_holds_every_rule(wheel_contents: set[str], pytestconfig: pytest.Config) -> None:
    rules = {f"pubcheck/rules/{path.name}" for path in (pytestconfig.rootpath / "rules").glob("*.md")}
    assert rules
    assert rules <= wheel_contents


def test_the_wheel_holds_the_licence_and_nothing_else(wheel_contents: set[str]) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in wheel_contents} == {"pubcheck"}
    assert any(name.endswith("licenses/LICENSE") for name in wheel_contents)

"""The Dockerfile: nobody builds it here, but what it names is there and it says what the project says."""

from __future__ import annotations

import fnmatch
import re
import tomllib

import pytest


def test_what_the_image_is_built_from_is_let_in(pytestconfig: pytest.Config) -> None:
    root = pytestconfig.rootpath
    lines = (root / ".dockerignore").read_text("utf-8").splitlines()
    assert lines[0] == "*"
    let_in = [line[1:] for line in lines if line.startswith("!")]
    assert all((root / name).exists() for name in let_in)
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = ["pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]]
    needed += [*wheel["packages"], *wheel["force-include"]]
    for name in needed:
        assert any(fnmatch.fnmatch(name.split("/", 1)[0], one) for one in let_in), name


def test_the_image_has_a_python_that_the_project_allows(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / "Dockerfile").read_text("utf-8")
    project = tomllib.loads((pytestconfig.rootpath / "pyproject.toml").read_text("utf-8"))["project"]
    least = tuple(int(part) for part in project["requires-python"].removeprefix(">=").split("."))
    versions = re.findall(r"^FROM python:(\d+)\.(\d+)-slim", text, re.MULTILINE)
    assert len(versions) == 2
    assert all((int(major), int(minor)) >= least for major, minor in versions)
    assert f'ENTRYPOINT ["{next(iter(project["scripts"]))}"]' in text

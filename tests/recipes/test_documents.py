"""What the documents tell people to write is what pubcheck, its action and YAML understand."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pubcheck.cli.parser import parse
from tests.recipes.conftest import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _fences(root: Path, language: str) -> Iterator[str]:
    for name in ("README.md", "docs/ci.md"):
        for found in _FENCE.finditer((root / name).read_text("utf-8")):
            if found[1] == language:
                yield found[2]


def test_commands_are_understood(pytestconfig: pytest.Config) -> None:
    lines = [line for fence in _fences(pytestconfig.rootpath, "sh") for line in fence.splitlines()]
    commands = [line.partition("|")[0] for line in lines if line.startswith("pubcheck ")]
    assert len(commands) > 10
    for command in commands:
        parse(shlex.split(command, comments=True)[1:])


def test_yaml_is_yaml_and_names_inputs_that_there_are(pytestconfig: pytest.Config) -> None:
    inputs = {*read_yaml(pytestconfig.rootpath / "action.yml")["inputs"]}
    fences = [*_fences(pytestconfig.rootpath, "yaml")]
    assert len(fences) >= 5
    given = set()
    for fence in fences:
        for step in _steps(yaml.safe_load(fence)):
            if step.get("uses") == "./tools/pubcheck":
                given |= {*step["with"]}
    assert {"new-from", "upload-sarif", "review"} <= given <= inputs


def _steps(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _steps(inner)


def test_the_action_is_told_with_all_its_inputs(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / "docs" / "ci.md").read_text("utf-8")
    told = re.findall(r"`([\w-]+)`", "".join(re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)))
    assert {*read_yaml(pytestconfig.rootpath / "action.yml")["inputs"]} <= {*told}


def test_the_hooks_of_the_document_are_there(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / "docs" / "ci.md").read_text("utf-8")
    hooks = {hook["id"] for hook in read_yaml(pytestconfig.rootpath / ".pre-commit-hooks.yaml")}
    assert hooks == {"pubcheck", "pubcheck-changed"}
    assert all(f"id: {hook} " in text or f"`{hook}`" in text for hook in hooks)

"""Packages of Go handed to the go command in bulk: what the compiler, vet and the race detector say about each."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rulecases import MODULE, Case

if TYPE_CHECKING:
    from collections.abc import Iterable

FRAME = re.compile(r"/case/([\w-]+)/((?:[\w-]+/)*[\w-]+\.go):(\d+)")
"""A place in a case's file: the case, the file and the line."""

_STANDINS = Path(__file__).parent / "standins"
"""What examples use of golang.org/x/sync, by package."""


def lay_out(root: Path, cases: Iterable[Case], language: str) -> Path:
    """A module with a package for each case, and a stand-in for golang.org/x/sync."""
    shutil.copytree(_STANDINS, root / "x")
    (root / "x" / "go.mod").write_text("module golang.org/x/sync\n\ngo 1.20\n")
    (root / "go.mod").write_text(
        f"module {MODULE}\n\ngo {language}\n\nrequire golang.org/x/sync v0.0.0\n\nreplace golang.org/x/sync => ./x\n"
    )
    for case in cases:
        case.write(root / "case" / case.id)
    return root


def run_go(root: Path, env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["go", *args], cwd=root, env=env, capture_output=True, text=True, check=False, timeout=540)


def _json_values(text: str) -> tuple[list[Any], str]:
    """The JSON objects in ``text`` one after another, and the lines that are none."""
    values = []
    rest = []
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at] == "{":
            value, at = decoder.raw_decode(text, at)
            values.append(value)
        else:
            end = text.find("\n", at) + 1 or len(text)
            rest.append(text[at:end])
            at = end
    return values, "".join(rest)


def _diagnostics(value: dict[str, dict[str, Any]]) -> Iterable[dict[str, str]]:
    for analyzers in value.values():
        for found in analyzers.values():
            if isinstance(found, list):
                yield from found


def vet(root: Path, env: dict[str, str]) -> tuple[str, dict[str, list[str]]]:
    """What the compiler says of a module, and vet's complaints by case, as ``file:line: message``."""
    result = run_go(root, env, "vet", "-json", "./case/...")
    text = re.sub(r"^#.*\n", "", result.stdout + result.stderr, flags=re.MULTILINE)
    values, rest = _json_values(text)
    complaints: dict[str, list[str]] = defaultdict(list)
    for value in values:
        for found in _diagnostics(value):
            if frame := FRAME.search(found["posn"]):
                complaints[frame[1]].append(f"{frame[2]}:{frame[3]}: {found['message']}")
    return rest.strip(), complaints


def race(root: Path, env: dict[str, str], runs: int) -> dict[str, str]:
    """What each case's test prints under the race detector.

    Inlining is off: it drops frames from the stacks.
    """
    result = run_go(
        root,
        env | {"CGO_ENABLED": "1"},
        *("test", "-race", "-vet=off", "-gcflags=-l", f"-count={runs}", "-timeout=60s", "-json", "./case/..."),
    )
    if "-race requires cgo" in result.stderr or "C compiler" in result.stdout + result.stderr:
        pytest.skip("the race detector needs a C compiler")
    outputs: dict[str, str] = defaultdict(str)
    for line in result.stdout.splitlines():
        event = json.loads(line)
        package = event.get("Package", event.get("ImportPath", "")).split(" ")[0]
        outputs[package.rpartition("/")[2]] += event.get("Output", "")
    return outputs

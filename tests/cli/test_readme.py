from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.cli import main

if TYPE_CHECKING:
    import pytest


def test_ci_runs_the_readmes_command_for_the_tests(pytestconfig: pytest.Config) -> None:
    readme = (pytestconfig.rootpath / "README.md").read_text("utf-8")
    command = next(line for line in readme.splitlines() if line.startswith("python3.11 -m venv") and "pytest" in line)
    assert command in (pytestconfig.rootpath / ".ci" / "run").read_text("utf-8").splitlines()


def test_the_documents_link_to_what_is_there(pytestconfig: pytest.Config) -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        text = (pytestconfig.rootpath / name).read_text("utf-8")
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
            assert (pytestconfig.rootpath / target).exists(), f"{name}: {target}"


def test_the_readmes_example_is_what_is_printed(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (pytestconfig.rootpath / "README.md").read_text("utf-8")
    example = readme.partition("```text\n")[2].partition("```\n")[0]
    monkeypatch.chdir(pytestconfig.rootpath)
    monkeypatch.setenv("COLUMNS", "100")
    rules = "load-then-store,io-under-lock"
    assert main(["testdata/showcase", "--select", rules, "--output-format", "full", "-q"]) == 1
    assert capsys.readouterr().out.rstrip() == example.rstrip()


def test_the_showcase_shows_the_bugs_that_pubcheck_is_named_for(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(pytestconfig.rootpath)
    assert main(["testdata/showcase", "-q"]) == 1
    assert set(re.findall(r"\((\S+)\)$", capsys.readouterr().out, re.MULTILINE)) == {
        "load-then-store",
        "mutation-after-publish",
        "mutation-of-snapshot",
        "mixed-atomic-access",
        "misaligned-atomic",
        "io-under-lock",
    }

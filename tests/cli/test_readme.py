from __future__ import annotations

import re
from typing import TYPE_CHECKING

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

"""The hooks of pre-commit, run by pre-commit: it clones a repository of this project, installs it and calls it."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from samples import RESET

from tests.recipes.conftest import Sample

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

_CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: {hook}
        args: [--output-format, concise{more}]
"""
_OFFLINE = ("Could not find a version", "No matching distribution", "NewConnectionError", "Temporary failure")


@pytest.fixture(scope="module")
def published(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """This project as a repository that others name in their configuration."""
    root = tmp_path_factory.mktemp("published")
    for name in ("src", "rules"):
        shutil.copytree(pytestconfig.rootpath / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(pytestconfig.rootpath / name, root / name)
    published = Sample(root, tmp_path_factory.mktemp("home"), root)
    published.git("init", "--quiet", "--initial-branch=main")
    published.commit()
    return published


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it has installed."""
    return tmp_path_factory.mktemp("store")


def _pre_commit(sample: Sample, store: Path, *arguments: str) -> CompletedProcess[str]:
    command = (sys.executable, "-m", "pre_commit", "run", "--color=never", *arguments)
    done = sample.run(*command, **(os.environ | {"HOME": sample.environment["HOME"], "PRE_COMMIT_HOME": str(store)}))
    if done.returncode and any(word in done.stdout + done.stderr for word in _OFFLINE):
        pytest.skip("pre-commit can't install pubcheck here: pip doesn't reach a package index")
    return done


def _configure(sample: Sample, published: Sample, hook: str, more: str = "") -> None:
    rev = published.git("rev-parse", "HEAD").strip()
    sample.write(".pre-commit-config.yaml", _CONFIG.format(repo=published.root, rev=rev, hook=hook, more=more))
    sample.git("add", ".pre-commit-config.yaml")


def test_the_hooks(sample: Sample, published: Sample, store: Path) -> None:
    _configure(sample, published, "pubcheck")
    done = _pre_commit(sample, store, "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "counter.go:11:2: " in done.stdout

    _configure(sample, published, "pubcheck", ", --new-from, HEAD")
    assert _pre_commit(sample, store).returncode == 0

    sample.write("README.md", "# Words\n")
    sample.git("add", "README.md")
    _configure(sample, published, "pubcheck-changed")
    done = _pre_commit(sample, store)
    assert (done.returncode, "(no files to check)Skipped" in done.stdout) == (0, True), done.stdout

    sample.write("gauge.go", RESET.replace("Counter", "Gauge"))
    sample.write("deep er/meter.go", RESET.replace("Counter", "Meter"))
    sample.git("add", "gauge.go", "deep er/meter.go")
    done = _pre_commit(sample, store)
    assert done.returncode == 1
    assert {line.partition(":")[0] for line in done.stdout.splitlines() if ".go:" in line} == {
        "gauge.go",
        "deep er/meter.go",
    }

"""Our syntax and go/parser's, side by side."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from go_notation import normal, notation

from pubcheck.source import SourceFile
from pubcheck.syntax import parse

pytestmark = pytest.mark.go

GoSyntax = Callable[[Sequence[Path]], list[str]]


@pytest.fixture(scope="session")
def go_syntax(
    go_env: dict[str, str], pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> GoSyntax:
    """What go/parser sees in files."""
    program = tmp_path_factory.mktemp("go_ast") / "go_ast"
    main = pytestconfig.rootpath / "tests" / "support" / "go_ast" / "main.go"
    subprocess.run(["go", "build", "-o", str(program), str(main)], env=go_env, check=True)

    def run(paths: Sequence[Path]) -> list[str]:
        listed = "\n".join(map(str, paths))
        ran = subprocess.run([str(program)], input=listed, check=True, capture_output=True, text=True)
        return ran.stdout.splitlines()

    return run


def ours(path: Path) -> str:
    return notation(parse(SourceFile(str(path), path.read_bytes())))


def test_the_sample_is_read_as_go_reads_it(sample_path: Path, go_syntax: GoSyntax) -> None:
    (wanted,) = go_syntax([sample_path])
    assert ours(sample_path) == normal(wanted)


@pytest.mark.parametrize("package", ["sync", "sync/atomic", "context", "math/rand/v2", "os/exec", "iter"])
def test_the_standard_library_is_read_as_go_reads_it(package: str, goroot: Path, go_syntax: GoSyntax) -> None:
    paths = sorted((goroot / "src" / package).glob("*.go"))
    wanted = go_syntax(paths)
    assert [path.name for path, want in zip(paths, wanted, strict=True) if ours(path) != normal(want)] == []

"""Go source to lowered functions."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest
from flow_consistency import problems

from pubcheck.flow import dump, ir, lower, lower_initialisers
from pubcheck.model.package import Package
from pubcheck.model.program import Program
from pubcheck.source import SourceFile
from pubcheck.syntax import SyntaxTree, parse

Lower = Callable[..., list[ir.Function]]
Check = Callable[..., None]


_PROGRAM = Program(None)


class GoFile:
    """A file of a package made of text."""

    def __init__(self, data: bytes) -> None:
        self.source = SourceFile("a.go", data)
        self.tree: SyntaxTree = parse(self.source)

    def outline(self) -> None:
        pass


def package_of(data: bytes, go_version: tuple[int, int]) -> Package:
    return Package(
        "example",
        "example",
        (GoFile(data),),
        find=lambda path, _importer: _PROGRAM.import_(path, None),
        go_version=go_version,
    )


@pytest.fixture(scope="session")
def lowered() -> Lower:
    """Lower all functions of a file, the initialisers last; whatever comes of it has to hold together."""

    def run(source: str | bytes, go_version: tuple[int, int] = (1, 22), *, valid: bool = True) -> list[ir.Function]:
        data = source if isinstance(source, bytes) else b"package example\n" + textwrap.dedent(source).encode()
        package = package_of(data, go_version)
        functions = [lower(func, package) for func in package.functions]
        found = [*(each for each in functions if each is not None), *lower_initialisers(package)]
        wrong = [problem for each in found for problem in problems(each, len(data))]
        # Source that jumps over declarations reads variables that were never assigned.
        assert [each for each in wrong if valid or "before it is assigned" not in each] == []
        return found

    return run


@pytest.fixture(scope="session")
def check(lowered: Lower) -> Check:
    """Compare the text of the first function of a file, and of the literals in it, with what is expected."""

    def run(source: str, expected: str, go_version: tuple[int, int] = (1, 22)) -> None:
        text = dump(lowered(source, go_version)[0])
        assert text == textwrap.dedent(expected).lstrip("\n")

    return run

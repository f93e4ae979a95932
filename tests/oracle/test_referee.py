"""Our model against go/types, on packages of the standard library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from referee import STANDARD, Comparison, Referee, compare, load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.go


@pytest.fixture(scope="module")
def referee(go_cache: Path, go_env: Mapping[str, str]) -> Referee:
    return Referee(go_cache, go_env)


def comparisons(referee: Referee, goroot: Path, *, hidden: bool) -> dict[str, Comparison]:
    packages = load([goroot / "src" / path for path in STANDARD], goroot, hidden=hidden)
    verdicts = referee.verdicts({path: goroot / "src" / path for path in STANDARD})
    return {verdict.package.path: compare(verdict, packages[verdict.package.path]) for verdict in verdicts}


def check(found: dict[str, Comparison], least: float) -> None:
    print()
    for comparison in found.values():
        print(comparison.line())
    assert set(found) == set(STANDARD)
    for path, comparison in found.items():
        listed = "\n".join(map(str, comparison.disagreements[:50]))
        assert comparison.total["selector"] > 100, path
        assert comparison.share("selector", "call") >= least, f"{comparison.line()}\n{listed}"


def test_the_model_agrees_with_go_types(referee: Referee, goroot: Path) -> None:
    check(comparisons(referee, goroot, hidden=False), 0.99)


def test_the_built_in_table_stands_in_for_goroot(referee: Referee, goroot: Path) -> None:
    check(comparisons(referee, goroot, hidden=True), 0.97)

"""Our model against go/types, on packages of the standard library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from referee import STANDARD, Comparison, Referee, Verdict, compare, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from referee.records import Record

    from pubcheck.model.package import Package

pytestmark = pytest.mark.go


@pytest.fixture(scope="module")
def verdicts(go_cache: Path, go_env: Mapping[str, str], goroot: Path) -> dict[str, Verdict]:
    asked = {path: goroot / "src" / path for path in STANDARD}
    found = {verdict.package.path: verdict for verdict in Referee(go_cache, go_env).verdicts(asked)}
    assert set(found) == set(STANDARD)
    return found


def packages(goroot: Path, *, hidden: bool = False) -> dict[str, Package]:
    return load([goroot / "src" / path for path in STANDARD], goroot, hidden=hidden)


def check(verdicts: Mapping[str, Verdict], ours: Mapping[str, Package], least: float) -> None:
    print()
    for path, verdict in verdicts.items():
        comparison = compare(verdict, ours[path])
        print(comparison.line())
        assert comparison.share("selector", "call") >= least, listed(comparison)
        assert covered(verdict, comparison) > 0.95


def covered(verdict: Verdict, comparison: Comparison) -> float:
    """How much of what the referee said was compared: a share of few answers would prove nothing."""
    said = sum(type(record).__name__ in ("Selector", "Call") for record in verdict.records)
    return (comparison.total["selector"] + comparison.total["call"]) / said


def listed(comparison: Comparison) -> str:
    return "\n".join([comparison.line(), *map(str, comparison.disagreements[:50])])


def test_the_model_agrees_with_go_types(verdicts: dict[str, Verdict], goroot: Path) -> None:
    check(verdicts, packages(goroot), 0.99)


def test_the_built_in_table_stands_in_for_goroot(verdicts: dict[str, Verdict], goroot: Path) -> None:
    check(verdicts, packages(goroot, hidden=True), 0.97)


@pytest.mark.parametrize("path", ["go/types", "sync"])
def test_answers_do_not_depend_on_the_order_of_questions(path: str, verdicts: dict[str, Verdict], goroot: Path) -> None:
    """Answers are found lazily and remembered, so one that is wrong in the midst of another would stay."""

    def ask(records: Iterable[Record]) -> Comparison:
        ours = load([goroot / "src" / path], goroot)[path]
        return compare(msgspec.structs.replace(verdict, records=tuple(records)), ours)

    verdict = verdicts[path]
    wrong = set(ask(verdict.records).disagreements)
    backwards = ask(reversed(verdict.records))
    assert set(backwards.disagreements) == wrong, listed(backwards)
    mixed = ask(sorted(verdict.records, key=lambda record: (record.pos * 2654435761) % 2**32))
    assert set(mixed.disagreements) == wrong, listed(mixed)


def test_names_that_are_hard_to_tell(
    go_cache: Path, go_env: Mapping[str, str], goroot: Path, pytestconfig: pytest.Config
) -> None:
    directory = pytestconfig.rootpath / "testdata" / "referee"
    (path,) = load([directory], goroot)
    (verdict,) = Referee(go_cache, go_env).verdicts({path: directory})
    for records in (verdict.records, verdict.records[::-1]):
        ours = load([directory], goroot)[path]
        comparison = compare(msgspec.structs.replace(verdict, records=records), ours)
        assert comparison.total["name"] > 30
        assert comparison.disagreements == (), listed(comparison)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("selector", {"object": ("field", "elsewhere.go", 0)}),
        ("selector", {"type": "chan(int)"}),
        ("selector", {"path": ("nowhere",)}),
        ("call", {"callee": "example.com/p.F"}),
        ("call", {"type": "chan(int)"}),
    ],
)
def test_the_comparison_sees_what_is_wrong(
    kind: str, change: dict[str, object], verdicts: dict[str, Verdict], goroot: Path
) -> None:
    verdict = verdicts["context"]
    wrong = tuple(
        msgspec.structs.replace(record, **change) if type(record).__name__.lower() == kind else record
        for record in verdict.records
    )
    ours = load([goroot / "src" / "context"], goroot)["context"]
    comparison = compare(msgspec.structs.replace(verdict, records=wrong), ours)
    assert comparison.total[kind] > 100
    assert comparison.share(kind) == 0

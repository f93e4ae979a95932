"""The real Go judges every example and every file of test data: it compiles, and the race detector agrees."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from gocommand import FRAME, lay_out, race, vet
from rulecases import LANGUAGE, Case, all_cases, example_cases

from pubcheck.spec.want import Kind

pytestmark = pytest.mark.go

_RUNS = 5
_SECOND_HALF = "this return statement may be reached without using the cancel var"
"""What vet says about the way out, after it has complained where the context is made."""

_EXCUSED = "// vet complains"
"""Ends a line of which vet says what we know better."""


@pytest.fixture(scope="module")
def vetted(tmp_path_factory: pytest.TempPathFactory, go_env: dict[str, str]) -> tuple[str, dict[str, list[str]]]:
    """What the compiler says, and vet's complaints by case, as ``file:line: message``."""
    by_language = defaultdict(list)
    for case in all_cases():
        by_language[case.go].append(case)
    errors = ""
    complaints: dict[str, list[str]] = {}
    for language, cases in by_language.items():
        root = lay_out(tmp_path_factory.mktemp("vet"), cases, language)
        said, found = vet(root, go_env)
        errors += said
        complaints |= found
    return errors, complaints


def test_everything_compiles(vetted: tuple[str, dict[str, list[str]]]) -> None:
    errors, _ = vetted
    assert errors == ""


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_vet_complains_only_where_a_bug_is_meant(case: Case, vetted: tuple[str, dict[str, list[str]]]) -> None:
    _, complaints = vetted
    marked = {f"{name}:{line}" for name in case.expected for line in case.lines(name, Kind.WANT, Kind.KNOWN_MISS)}
    marked |= {
        f"{file.name}:{number}"
        for file in case.files
        for number, line in enumerate(file.text.splitlines(), 1)
        if line.endswith(_EXCUSED)
    }
    unexpected = [
        text
        for text in complaints.get(case.id, [])
        if ":".join(text.split(":")[:2]) not in marked and _SECOND_HALF not in text
    ]
    assert unexpected == []


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory, go_env: dict[str, str]) -> dict[str, str]:
    """What each driven example prints under the race detector, by case."""
    driven = [case for case in example_cases() if case.driver and case.go == LANGUAGE]
    return race(lay_out(tmp_path_factory.mktemp("race"), driven, LANGUAGE), go_env, _RUNS)


def _driven(*, race: bool) -> list[Case]:
    return [case for case in example_cases() if case.driver and case.race == race and case.go == LANGUAGE]


@pytest.mark.parametrize("case", _driven(race=True), ids=lambda case: case.id)
def test_the_race_detector_names_a_wanted_line(case: Case, raced: dict[str, str]) -> None:
    output = raced[case.id]
    assert "WARNING: DATA RACE" in output, output
    named = {(name, int(line)) for _, name, line in FRAME.findall(output)}
    wanted = {(name, line) for name in case.expected for line in case.lines(name, Kind.WANT)}
    assert named & wanted, output


@pytest.mark.parametrize("case", _driven(race=False), ids=lambda case: case.id)
def test_a_driven_example_is_free_of_races(case: Case, raced: dict[str, str]) -> None:
    output = raced[case.id]
    assert "WARNING: DATA RACE" not in output
    assert re.search(r"^ok\s", output, re.MULTILINE), output

"""The fixes of the rules, made in the Bad examples of their documents, before the real Go."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from gocommand import lay_out, race, vet
from mending import Outcome, outcomes
from rulecases import LANGUAGE, Case, rules

from pubcheck.spec import Safety
from pubcheck.spec.want import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from pubcheck.spec import RuleSpec

pytestmark = pytest.mark.go

_RUNS = 5


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_offers_what_its_document_promises(rule: RuleSpec) -> None:
    found = [one for outcome in outcomes() if outcome.before.rule == rule.name for one in outcome.found]
    offered = {Safety.SAFE if fix.safe else Safety.UNSAFE for one in found for fix in one.fixes}
    assert offered <= {*rule.fixes}
    assert bool(offered) == bool(rule.fixes), "a fix is promised and never made in the examples"


@pytest.mark.parametrize("outcome", outcomes(), ids=lambda outcome: outcome.before.id)
def test_what_was_fixed_is_found_no_more(outcome: Outcome) -> None:
    assert not any(one.fixes for one in outcome.left), _text(outcome.after)
    assert len(outcome.left) <= len(outcome.found) - outcome.fixable, _text(outcome.after)


@pytest.fixture(scope="module")
def unformatted(tmp_path_factory: pytest.TempPathFactory, goroot: Path) -> set[str]:
    """The files, before (``0``) and after (``1``), that gofmt would change."""
    root = tmp_path_factory.mktemp("gofmt")
    for outcome in outcomes():
        for time, case in enumerate((outcome.before, outcome.after)):
            case.write(root / str(time) / case.id)
    result = subprocess.run([str(goroot / "bin" / "gofmt"), "-l", "."], cwd=root, capture_output=True, text=True)  # noqa: PLW1510
    assert result.stderr == ""
    return set(result.stdout.split())


@pytest.mark.parametrize("outcome", outcomes(), ids=lambda outcome: outcome.before.id)
def test_what_gofmt_left_alone_it_leaves_alone_again(outcome: Outcome, unformatted: set[str]) -> None:
    names = [f"{outcome.after.id}/{file.name}" for file in outcome.after.files]
    spoilt = {name for name in names if f"1/{name}" in unformatted and f"0/{name}" not in unformatted}
    assert not spoilt, _text(outcome.after)


@pytest.fixture(scope="module")
def vetted(tmp_path_factory: pytest.TempPathFactory, go_env: dict[str, str]) -> tuple[str, dict[str, list[str]]]:
    """What the compiler says of the mended examples, and vet's complaints by case."""
    by_language: dict[str, list[Case]] = defaultdict(list)
    for outcome in outcomes():
        by_language[outcome.after.go].append(outcome.after)
    errors = ""
    complaints: dict[str, list[str]] = {}
    for language, cases in by_language.items():
        said, found = vet(lay_out(tmp_path_factory.mktemp("vet"), cases, language), go_env)
        errors += said
        complaints |= found
    return errors, complaints


def test_every_mended_example_compiles(vetted: tuple[str, dict[str, list[str]]]) -> None:
    errors, _ = vetted
    assert errors == ""


@pytest.mark.parametrize("outcome", outcomes(), ids=lambda outcome: outcome.before.id)
def test_vet_has_nothing_new_to_say(outcome: Outcome, vetted: tuple[str, dict[str, list[str]]]) -> None:
    gaps = any(one.kind is not Kind.WANT for ones in outcome.before.expected.values() for one in ones)
    if not outcome.left and not gaps:
        assert vetted[1].get(outcome.after.id, []) == [], _text(outcome.after)


def _raced() -> list[Outcome]:
    """The examples that raced, and those with tests of their own, whose findings are all mended."""
    return [
        outcome
        for outcome in outcomes()
        if (outcome.before.driver or any(file.name.endswith("_test.go") for file in outcome.before.files))
        and outcome.before.go == LANGUAGE
        and not outcome.left
    ]


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory, go_env: dict[str, str]) -> dict[str, str]:
    """What each mended example prints under the race detector."""
    root = lay_out(tmp_path_factory.mktemp("race"), [outcome.after for outcome in _raced()], LANGUAGE)
    return race(root, go_env, _RUNS)


@pytest.mark.parametrize("outcome", _raced(), ids=lambda outcome: outcome.before.id)
def test_the_race_is_gone(outcome: Outcome, raced: dict[str, str]) -> None:
    output = raced[outcome.after.id]
    assert "WARNING: DATA RACE" not in output, _text(outcome.after)
    assert re.search(r"^ok\s", output, re.MULTILINE), output


def _text(case: Case) -> str:
    return "\n".join(file.text for file in case.files)

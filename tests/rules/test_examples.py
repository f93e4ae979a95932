"""The documents' examples and the test data, judged by the rules that they are about.

A Bad example and the data of a rule are looked at by that rule alone; Good examples, the reference code and the silent
code by all.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from rulecases import LANGUAGE, MODULE, Case, data_cases, example_cases, rules, shared_cases, undetected
from verdict import verdicts

from pubcheck.diagnostic import Confidence, Diagnostic
from pubcheck.engine import Config, check

_Found = dict[str, list[tuple[int, str]]]

_ALL = "all"


def _found(cases: list[Case], select: str) -> dict[str, _Found]:
    """Findings of the rules ``select`` by case and file: this is the one place that calls the engine."""
    by_language = defaultdict(list)
    for case in cases:
        by_language[case.go].append(case)
    found: dict[str, _Found] = {case.id: defaultdict(list) for case in cases}
    for language, members in by_language.items():
        with TemporaryDirectory() as name:
            root = Path(name).resolve()
            (root / "go.mod").write_text(f"module {MODULE}\n\ngo {language}\n")
            for case in members:
                case.write(root / "case" / case.id)
            config = Config(select=(select,), min_confidence=Confidence.LOW, goarch="amd64", goos="linux")
            report = check(["./..."], config, cwd=root)
            assert report.problems == ()
            for diagnostic in report.diagnostics:
                path = (root / diagnostic.span.path).relative_to(root / "case")
                source = report.sources[diagnostic.span.path]
                assert source is not None
                line = source.lines.line(diagnostic.span.start)
                found[path.parts[0]]["/".join(path.parts[1:])].append((line, _text(diagnostic)))
    return found


def _text(diagnostic: Diagnostic) -> str:
    because = f" ({'; '.join(diagnostic.because)})" if diagnostic.rule == "internal-error" else ""
    return f"{diagnostic.rule}: {diagnostic.message}{because}"


@cache
def _found_by(rule: str) -> dict[str, _Found]:
    cases = [case for case in (*example_cases(), *data_cases()) if case.rule == rule and not case.good]
    return _found(cases, rule)


@cache
def _found_by_all() -> dict[str, _Found]:
    return _found([*(case for case in example_cases() if case.good), *shared_cases()], _ALL)


def _judge(case: Case, found: _Found) -> list[str]:
    return [
        f"{case.place(name, line)}: {sentence}"
        for name in sorted({*case.expected, *found})
        for line, sentence in verdicts(case.expected.get(name, []), found.get(name, []))
    ]


def _detected(cases: tuple[Case, ...], *, good: bool = False) -> list[Case]:
    return [case for case in cases if case.rule not in undetected() and case.good is good]


@pytest.mark.parametrize("case", _detected(example_cases()), ids=lambda case: case.id)
def test_a_bad_example_is_found_where_it_says(case: Case) -> None:
    assert case.rule is not None
    assert _judge(case, _found_by(case.rule)[case.id]) == []


@pytest.mark.parametrize("case", _detected(example_cases(), good=True), ids=lambda case: case.id)
def test_a_good_example_is_silent_under_all_rules(case: Case) -> None:
    assert _judge(case, _found_by_all()[case.id]) == []


@pytest.mark.parametrize("case", _detected(data_cases()), ids=lambda case: case.id)
def test_data_of_a_rule(case: Case) -> None:
    assert case.rule is not None
    assert _judge(case, _found_by(case.rule)[case.id]) == []


@pytest.mark.parametrize("case", shared_cases(), ids=lambda case: case.id)
def test_code_for_all_rules(case: Case) -> None:
    assert _judge(case, _found_by_all()[case.id]) == []


def test_every_rule_is_detected() -> None:
    assert undetected() == frozenset()


def test_silent_code_expects_nothing() -> None:
    silent = [case for case in shared_cases() if case.id.startswith("silent-")]
    assert silent
    assert all(expected == [] for case in silent for expected in case.expected.values())


def test_test_data_belongs_to_rules() -> None:
    assert {case.rule for case in data_cases()} <= {rule.name for rule in rules()}


def test_examples_are_written_for_a_language_that_is_known() -> None:
    assert {case.go for case in example_cases()} <= {LANGUAGE, *(f"1.{minor}" for minor in range(16, 27))}

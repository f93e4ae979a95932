"""A race has two sides: the findings of rules that see both say which place is whose."""

from __future__ import annotations

from pathlib import Path

import pytest
from rulecases import LANGUAGE, MODULE, example_cases

from pubcheck.diagnostic import Confidence, Diagnostic, flows
from pubcheck.engine import Config, check

RULES = (
    "captured-variable-race", "done-before-write", "double-checked-locking", "errgroup-misuse", "global-write-race",
    "guarded-value-escapes", "handler-state-race", "inconsistent-guard", "iteration-race", "load-then-store",
    "lock-channel-deadlock", "lock-order-inversion", "map-race", "mixed-atomic-access", "once-fast-path",
    "parallel-test-race", "publish-before-init", "response-after-return", "returns-guarded-state", "send-close-race",
    "slice-append-race", "unsafe-type-shared", "unsynchronised-flag", "write-under-rlock", "wrong-lock",
)  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Diagnostic, ...]:
    """What the rules find in their Bad examples."""
    root: Path = tmp_path_factory.mktemp("sides").resolve()
    (root / "go.mod").write_text(f"module {MODULE}\n\ngo {LANGUAGE}\n")
    for case in example_cases():
        if case.rule in RULES and not case.good and case.go == LANGUAGE:
            case.write(root / case.id)
    config = Config(select=RULES, min_confidence=Confidence.LOW, goarch="amd64", goos="linux")
    return check(["./..."], config, cwd=root).diagnostics


@pytest.mark.parametrize("rule", RULES)
def test_each_goroutine_has_steps_of_its_own(found: tuple[Diagnostic, ...], rule: str) -> None:
    told = [flows(one) for one in found if one.rule == rule and one.goroutine]
    mine, *theirs = max(told, key=len)
    assert theirs
    assert all(flow.goroutine and flow.steps for flow in (mine, *theirs))


def test_the_finding_is_a_step_of_its_own_goroutine(found: tuple[Diagnostic, ...]) -> None:
    for one in found:
        for flow in flows(one) if one.goroutine else ():
            here = [step for step in flow.steps if step.span == one.span]
            assert here or flow.goroutine != one.goroutine

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from pubcheck.rules import Finding
from pubcheck.rules.registry import OptionError, Rule, load
from pubcheck.source import Span
from pubcheck.spec import Module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts


def check(
    package: PackageFacts, *, least: int = 3, targets: tuple[str, ...] = ("386",), deep: bool = False
) -> Iterator[Finding]:
    """Find nothing much.

    Args:
        least: how many.
        targets: which ones.
        deep: how far.
    """
    yield Finding(span=Span("a.go", 0, 0), values={"least": str(least), "targets": str(targets), "deep": str(deep)})


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Rule:
    module = ModuleType("pubcheck.rules.some_rule")
    module.check = check  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    spec = next(iter(load().values())).spec
    return Rule(msgspec.structs.replace(spec, name="some-rule", detection=Module("some_rule")))


def values(rule: Rule) -> dict[str, str]:
    (finding,) = rule.check(cast("PackageFacts", None))
    return finding.values


def test_every_document_is_a_rule_that_can_run() -> None:
    rules = load()
    assert list(rules) == sorted(rules)
    for rule in rules.values():
        assert isinstance(rule.options, tuple)


def test_options_come_from_the_signature(rule: Rule) -> None:
    assert [(option.name, option.default, option.help) for option in rule.options] == [
        ("least", 3, "how many."),
        ("targets", ("386",), "which ones."),
        ("deep", False, "how far."),
    ]
    assert values(rule) == {"least": "3", "targets": "('386',)", "deep": "False"}


def test_options_are_converted_to_their_types(rule: Rule) -> None:
    configured = rule.configured({"least": 5, "targets": ["arm", "mips"]}).configured({"deep": True})
    assert values(configured) == {"least": "5", "targets": "('arm', 'mips')", "deep": "True"}
    assert values(rule)["least"] == "3"


@pytest.mark.parametrize(
    ("options", "option", "reason"),
    [
        ({"most": 1}, "most", 'unknown option "most" of some-rule'),
        ({"least": "many"}, "least", "Expected `int`, got `str`"),
        ({"targets": [386]}, "targets", "Expected `str`, got `int` - at `$[0]`"),
    ],
)
def test_wrong_options_are_refused(rule: Rule, options: dict[str, Any], option: str, reason: str) -> None:
    with pytest.raises(OptionError) as caught:
        rule.configured(options)
    assert (caught.value.option, caught.value.reason) == (option, reason)


def test_a_rule_without_its_module_fails_when_it_runs(rule: Rule) -> None:
    orphan = Rule(msgspec.structs.replace(rule.spec, name="no-such-rule"))
    with pytest.raises(ModuleNotFoundError):
        orphan.check(cast("PackageFacts", None))

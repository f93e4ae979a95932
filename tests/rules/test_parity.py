"""What ``docs/parity.md`` says of the rules."""

from __future__ import annotations

import re
from pathlib import Path

from pubcheck.spec import load_rules, rules_dir

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "parity.md"
_NAME = re.compile(r"(?<![\w`-])([a-z0-9]+(?:-[a-z0-9]+)+)(°?)")
_REASON = re.compile(r"refused|not yet|not needed")


def _answers() -> list[tuple[str, str]]:
    """The check and the answer of each row."""
    rows = [line.strip("| ").split(" | ") for line in _PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [(cells[0], cells[-1]) for cells in rows if cells[0] != "check"]


def test_each_check_has_a_rule_or_a_reason() -> None:
    names = {rule.name for rule in load_rules((rules_dir(),))}
    unanswered = [
        check
        for check, answer in _answers()
        if not _REASON.search(answer) and names.isdisjoint(name for name, _ in _NAME.findall(answer))
    ]
    assert len(_answers()) > 50
    assert unanswered == []


def test_what_is_off_is_marked() -> None:
    default = {rule.name: rule.default for rule in load_rules((rules_dir(),))}
    wrong = [
        (check, name)
        for check, answer in _answers()
        for name, mark in _NAME.findall(answer)
        if name in default and default[name] is bool(mark)
    ]
    assert wrong == []

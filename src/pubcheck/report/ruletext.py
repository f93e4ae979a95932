"""A rule's document as readers of reports get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.engine import BuiltinRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.spec import Example, RuleSpec


def markdown(rule: RuleSpec | BuiltinRule) -> str:
    """The prose of ``rule`` with its examples, without the title."""
    return "\n\n".join(part.strip() for part in _parts(rule) if part.strip())


def _parts(rule: RuleSpec | BuiltinRule) -> Iterator[str]:
    yield rule.prose
    if isinstance(rule, BuiltinRule):
        return
    yield rule.help
    for heading, examples in (("## Bad", rule.bad), ("## Good", rule.good)):
        yield heading
        for example in examples:
            yield example.note
            yield _fence(example)
    if rule.known_limits:
        yield "## Known limits"
        yield rule.known_limits


def _fence(example: Example) -> str:
    return f"```go\n{example.text.rstrip()}\n```"

"""A rule's document as its readers get it: without what only its tests need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine import BuiltinRule
from pubcheck.spec.want import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pubcheck.spec import Example, RuleSpec
    from pubcheck.spec.options import Option

    Fence = Callable[[Example], str]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

MARK = "// <-- here"
"""What ends the lines of an example on which the rule finds something."""


def marked_fence(example: Example) -> str:
    """The example as a fence, with ``MARK`` where the rule finds something."""
    text, found = marked(example.text.rstrip())
    lines = text.split("\n")
    for line in found:
        lines[line - 1] += f" {MARK}"
    return "\n".join(["```go", *lines, "```"])


def markdown(rule: RuleSpec | BuiltinRule, fence: Fence = marked_fence) -> str:
    """The prose of ``rule`` with its examples, each as ``fence`` has it, without the title."""
    return "\n\n".join(part.strip() for part in _parts(rule, fence) if part.strip())


def fixes(rule: RuleSpec | BuiltinRule) -> str:
    """What fixes it offers, in words."""
    kinds = () if isinstance(rule, BuiltinRule) else rule.fixes
    return f"{' and '.join(kinds)} fixes" if kinds else "no fixes"


def options(rule: str, known: Iterable[Option]) -> str:
    """The section about the options of the rule of that name; empty where it has none."""
    lines = [
        f"- `{option.name.replace('_', '-')}` ({option.type}, default `{_toml(option.default)}`): {option.help}"
        for option in known
    ]
    return "\n".join(["## Options", "", f"`[rules.{rule}]` in `pubcheck.toml`:", "", *lines]) if lines else ""


def _toml(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=-1).decode()  # options are flat: JSON is TOML


def _parts(rule: RuleSpec | BuiltinRule, fence: Fence) -> Iterator[str]:
    yield rule.prose
    if isinstance(rule, BuiltinRule):
        return
    if rule.help:
        advice = _PLACEHOLDER.sub(r"\1", rule.help.rstrip("."))
        yield f"**What to do:** {advice}."
    for heading, examples in (("## Bad", rule.bad), ("## Good", rule.good)):
        yield heading
        for example in examples:
            yield example.note
            if example.go:
                yield f"With `go {example.go}` in `go.mod`:"
            yield fence(example)
    if rule.known_limits:
        yield "## Known limits"
        yield rule.known_limits

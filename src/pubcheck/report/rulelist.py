"""The rules as JSON, for programs. ``schema/rules.schema.json`` describes it; fields are added, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from pubcheck.report.ruletext import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.rules.registry import Rule


def rules_json(rules: Iterable[Rule]) -> str:
    """All that the documents of ``rules`` say, and the options that their modules take."""
    return msgspec.json.format(msgspec.json.encode([_row(rule) for rule in rules]), indent=2).decode() + "\n"


def _row(rule: Rule) -> dict[str, Any]:
    spec = rule.spec
    return {
        "name": spec.name,
        "title": spec.title,
        "category": spec.category,
        "severity": spec.severity,
        "confidence": spec.confidence,
        "default": spec.default,
        "since": spec.since,
        "message": spec.message,
        "help": spec.help,
        "fixes": spec.fixes,
        "peers": spec.peers,
        "options": [
            {
                "name": option.name.replace("_", "-"),
                "type": option.type,
                "default": option.default,
                "help": option.help,
            }
            for option in rule.options
        ],
        "documentation": markdown(spec),
    }

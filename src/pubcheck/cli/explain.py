"""``pubcheck explain``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain, wants_color
from pubcheck.engine import BUILTIN_RULES, ConfigError, available_rules, project_folder, suggestion
from pubcheck.report.ruletext import fixes, markdown, options

if TYPE_CHECKING:
    from argparse import Namespace

    from pubcheck.engine import BuiltinRule
    from pubcheck.spec import RuleSpec


def run(arguments: Namespace) -> int:
    """Print a rule's document: laid out on a terminal, as Markdown elsewhere."""
    name = arguments.rule
    try:
        rules = available_rules(project_folder(Path.cwd()))
    except ConfigError as error:
        complain(str(error))
        return ExitCode.USAGE
    if name not in rules and name not in BUILTIN_RULES:
        complain(f'there is no rule "{name}"{suggestion(name, [*rules, *BUILTIN_RULES])}')
        return ExitCode.USAGE
    rule: RuleSpec | BuiltinRule = rules[name].spec if name in rules else BUILTIN_RULES[name]
    body = "\n\n".join(
        part for part in (markdown(rule), options(name, rules[name].options if name in rules else ())) if part
    )
    if sys.stdout.isatty() or wants_color(arguments.color, sys.stdout):
        from pubcheck.cli.document import show  # noqa: PLC0415 pipes don't need rich

        show(rule.title, f"{_facts(rule)}\n\n{body}", arguments.color)
    else:
        sys.stdout.write(f"# {rule.title}\n\n{_facts(rule)}\n\n{body}\n")
    return ExitCode.CLEAN


def _facts(rule: RuleSpec | BuiltinRule) -> str:
    switch = "on by default" if rule.default else "off by default"
    return f"*{rule.name}*: {rule.category}, {rule.severity}, {rule.confidence} confidence, {switch}, {fixes(rule)}"

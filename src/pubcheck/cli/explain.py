"""``pubcheck explain``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain, console, wants_color
from pubcheck.engine import BUILTIN_RULES, ConfigError, available_rules, project_folder, suggestion
from pubcheck.report.ruletext import markdown

if TYPE_CHECKING:
    from argparse import Namespace

    from pubcheck.engine import BuiltinRule
    from pubcheck.rules.registry import Rule
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
    text = _document(rules[name].spec, rules[name]) if name in rules else _document(BUILTIN_RULES[name], None)
    if sys.stdout.isatty() or wants_color(arguments.color, sys.stdout):
        _print(text, arguments.color)
    else:
        sys.stdout.write(f"{text}\n")
    return ExitCode.CLEAN


def _document(spec: RuleSpec | BuiltinRule, rule: Rule | None) -> str:
    switch = "on by default" if spec.default else "off by default"
    facts = f"*{spec.name}*: {spec.category}, {spec.severity}, {spec.confidence} confidence, {switch}"
    parts = [f"# {spec.title}", facts, markdown(spec)]
    if rule is not None and rule.options:
        parts.append(f"## Options\n\n`[rules.{spec.name}]` in `pubcheck.toml`:")
        parts.append(
            "\n".join(
                f"- `{option.name.replace('_', '-')}` ({option.type}, default `{option.default!r}`): {option.help}"
                for option in rule.options
            )
        )
    return "\n\n".join(parts)


def _print(text: str, color: str) -> None:
    from rich.markdown import Markdown  # noqa: PLC0415 pipes don't need it

    console(color).print(Markdown(text, code_theme="ansi_dark"))

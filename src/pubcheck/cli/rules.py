"""``pubcheck rules``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain, console
from pubcheck.engine import ConfigError, available_rules, project_folder
from pubcheck.report.rulelist import rules_json

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from pubcheck.spec import RuleSpec


def run(arguments: Namespace) -> int:
    """List all rules, by category."""
    try:
        rules = [*available_rules(project_folder(Path.cwd())).values()]
    except ConfigError as error:
        complain(str(error))
        return ExitCode.USAGE
    rules.sort(key=lambda rule: (rule.spec.category, rule.name))
    if arguments.output_format == "json":
        sys.stdout.write(rules_json(rules))
    else:
        _print_table((rule.spec for rule in rules), arguments.color)
    return ExitCode.CLEAN


def _print_table(rules: Iterable[RuleSpec], color: str) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 JSON doesn't need it
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Rule", style="bold", no_wrap=True)
    for heading in ("Category", "Severity", "Confidence", "Default"):
        table.add_column(heading)
    table.add_column("What it finds", overflow="fold")
    for rule in rules:
        on = "on" if rule.default else "off"
        table.add_row(rule.name, rule.category, rule.severity, rule.confidence, on, rule.title)
    console(color).print(table)

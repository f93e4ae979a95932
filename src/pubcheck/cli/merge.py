"""``pubcheck merge``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.outputs import OutputError, deliver, planned
from pubcheck.cli.terminal import complain
from pubcheck.engine import ConfigError, MergeError, available_rules, merge, project_folder
from pubcheck.report.json_reading import SavedReportError, read

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from pubcheck.engine import Report


def run(arguments: Namespace) -> int:
    """Put saved reports together and write the whole."""
    cwd = Path(os.path.abspath("."))  # noqa: PTH100 links stay as the user knows them
    try:
        outputs = planned(arguments, cwd)
        rules = available_rules(project_folder(cwd))
        report = merge(_saved(arguments.reports, cwd))
        return deliver(report, rules, outputs, arguments, cwd)
    except (ConfigError, MergeError, OutputError, SavedReportError) as error:
        complain(str(error))
        return ExitCode.USAGE


def _saved(names: Iterable[str], cwd: Path) -> dict[str, Report]:
    reports: dict[str, Report] = {}
    for name in names:
        try:
            reports[name] = read((cwd / name).read_bytes(), cwd)
        except OSError as error:
            raise SavedReportError(f"{name}: can't be read: {error.strerror or error}") from None
        except SavedReportError as error:
            raise SavedReportError(f"{name}: {error}") from None
    return reports

"""``pubcheck suppress``."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.changes import ChangesError
from pubcheck.cli import fixes, news, notes, progress
from pubcheck.cli.check import configured
from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain
from pubcheck.engine import ConfigError, PatternError, available_rules, check, silence
from pubcheck.engine.cache import default_folder

if TYPE_CHECKING:
    from argparse import Namespace


def run(arguments: Namespace) -> int:
    """Put comments to all findings, or print the difference that they would make."""
    cwd = Path(os.path.abspath("."))  # noqa: PTH100 links stay as the user knows them
    reason = " ".join(arguments.reason.split())
    if not reason or not reason.isprintable():
        complain("--reason: a reason is words on one line")
        return ExitCode.USAGE
    try:
        config = configured(arguments, cwd)
        rules = available_rules(config.folder or cwd)
        with progress.shown(enabled=not arguments.quiet) as tell:
            new = news.changes(arguments, cwd)
            look = partial(
                check,
                arguments.patterns,
                config,
                cwd=cwd,
                progress=tell,
                rules=rules,
                changes=new,
                cache=default_folder(),
            )
            silenced = silence(look, reason=reason)
    except (ChangesError, ConfigError, PatternError) as error:
        complain(str(error))
        return ExitCode.USAGE
    unwritten = False
    if arguments.diff:
        fixes.print_diff(silenced, cwd)
    else:
        report = fixes.write(silenced)
        unwritten = len(report.problems) > len(silenced.report.problems)
        silenced = msgspec.structs.replace(silenced, report=report)
    notes.write_silenced(silenced, arguments, cwd)
    if silenced.report.crashed:
        return ExitCode.INTERNAL
    left = silenced.left or unwritten or (arguments.diff and silenced.after)
    return ExitCode.FINDINGS if left else ExitCode.CLEAN

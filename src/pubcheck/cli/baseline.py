"""``pubcheck baseline``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.cli import cache, notes, progress
from pubcheck.cli.check import configured
from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain
from pubcheck.edits import unified_diff
from pubcheck.engine import ConfigError, PatternError, available_rules, check, write_file
from pubcheck.engine.baseline import NAME, Alike, Counts, pruned, read_baseline, rendered, updated
from pubcheck.engine.builtin import BAD_FIX, INTERNAL_ERROR
from pubcheck.report import relative
from pubcheck.report.wording import counted

if TYPE_CHECKING:
    from argparse import Namespace

    from pubcheck.engine import Config, Report

_NEVER_KNOWN = (INTERNAL_ERROR, BAD_FIX)


def run(arguments: Namespace) -> int:
    """Look at everything, and bring the file up to date with it or show how far it is from that."""
    cwd = Path(os.path.abspath("."))  # noqa: PTH100 links stay as the user knows them
    try:
        config = configured(arguments, cwd)
        path = _file(arguments, config, cwd)
        shown = relative(str(path), cwd) or str(path)
        known = Counter[Alike]() if arguments.action == "write" else read_baseline(path, shown=shown).counts
        rules = available_rules(config.folder or cwd)
        with progress.shown(enabled=not arguments.quiet) as tell:
            everything = msgspec.structs.replace(config, baseline="")
            kept = cache.folder(arguments, cwd)
            report = check(arguments.patterns, everything, cwd=cwd, progress=tell, rules=rules, cache=kept)
    except (ConfigError, PatternError) as error:
        complain(str(error))
        return ExitCode.USAGE
    notes.write_problems(report, arguments, cwd)
    if report.crashed:
        complain(f"{shown} is left as it is: a part of pubcheck failed, so findings may be missing")
        return ExitCode.INTERNAL
    wanted = _wanted(arguments.action, known, report)
    if arguments.action == "diff":
        sys.stdout.write(unified_diff(shown, rendered(known), rendered(wanted)))
    else:
        try:
            write_file(path, rendered(wanted))
        except OSError as error:
            complain(f"{shown}: can't be written: {error.strerror or error}")
            return ExitCode.USAGE
    if not arguments.quiet:
        lines = [_outcome(arguments.action, known, wanted, shown)]
        if arguments.action == "write" and not config.baseline:
            lines.append(_advice(shown))
        sys.stderr.write("".join(f"{line}\n" for line in lines))
    return ExitCode.FINDINGS if arguments.action == "diff" and known != wanted else ExitCode.CLEAN


def _file(arguments: Namespace, config: Config, cwd: Path) -> Path:
    if arguments.baseline:
        return cwd / str(arguments.baseline)
    return (config.folder or cwd) / (config.baseline or NAME)


def _wanted(action: str, known: Counts, report: Report) -> Counts:
    found = Counter(Alike(*one.identity) for one in report.diagnostics if one.rule not in _NEVER_KNOWN)
    if action == "write":
        return found
    return (pruned if action == "prune" else updated)(known, found, report.scope)


def _outcome(action: str, known: Counts, wanted: Counts, shown: str) -> str:
    total = counted(wanted.total(), "finding")
    if action == "write":
        return f"Wrote {total} to {shown}"
    more, gone = (wanted - known).total(), (known - wanted).total()
    verbs = ("Would add", "take out") if action == "diff" else ("Added", "took out")
    return f"{verbs[0]} {more:,} and {verbs[1]} {gone:,}: {total} in {shown}"


def _advice(shown: str) -> str:
    return f'They are left out with --baseline {shown}, or with baseline = "{shown}" in pubcheck.toml'

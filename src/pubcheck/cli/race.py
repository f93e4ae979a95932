"""``pubcheck race``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.cli import cache, progress
from pubcheck.cli.check import configured
from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.outputs import OutputError, deliver, planned
from pubcheck.cli.terminal import complain
from pubcheck.diagnostic import Confidence
from pubcheck.engine import ConfigError, PatternError, Report, Sources, Stats, available_rules, check
from pubcheck.races.diagnostics import Seen, diagnosed, folded
from pubcheck.races.log import read_log
from pubcheck.races.naming import RACES
from pubcheck.races.places import Places
from pubcheck.report.json_reading import SavedReportError, read
from pubcheck.report.wording import counted

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from pubcheck.diagnostic import Diagnostic


def run(arguments: Namespace) -> int:
    """Report the races that a log tells of."""
    cwd = Path(os.path.abspath("."))  # noqa: PTH100 links stay as the user knows them
    places = Places(cwd)
    try:
        outputs = planned(arguments, cwd)
        races, outside = folded(read_log(_lines(arguments.log)), places)
        rules = available_rules(cwd)
        found = _found(races, arguments, cwd)
        advice = {name: rule.spec.help for name, rule in rules.items()}
        report = _report(diagnosed(races, found.diagnostics, advice, places), found, places, cwd)
        code = deliver(report, rules, outputs, arguments, cwd)
    except (ConfigError, OutputError, PatternError, SavedReportError) as error:
        complain(str(error))
        return ExitCode.USAGE
    if outside and not arguments.quiet:
        complain(f"{counted(outside, 'race')} in code that isn't here")
    return ExitCode.FINDINGS if outside and code == ExitCode.CLEAN and not arguments.exit_zero else code


def _lines(name: str) -> Iterable[str]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise OutputError(f"{name}: can't be read: {error.strerror or error}") from None
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"  # what PowerShell's > writes
    return data.decode(encoding, "replace").split("\n")


def _found(races: Sequence[Seen], arguments: Namespace, cwd: Path) -> Report:
    """What reading the code tells of the same packages, however unsure it is: the run has made sure."""
    if arguments.report:
        try:
            return read(Path(arguments.report).read_bytes(), cwd)
        except OSError as error:
            raise OutputError(f"{arguments.report}: can't be read: {error.strerror or error}") from None
    folders = sorted({os.path.dirname(side.span.path) for seen in races for side in seen.sides})  # noqa: PTH120
    if arguments.no_check or not folders:
        return Report((), (), Stats(), Sources({}), cwd)
    everything = {"select": tuple(sorted(RACES)), "ignore": (), "min_confidence": Confidence.LOW, "exclude": ()}
    config = msgspec.structs.replace(configured(arguments, cwd), **everything)
    with progress.shown(enabled=not arguments.quiet) as tell:
        where = cache.folder(arguments, cwd)
        return check(folders, config, cwd=cwd, progress=tell, rules=available_rules(None), cache=where)


def _report(diagnostics: Sequence[Diagnostic], found: Report, places: Places, cwd: Path) -> Report:
    ran = tuple(sorted({one.rule for one in diagnostics}))
    return Report(tuple(diagnostics), found.problems, found.stats, Sources(places.sources), cwd, ran)

"""Where reports go: one to stdout, others into files, and what the exit code says of them."""

from __future__ import annotations

import os
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck import report as formats
from pubcheck.cli import notes
from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import wants_color, width
from pubcheck.diagnostic import Severity
from pubcheck.engine import BUILTIN_RULES, write_file
from pubcheck.report import View

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Mapping, Sequence

    from pubcheck.engine import BuiltinRule, Report
    from pubcheck.rules.registry import Rule
    from pubcheck.spec import RuleSpec


class OutputError(Exception):
    """A report can't go where it is wanted."""


class Output(NamedTuple):
    """A format and the file for it, as it was named and where it lies; None for stdout."""

    format: str
    name: str = ""
    path: Path | None = None


def planned(arguments: Namespace, cwd: Path) -> tuple[Output, ...]:
    """What ``arguments`` ask for, looked at before the work begins.

    Raises:
        OutputError: two reports would go to one place, or a file can't be written.
    """
    asked: Sequence[tuple[str, str | None]] = arguments.output_format or ()
    outputs = tuple(Output(name, file, cwd / file) if file else Output(name) for name, file in asked)
    if arguments.diff and any(one.path for one in outputs):
        raise OutputError("--diff prints a difference and writes no report")
    _check_apart(outputs)
    for one in outputs:
        if one.path is not None:
            _check_writable(one.name, one.path)
    return outputs or (Output("full" if sys.stdout.isatty() else "concise"),)


def _check_apart(outputs: Iterable[Output]) -> None:
    taken: dict[str, Output] = {}
    for one in outputs:
        place = os.path.realpath(one.path) if one.path else ""
        other = taken.setdefault(place, one)
        if other is one:
            continue
        where = f"to {one.name}" if one.name else "to stdout; give one a file, as in sarif=out.sarif"
        raise OutputError(f"--output-format: both {other.format} and {one.format} would go {where}")


def _check_writable(name: str, path: Path) -> None:
    """A run may take minutes, and its report shouldn't be lost for a wrong name."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError(f"{name}: can't be written: it is a folder")
    if not target.parent.is_dir():
        raise OutputError(f"{name}: can't be written: there is no folder {target.parent}")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise OutputError(f"{name}: can't be written: permission denied")


def deliver(
    report: Report, rules: Mapping[str, Rule], outputs: Iterable[Output], arguments: Namespace, cwd: Path
) -> ExitCode:
    """Write ``report`` to where it is wanted, what is said beside it to stderr, and tell the exit code.

    Raises:
        OutputError: a file can't be written.
    """
    documents: dict[str, RuleSpec | BuiltinRule] = {**BUILTIN_RULES}
    documents |= {name: rule.spec for name, rule in rules.items()}
    view = View(cwd=cwd, rules=documents, suppressed=getattr(arguments, "report_suppressed", False))
    _write(outputs, report, view, color=wants_color(arguments.color, sys.stdout))
    notes.write(report, arguments, cwd)
    return _exit_code(report, None if arguments.exit_zero else Severity(arguments.fail_on))


def _exit_code(report: Report, least: Severity | None) -> ExitCode:
    """The code for a report where findings that are ``least`` or worse count, or none."""
    if report.crashed:
        return ExitCode.INTERNAL
    bad = least is not None and any(one.severity.rank <= least.rank for one in report.diagnostics)
    return ExitCode.FINDINGS if bad else ExitCode.CLEAN


def _write(outputs: Iterable[Output], report: Report, view: View, *, color: bool) -> None:
    """The files first, whole or not at all, and then stdout."""
    for one in sorted(outputs, key=lambda one: one.path is None):
        if one.path is None:
            shown = msgspec.structs.replace(view, width=width(), color=color)
            formats.write(one.format, report, shown, sys.stdout)
            sys.stdout.flush()
            continue
        text = StringIO()
        formats.write(one.format, report, view, text)
        try:
            write_file(one.path, text.getvalue().encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise OutputError(f"{one.name}: can't be written: {error.strerror or error}") from None

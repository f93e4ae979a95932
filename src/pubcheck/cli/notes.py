"""What is said on stderr beside the diagnostics: problems met on the way, a summary, where the time went."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from pubcheck.report.wording import counted, summary

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pubcheck.engine import Mended, Problem, Report, Silenced

_SHOWN_PROBLEMS = 10


def write(report: Report, arguments: Namespace, cwd: Path) -> None:
    """Write what ``arguments`` ask for."""
    lines: list[str] = []
    if not arguments.quiet:
        lines += _problems(report, cwd, None if arguments.verbose else _SHOWN_PROBLEMS)
        took = f" ({report.stats.seconds:.1f} s)" if report.stats.seconds else ""  # saved reports have no clock in them
        lines.append(f"{summary(report)}{took}")
        lines += _left_out(report)
    if arguments.statistics:
        lines += _statistics(report)
    if arguments.timings:
        lines += _timings(report)
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def write_problems(report: Report, arguments: Namespace, cwd: Path) -> None:
    """Write the problems that were met on the way, unless it is to be quiet."""
    if not arguments.quiet:
        limit = None if arguments.verbose else _SHOWN_PROBLEMS
        sys.stderr.write("".join(f"{line}\n" for line in _problems(report, cwd, limit)))


def write_fixes(mended: Mended, arguments: Namespace, *, written: bool) -> None:
    """Say how many findings were fixed, or would be, unless it is to be quiet."""
    if not arguments.quiet:
        sys.stderr.write(f"{_fixes(mended, written=written)}\n")


def write_silenced(silenced: Silenced, arguments: Namespace, cwd: Path) -> None:
    """Say how many findings of each rule were silenced, or would be, and how many are left."""
    if arguments.quiet:
        return
    lines = [*_problems(silenced.report, cwd, None if arguments.verbose else _SHOWN_PROBLEMS)]
    word = "Would suppress" if arguments.diff else "Suppressed"
    lines.append(f"{word} {counted(sum(silenced.counts.values()), 'finding')}")
    lines += _table(silenced.counts)
    if silenced.left:
        lines.append(f"{counted(silenced.left, 'finding')} left where no comment can stand")
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def _fixes(mended: Mended, *, written: bool) -> str:
    total = mended.fixed + len(mended.report.diagnostics)
    text = f"{'Fixed' if written else 'Would fix'} {mended.fixed:,} of {counted(total, 'finding')}"
    if mended.unsafe:
        text += f"; {mended.unsafe:,} more with --unsafe-fixes"
    return text


def _left_out(report: Report) -> Iterator[str]:
    """How much was found and isn't reported, for whatever reason but a comment in the code."""
    if report.known:
        yield f"Not reported: {counted(report.known, 'finding')} in the baseline"
    if report.unchanged:
        yield f"Not reported: {counted(report.unchanged, 'finding')} outside of the change"


def _problems(report: Report, cwd: Path, limit: int | None) -> Iterator[str]:
    for problem in report.problems[:limit]:
        yield f"{_place(problem, cwd)}: {problem.severity}: {problem.message}"
    if limit is not None and len(report.problems) > limit:
        yield f"... and {len(report.problems) - limit} more problems; --verbose shows them all"


def _place(problem: Problem, cwd: Path) -> str:
    prefix = f"{cwd.as_posix().rstrip('/')}/"
    path = problem.path.removeprefix(prefix)
    return f"{path}:{problem.line}" if problem.line else path


def _statistics(report: Report) -> Iterator[str]:
    found = report.diagnostics
    for title, names in (("rule", [one.rule for one in found]), ("package", [one.package or "-" for one in found])):
        yield f"findings by {title}:"
        yield from _table(Counter(names))
    silenced = Counter(one.diagnostic.rule for one in report.suppressed if one.reason is not None)
    if silenced:
        yield "suppressed by comments, by rule:"
        yield from _table(silenced)


def _table(counts: Mapping[str, int]) -> Iterator[str]:
    for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {number:8,}  {name}"


def _timings(report: Report) -> Iterator[str]:
    for title, table in (("phase", report.stats.phases), ("rule", report.stats.rules)):
        yield f"time by {title}:"
        for name, seconds in sorted(table.items(), key=lambda item: (-item[1], item[0])):
            yield f"  {seconds:8.3f} s  {name}"

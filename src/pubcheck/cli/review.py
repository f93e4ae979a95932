"""``pubcheck review``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck import report as formats
from pubcheck.cli import cache, progress
from pubcheck.cli.check import configured
from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain
from pubcheck.diagnostic import Severity
from pubcheck.engine import BUILTIN_RULES, ConfigError, PatternError, available_rules, check
from pubcheck.report import View
from pubcheck.report.json_reading import SavedReportError, read
from pubcheck.review.bot import Bot
from pubcheck.review.errors import ReviewError
from pubcheck.review.finding import findings_of
from pubcheck.review.plan import Limits
from pubcheck.review.settings import check_bounds
from pubcheck.review.tree import Tree
from pubcheck.review.where import GITHUB, Wish, connected, take_token, target

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from pubcheck.engine import Report
    from pubcheck.review.bot import Outcome
    from pubcheck.review.finding import Finding
    from pubcheck.review.forge import Forge
    from pubcheck.review.plan import Plan
    from pubcheck.review.secret import Secret


class _Work:
    """One review: where it happens, and how the user hears of it."""

    def __init__(self, arguments: Namespace) -> None:
        cwd = Path(os.path.abspath("."))  # noqa: PTH100 links stay as the user knows them
        self.arguments = arguments
        self.root = _root(cwd)
        self.cwd = cwd if arguments.prefix is None else self.root / arguments.prefix
        wish = Wish(arguments.provider, arguments.api_url, arguments.repo, arguments.pr)
        self.target = target(wish, os.environ)
        self.token: Secret = take_token(self.target.provider, os.environ)

    def tell(self, text: str) -> None:
        if not self.arguments.quiet:
            complain(self.token.redact(text))

    def show(self, text: str) -> None:
        sys.stdout.write(self.token.redact(text))


def run(arguments: Namespace) -> int:
    """Bring a pull request in line with a report."""
    try:
        work = _Work(arguments)
        with connected(work.target, work.token, tell=work.tell) as forge:
            return _review(work, forge, _report(work))
    except (ConfigError, PatternError, ReviewError, SavedReportError) as error:
        complain(str(error))
        return ExitCode.USAGE


def _review(work: _Work, forge: Forge, report: Report) -> ExitCode:
    arguments = work.arguments
    findings = findings_of(report, cwd=work.cwd, root=work.root)
    limits = Limits(comments=arguments.max_comments, closing=not report.crashed and report.shard is None)
    bot = Bot(forge, findings, Tree(work.root), limits)
    try:
        if arguments.dry_run:
            planned = bot.planned()
            _show(planned, work.show)
        else:
            outcome = bot.review()
            planned = outcome.plan
            _tell(outcome, report, work)
    except ReviewError as error:
        complain(work.token.redact(str(error)))
        return ExitCode.INTERNAL
    return _exit_code(report, findings, planned, arguments.fail_on)


def _report(work: _Work) -> Report:
    """The saved report, or a new one."""
    arguments = work.arguments
    if arguments.report:
        try:
            data = sys.stdin.buffer.read() if arguments.report == "-" else Path(arguments.report).read_bytes()
        except OSError as error:
            raise ReviewError(f"{arguments.report}: can't be read: {error.strerror or error}") from None
        return read(data, work.cwd)
    config = configured(arguments, work.cwd)
    own = msgspec.structs.replace(config, baseline="") if arguments.baseline else config
    check_bounds(own, work.root, named=bool(arguments.config))
    # A project's own rules hold regular expressions, which may take for ever on the right text.
    rules = available_rules(config.folder or work.cwd if arguments.project_rules else None)
    with progress.shown(enabled=not arguments.quiet) as tell:
        where = cache.folder(arguments, work.cwd)
        return check(arguments.patterns, config, cwd=work.cwd, progress=tell, rules=rules, cache=where)


def _root(cwd: Path) -> Path:
    """The folder of the repository that ``cwd`` lies in, as git has it; ``cwd`` where there is none."""
    return next((folder for folder in (cwd, *cwd.parents) if (folder / ".git").exists()), cwd)


def _show(planned: Plan, show: Callable[[str], None]) -> None:
    """What would be done."""
    for thread in planned.opened:
        show(f"would open {thread.url or thread.id} again\n")
    for rewrite in planned.rewrites:
        show(f"would rewrite {rewrite.thread.url or rewrite.thread.id}:\n{_indented(rewrite.body)}")
    for thread in planned.closed:
        show(f"would close {thread.url or thread.id}\n")
    for one in planned.comments:
        place = f"{one.path}:{one.first}" if one.first == one.last else f"{one.path}:{one.first}-{one.last}"
        show(f"would comment on {place}:\n{_indented(one.body)}")
    if planned.summary is not None:
        show(f"would {'rewrite' if planned.sticky else 'write'} the summary:\n{_indented(planned.summary)}")
    if not planned.touches_threads and planned.summary is None:
        show("nothing to do\n")


def _indented(text: str) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in text.split("\n"))


def _tell(outcome: Outcome, report: Report, work: _Work) -> None:
    if not outcome.denied:
        told = ", ".join(f"{word} {number}" for word, number in outcome.done.items()) or "nothing to do"
        work.tell(told)
        return
    work.tell(f"the token may not write here, so this goes to the job's log: {outcome.denied}")
    _annotate(outcome.plan, report, work)


def _annotate(planned: Plan, report: Report, work: _Work) -> None:
    """What a bot that may not write can still do: lines of the job's log that the forge shows beside the code."""
    mine = [one for one in report.diagnostics if one.fingerprint in planned.concerned]
    text = StringIO()
    shown = msgspec.structs.replace(report, diagnostics=tuple(mine))
    github = work.target.provider == GITHUB
    formats.write("github" if github else "concise", shown, View(cwd=work.root, rules=BUILTIN_RULES), text)
    work.show(text.getvalue())
    summary = os.environ.get("GITHUB_STEP_SUMMARY") if github else None
    if summary and planned.summary is not None:
        with suppress(OSError), Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"{work.token.redact(planned.summary)}\n")


def _exit_code(report: Report, findings: Sequence[Finding], planned: Plan, least: str | None) -> ExitCode:
    if report.crashed:
        return ExitCode.INTERNAL
    bad = least is not None and any(
        one.severity.rank <= Severity(least).rank for one in findings if one.fingerprint in planned.concerned
    )
    return ExitCode.FINDINGS if bad else ExitCode.CLEAN

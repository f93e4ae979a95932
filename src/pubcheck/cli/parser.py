"""Arguments. Nothing of pubcheck is imported here but its version, so that ``--help`` comes at once."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pubcheck import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    "check",
    "race",
    "baseline",
    "merge",
    "review",
    "suppress",
    "rules",
    "explain",
    "new-rule",
    "cache",
    "debug",
    "server",
)
OUTPUT_FORMATS = (
    "full",
    "concise",
    "json",
    "json-lines",
    "sarif",
    "github",
    "gitlab",
    "rdjson",
    "checkstyle",
    "junit",
    "markdown",
    "html",
)
"""The same as ``pubcheck.report.FORMATS``, which would take as long to import as all the rest."""
_SEVERITIES = ("error", "warning", "info", "hint")
_OWN_OPTIONS = ("-h", "--help", "--version")


class _Parser(argparse.ArgumentParser):
    """Renders help with rich, which is imported for that only: it takes as long as all the rest."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        if not sys.stdout.isatty():
            return super()._get_formatter()
        from rich_argparse import RichHelpFormatter  # noqa: PLC0415 see above

        return RichHelpFormatter(self.prog)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read ``argv``; without a command it is ``check``. Exits with 2 on wrong usage, and with 0 after help."""
    if not argv or argv[0] not in (*COMMANDS, *_OWN_OPTIONS):
        argv = ["check", *argv]
    arguments = _parser().parse_args(argv)
    arguments.command = arguments.command.replace("-", "_")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="pubcheck",
        allow_abbrev=False,
        description="Finds data races, broken publications and lock misuse in Go source, without building it.",
        epilog="pubcheck ./... is short for pubcheck check ./...; pubcheck check --help lists the options. "
        "Exit codes: 0 no findings, 1 findings, 2 wrong usage or configuration, 3 internal error.",
    )
    parser.add_argument("--version", action="version", version=f"pubcheck {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    _add_check(commands)
    _add_merge(commands)
    _add_race(commands)
    _add_review(commands)
    _add_baseline(commands)
    _add_suppress(commands)
    _add_rules(commands)
    _add_explain(commands)
    _add_new_rule(commands)
    _add_cache(commands)
    _add_debug(commands)
    _add_server(commands)
    return parser


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    check = commands.add_parser(
        "check", allow_abbrev=False, help="check packages (what happens without a command, too)"
    )
    _add_choice(check)
    _add_news(check)
    _add_fixes(check)
    _add_target(check)
    _add_output(check)
    check.add_argument(
        "--report-suppressed",
        action="store_true",
        help="put into SARIF what comments and the baseline suppress, too, marked as such; GitHub shows it as open",
    )
    run = check.add_argument_group("run")
    run.add_argument("--timings", action="store_true", help="tell on stderr where the time went")
    run.add_argument("--jobs", type=_count, metavar="N", help="number of processes (default: as many as pay)")
    _add_cache_choice(run)
    run.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="have packages worked on by the Dask cluster there (tcp://HOST:PORT), which needs to see the same files",
    )
    run.add_argument("--watch", action="store_true", help="check again whenever a file is saved, until Ctrl-C")
    run.add_argument(
        "--shard",
        type=_shard,
        metavar="I/N",
        help="check the I-th of N parts of the packages, for a machine each; `pubcheck merge` joins their JSON reports",
    )
    _add_exit(run)


def _add_merge(commands: argparse._SubParsersAction[_Parser]) -> None:
    merge = commands.add_parser(
        "merge", allow_abbrev=False, help="join saved JSON reports, of shards or other runs, into one in any format"
    )
    merge.add_argument("reports", nargs="+", metavar="REPORT", help="a file that --output-format json wrote")
    _add_output(merge)
    _add_exit(merge.add_argument_group("run"))
    merge.set_defaults(diff=False, timings=False)


def _add_exit(run: argparse._ArgumentGroup) -> None:
    run.add_argument(
        "--fail-on",
        choices=_SEVERITIES,
        default="hint",
        help="exit with 1 only if a finding is at least this bad; all are reported (default: hint, which is any)",
    )
    run.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")


def _add_race(commands: argparse._SubParsersAction[_Parser]) -> None:
    race = commands.add_parser(
        "race", allow_abbrev=False, help="report what a log of `go test -race` tells of, with the rules it belongs to"
    )
    race.add_argument("log", metavar="LOG", help="a file with the output; - for stdin")
    beside = race.add_argument_group("findings beside the races", "by default of a check of their packages")
    known = beside.add_mutually_exclusive_group()
    known.add_argument("--report", metavar="FILE", help="take them from this report in JSON")
    known.add_argument("--no-check", action="store_true", help="go by the log alone")
    beside.add_argument("--config", metavar="FILE", help="use this configuration, not the nearest pubcheck.toml above")
    _add_cache_choice(beside)
    _add_target(race)
    _add_output(race)
    _add_exit(race.add_argument_group("run"))
    race.set_defaults(diff=False, timings=False, select=None, ignore=None, min_confidence=None, baseline=None)


def _add_review(commands: argparse._SubParsersAction[_Parser]) -> None:
    review = commands.add_parser(
        "review", allow_abbrev=False, help="tell a pull request what is found, in comments that say each thing once"
    )
    where = review.add_argument_group("pull request", "by default the one that the CI job is for")
    where.add_argument("--repo", metavar="OWNER/NAME", help="the repository, or its address")
    where.add_argument("--pr", metavar="NUMBER", help="the pull or merge request, or its address")
    where.add_argument("--provider", choices=("github", "gitlab"), help="whose pull request it is")
    where.add_argument("--api-url", metavar="URL", help="the API of a forge of your own")
    what = review.add_argument_group("review")
    what.add_argument("--report", metavar="FILE", help="tell what this report in JSON says, and check nothing")
    what.add_argument(
        "--prefix", metavar="FOLDER", help="where the report was made, from the repository's root (default: here)"
    )
    what.add_argument("--dry-run", action="store_true", help="write nothing: print what would be done")
    what.add_argument(
        "--max-comments", type=_count, default=20, metavar="N", help="comments that may stand open (default: 20)"
    )
    what.add_argument("--project-rules", action="store_true", help="run the reviewed project's own rules, too")
    what.add_argument(
        "--fail-on",
        choices=_SEVERITIES,
        help="exit with 1 if the pull request has to do with a finding that is at least this bad (default: never)",
    )
    _add_known(what)
    _add_cache_choice(what)
    _add_choice(review)
    _add_target(review)
    _add_volume(review)


def _add_suppress(commands: argparse._SubParsersAction[_Parser]) -> None:
    suppress = commands.add_parser(
        "suppress", allow_abbrev=False, help="silence what is found now, by comments in the source that say why"
    )
    suppress.add_argument("--reason", required=True, metavar="TEXT", help="why; it stands in each comment")
    _add_choice(suppress)
    _add_news(suppress)
    suppress.add_argument("--diff", action="store_true", help="write nothing: print the comments as a unified diff")
    _add_target(suppress)
    _add_volume(suppress)


def _add_baseline(commands: argparse._SubParsersAction[_Parser]) -> None:
    baseline = commands.add_parser(
        "baseline",
        allow_abbrev=False,
        help="keep a file of the findings that are known, so that what is new is reported alone",
    )
    baseline.add_argument(
        "action",
        choices=("write", "update", "prune", "diff"),
        help="write: begin with all that is found; update: add what is new and take out what is found no more; "
        "prune: only take out; diff: show what update would change, exit with 1 if anything",
    )
    _add_choice(baseline)
    baseline.add_argument("--baseline", metavar="FILE", help=f"the file (default: as configured, else {_BASELINE})")
    _add_target(baseline)
    _add_cache_choice(baseline)
    _add_volume(baseline)


_BASELINE = "pubcheck-baseline.toml"
"""The same as ``pubcheck.engine.baseline.NAME``."""


def _add_news(check: argparse.ArgumentParser) -> None:
    news = check.add_argument_group("new code only")
    _add_known(news)
    change = news.add_mutually_exclusive_group()
    change.add_argument(
        "--new-from",
        metavar="REV",
        help="report what touches a line that has changed since HEAD and this git revision parted, committed or not; "
        "everything is analysed all the same",
    )
    change.add_argument(
        "--new-from-patch", metavar="FILE", help="report what touches a line that a unified diff changes; - for stdin"
    )


def _add_known(news: argparse._ArgumentGroup) -> None:
    known = news.add_mutually_exclusive_group()
    known.add_argument("--baseline", metavar="FILE", help="don't report what this file knows; see pubcheck baseline")
    known.add_argument("--no-baseline", action="store_true", help="report what the configured baseline knows, too")


def _add_choice(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "patterns",
        nargs="*",
        default=["./..."],
        metavar="PATTERN",
        help="package patterns as the go command knows them, folders or files (default: ./...)",
    )
    what = check.add_argument_group("rules")
    what.add_argument("--select", action="append", type=_words, metavar="RULES", help=_SELECT)
    what.add_argument("--ignore", action="append", type=_words, metavar="RULES", help="don't run these; the same words")
    what.add_argument(
        "--min-confidence",
        choices=("high", "medium", "low"),
        help="show what is at least this sure (default: medium, and all of a rule that is selected by its name)",
    )
    what.add_argument("--config", metavar="FILE", help="use this configuration, not the nearest pubcheck.toml above")


_SELECT = "run these only: names of rules, categories, 'default' or 'all', separated by commas"


def _add_fixes(check: argparse.ArgumentParser) -> None:
    fixes = check.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="make the safe fixes, and report what is left")
    fixes.add_argument(
        "--unsafe-fixes", action="store_true", help="make those that need a look, too; alone it is as if with --fix"
    )
    fixes.add_argument(
        "--diff", action="store_true", help="write nothing: print what the fixes would change, as a unified diff"
    )


def _add_target(check: argparse.ArgumentParser) -> None:
    target = check.add_argument_group("target")
    target.add_argument("--goos", metavar="OS", help="operating system (default: $GOOS, else linux)")
    target.add_argument("--goarch", metavar="ARCH", help="architecture (default: $GOARCH, else amd64)")
    target.add_argument("--tags", action="append", type=_words, metavar="TAGS", help="build tags, separated by commas")
    target.add_argument("--no-tests", action="store_true", help="leave out _test.go files")


def _add_output(check: argparse.ArgumentParser) -> None:
    output = check.add_argument_group("output")
    output.add_argument(
        "--output-format",
        action="append",
        type=_output,
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(OUTPUT_FORMATS)} (default: full on a terminal, concise where output goes elsewhere); "
        "repeat it for several, one on stdout and the others in files",
    )
    _add_color(output)
    output.add_argument("--statistics", action="store_true", help="count findings by rule and by package, on stderr")
    _add_volume(output)


def _add_cache_choice(run: argparse._ActionsContainer) -> None:
    where = run.add_mutually_exclusive_group()
    where.add_argument("--no-cache", action="store_true", help="find everything anew, and keep nothing for later runs")
    _add_cache_folder(where)


def _add_cache_folder(where: argparse._ActionsContainer) -> None:
    where.add_argument(
        "--cache-dir",
        metavar="FOLDER",
        help="where to keep what later runs can use (default: $PUBCHECK_CACHE_DIR, else the user's folder for caches)",
    )


def _add_volume(output: argparse._ActionsContainer) -> None:
    volume = output.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="write diagnostics and errors only")
    volume.add_argument("-v", "--verbose", action="store_true", help="tell of each problem met on the way")


def _add_color(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours: by default on a terminal, unless NO_COLOR is set",
    )


def _add_rules(commands: argparse._SubParsersAction[_Parser]) -> None:
    rules = commands.add_parser("rules", help="list the rules")
    rules.add_argument("--output-format", choices=("text", "json"), default="text", help="default: text")
    _add_color(rules)


def _add_explain(commands: argparse._SubParsersAction[_Parser]) -> None:
    explain = commands.add_parser("explain", help="say what a rule finds, why that is a bug, and what to do")
    explain.add_argument("rule", metavar="RULE")
    _add_color(explain)


def _add_new_rule(commands: argparse._SubParsersAction[_Parser]) -> None:
    new = commands.add_parser("new-rule", help="begin a rule: write its document, and its module if asked")
    new.add_argument("name", metavar="NAME", help="words in lower case, joined by hyphens")
    new.add_argument("--python", action="store_true", help="detect by a Python module (in pubcheck's checkout only)")


def _add_cache(commands: argparse._SubParsersAction[_Parser]) -> None:
    cache = commands.add_parser("cache", help="see to what is kept between runs")
    cache.add_argument(
        "action",
        choices=("clean", "dir", "size"),
        help="clean: remove all of it; dir: say where it lies; size: say how much it is",
    )
    _add_cache_folder(cache)


def _add_debug(commands: argparse._SubParsersAction[_Parser]) -> None:
    debug = commands.add_parser("debug", help="show what pubcheck sees")
    debug.add_argument("what", choices=("facts",), help="facts: instructions, locksets and summaries of a file")
    debug.add_argument("file", metavar="FILE", help="a Go file")


def _add_server(commands: argparse._SubParsersAction[_Parser]) -> None:
    server = commands.add_parser("server", allow_abbrev=False, help="be the language server of an editor")
    how = server.add_mutually_exclusive_group()
    how.add_argument("--stdio", action="store_true", help="speak on stdin and stdout (what happens anyway)")
    how.add_argument("--tcp", type=int, metavar="PORT", help="listen on this port of 127.0.0.1 instead, for debugging")
    server.add_argument("-v", "--verbose", action="store_true", help="log each message on stderr")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _output(text: str) -> tuple[str, str | None]:
    """A format, and the file for it; None for stdout."""
    name, equals, file = text.partition("=")
    if name not in OUTPUT_FORMATS:
        raise argparse.ArgumentTypeError(f"invalid choice: {name!r} (choose from {', '.join(OUTPUT_FORMATS)})")
    if equals and not file:
        raise argparse.ArgumentTypeError(f"{text} names no file")
    return name, file or None


def _shard(text: str) -> tuple[int, int]:
    index, slash, count = text.partition("/")
    if not (slash and index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text} is no part of a run: write 1/3, 2/3 and 3/3 for three of them")
    return int(index), int(count)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of processes")
    return number

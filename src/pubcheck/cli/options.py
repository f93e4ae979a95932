"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import argparse

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
SEVERITIES = ("error", "warning", "info", "hint")
_LAST_PORT = 65_535


def add_news(check: argparse.ArgumentParser) -> None:
    """What counts as new."""
    news = check.add_argument_group("new code only")
    add_known(news)
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


def add_known(news: argparse._ArgumentGroup) -> None:
    """The baseline of known findings, or none."""
    known = news.add_mutually_exclusive_group()
    known.add_argument("--baseline", metavar="FILE", help="don't report what this file knows; see pubcheck baseline")
    known.add_argument("--no-baseline", action="store_true", help="report what the configured baseline knows, too")


def add_choice(check: argparse.ArgumentParser) -> None:
    """Packages, rules and the configuration."""
    check.add_argument(
        "patterns",
        nargs="*",
        default=["./..."],
        metavar="PATTERN",
        help="package patterns as the go command knows them, folders or files (default: ./...)",
    )
    what = check.add_argument_group("rules")
    what.add_argument("--select", action="append", type=words, metavar="RULES", help=_SELECT)
    what.add_argument("--ignore", action="append", type=words, metavar="RULES", help="don't run these; the same words")
    what.add_argument(
        "--min-confidence",
        choices=("high", "medium", "low"),
        help="show what is at least this sure (default: medium, and all of a rule that is selected by its name)",
    )
    what.add_argument("--config", metavar="FILE", help="use this configuration, not the nearest pubcheck.toml above")


_SELECT = "run these only: names of rules, categories, 'default' or 'all', separated by commas"


def add_fixes(check: argparse.ArgumentParser) -> None:
    """What to do with fixes."""
    fixes = check.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="make the safe fixes, and report what is left")
    fixes.add_argument(
        "--unsafe-fixes", action="store_true", help="make those that need a look, too; alone it is as if with --fix"
    )
    fixes.add_argument(
        "--diff", action="store_true", help="write nothing: print what the fixes would change, as a unified diff"
    )


def add_target(check: argparse.ArgumentParser) -> None:
    """What build constraints are decided for."""
    target = check.add_argument_group("target")
    target.add_argument("--goos", metavar="OS", help="operating system (default: $GOOS, else linux)")
    target.add_argument("--goarch", metavar="ARCH", help="architecture (default: $GOARCH, else amd64)")
    target.add_argument("--tags", action="append", type=words, metavar="TAGS", help="build tags, separated by commas")
    target.add_argument("--no-tests", action="store_true", help="leave out _test.go files")


def add_output(check: argparse.ArgumentParser) -> None:
    """Reports, colours, and what is said beside them."""
    output = check.add_argument_group("output")
    output.add_argument(
        "--output-format",
        action="append",
        type=format_and_file,
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(OUTPUT_FORMATS)} (default: full on a terminal, concise where output goes elsewhere); "
        "repeat it for several, one on stdout and the others in files",
    )
    add_color(output)
    output.add_argument("--statistics", action="store_true", help="count findings by rule and by package, on stderr")
    add_volume(output)


def add_suppressed(check: argparse.ArgumentParser) -> None:
    """Whether formats that can mark it show what is suppressed."""
    check.add_argument(
        "--report-suppressed",
        action="store_true",
        help="put into SARIF what comments and the baseline suppress, too, marked as such; GitHub shows it as open",
    )


def add_cache_choice(run: argparse._ActionsContainer) -> None:
    """Where the cache lies, if anywhere."""
    where = run.add_mutually_exclusive_group()
    where.add_argument("--no-cache", action="store_true", help="find everything anew, and keep nothing for later runs")
    add_cache_folder(where)


def add_cache_folder(where: argparse._ActionsContainer) -> None:
    """Where the cache lies."""
    where.add_argument(
        "--cache-dir",
        metavar="FOLDER",
        help="where to keep what later runs can use (default: $PUBCHECK_CACHE_DIR, else the user's folder for caches)",
    )


def add_volume(output: argparse._ActionsContainer) -> None:
    """How much is said on stderr."""
    volume = output.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="write diagnostics and errors only")
    volume.add_argument("-v", "--verbose", action="store_true", help="tell of each problem met on the way")


def add_color(parser: argparse._ActionsContainer) -> None:
    """Whether to use colours."""
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours: by default on a terminal, unless NO_COLOR is set",
    )


def add_exit(run: argparse._ArgumentGroup) -> None:
    """What the exit code says."""
    run.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="hint",
        help="exit with 1 only if a finding is at least this bad; all are reported (default: hint, which is any)",
    )
    run.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")


def words(text: str) -> list[str]:
    """Words with commas between."""
    return [word.strip() for word in text.split(",") if word.strip()]


def format_and_file(text: str) -> tuple[str, str | None]:
    """A format, and the file for it; None for stdout."""
    name, equals, file = text.partition("=")
    if name not in OUTPUT_FORMATS:
        raise argparse.ArgumentTypeError(f"invalid choice: {name!r} (choose from {', '.join(OUTPUT_FORMATS)})")
    if equals and not file:
        raise argparse.ArgumentTypeError(f"{text} names no file")
    return name, file or None


def shard(text: str) -> tuple[int, int]:
    """Which part of how many."""
    index, slash, count = text.partition("/")
    if not (slash and index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text} is no part of a run: write 1/3, 2/3 and 3/3 for three of them")
    return int(index), int(count)


def positive(text: str) -> int:
    """A number of processes."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of processes")
    return number


def port(text: str) -> int:
    """A port to listen on."""
    if not text.isdecimal() or not 1 <= int(text) <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port: a number from 1 to {_LAST_PORT}")
    return int(text)

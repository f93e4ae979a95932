"""Arguments. Nothing of pubcheck is imported here but its version, so that ``--help`` comes at once."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from pubcheck import __version__
from pubcheck.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWN_OPTIONS = ("-h", "--help", "--version")


class _Parser(argparse.ArgumentParser):
    """Renders help with rich, which is imported for that only: it takes as long as all the rest.

    A formatter looks at each option that is added, too, and that one needs to know nothing of the terminal.
    """

    def __init__(self, **choices: Any) -> None:
        super().__init__(**choices, formatter_class=partial(argparse.HelpFormatter, width=80))

    def format_usage(self) -> str:
        self._see_terminal()
        return super().format_usage()

    def format_help(self) -> str:
        self._see_terminal()
        return super().format_help()

    def _see_terminal(self) -> None:
        self.formatter_class = argparse.HelpFormatter
        if sys.stdout.isatty():
            from rich_argparse import RichHelpFormatter  # noqa: PLC0415 see above

            self.formatter_class = RichHelpFormatter


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read ``argv``; without a command it is ``check``. Exits with 2 on wrong usage, and with 0 after help."""
    if not argv or argv[0] not in (*_COMMANDS, *_OWN_OPTIONS):
        argv = ["check", *argv]
    parser = _parser(argv[0])
    arguments, behind = parser.parse_known_args(argv)
    if behind and ("patterns" not in arguments or any(word.startswith("-") for word in behind)):
        parser.error(f"unrecognized arguments: {' '.join(behind)}")
    if behind:  # argparse takes the patterns up to the next option for all that there are
        arguments.patterns = [*arguments.patterns, *behind]
    arguments.command = arguments.command.replace("-", "_")
    return arguments


def _parser(wanted: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="pubcheck",
        allow_abbrev=False,
        description="Finds data races, broken publications and lock misuse in Go source, without building it.",
        epilog="pubcheck ./... is short for pubcheck check ./...; pubcheck check --help lists the options. "
        "Exit codes: 0 no findings, 1 findings, 2 wrong usage or configuration, 3 internal error.",
    )
    parser.add_argument("--version", action="version", version=f"pubcheck {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    # All of them with their options would take as long as to import argparse.
    for name in (wanted,) if wanted in _COMMANDS else _COMMANDS:
        what, fill = _COMMANDS[name]
        command = commands.add_parser(name, allow_abbrev=False, help=what)
        if name == wanted:
            fill(command)
    return parser


def _check(check: _Parser) -> None:
    options.add_choice(check)
    options.add_news(check)
    options.add_fixes(check)
    options.add_target(check)
    options.add_output(check)
    options.add_suppressed(check)
    run = check.add_argument_group("run")
    run.add_argument("--timings", action="store_true", help="tell on stderr where the time went")
    run.add_argument("--jobs", type=options.positive, metavar="N", help="number of processes (default: as many as pay)")
    options.add_cache_choice(run)
    run.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="have packages worked on by the Dask cluster there (tcp://HOST:PORT), which needs to see the same files",
    )
    run.add_argument("--watch", action="store_true", help="check again whenever a file is saved, until Ctrl-C")
    run.add_argument(
        "--shard",
        type=options.shard,
        metavar="I/N",
        help="check the I-th of N parts of the packages, for a machine each; `pubcheck merge` joins their JSON reports",
    )
    options.add_exit(run)


def _merge(merge: _Parser) -> None:
    merge.add_argument("reports", nargs="+", metavar="REPORT", help="a file that --output-format json wrote")
    options.add_output(merge)
    options.add_suppressed(merge)
    options.add_exit(merge.add_argument_group("run"))
    merge.set_defaults(diff=False, timings=False)


def _race(race: _Parser) -> None:
    race.add_argument("log", metavar="LOG", help="a file with the output; - for stdin")
    beside = race.add_argument_group("findings beside the races", "by default of a check of their packages")
    known = beside.add_mutually_exclusive_group()
    known.add_argument("--report", metavar="FILE", help="take them from this report in JSON")
    known.add_argument("--no-check", action="store_true", help="go by the log alone")
    beside.add_argument("--config", metavar="FILE", help="use this configuration, not the nearest pubcheck.toml above")
    options.add_cache_choice(beside)
    options.add_target(race)
    options.add_output(race)
    options.add_exit(race.add_argument_group("run"))
    race.set_defaults(diff=False, timings=False, select=None, ignore=None, min_confidence=None, baseline=None)


def _review(review: _Parser) -> None:
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
        "--max-comments",
        type=options.positive,
        default=20,
        metavar="N",
        help="comments that may stand open (default: 20)",
    )
    what.add_argument("--project-rules", action="store_true", help="run the reviewed project's own rules, too")
    what.add_argument(
        "--fail-on",
        choices=options.SEVERITIES,
        help="exit with 1 if the pull request has to do with a finding that is at least this bad (default: never)",
    )
    options.add_known(what)
    options.add_cache_choice(what)
    options.add_choice(review)
    options.add_target(review)
    options.add_volume(review)


def _suppress(suppress: _Parser) -> None:
    suppress.add_argument("--reason", required=True, metavar="TEXT", help="why; it stands in each comment")
    options.add_choice(suppress)
    options.add_news(suppress)
    suppress.add_argument("--diff", action="store_true", help="write nothing: print the comments as a unified diff")
    options.add_target(suppress)
    options.add_volume(suppress)


def _baseline(baseline: _Parser) -> None:
    actions = baseline.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, what in _BASELINE_ACTIONS.items():
        action = actions.add_parser(name, allow_abbrev=False, help=what)
        options.add_choice(action)
        action.add_argument("--baseline", metavar="FILE", help=f"the file (default: as configured, else {_BASELINE})")
        options.add_target(action)
        options.add_cache_choice(action)
        options.add_volume(action)


_BASELINE_ACTIONS = {
    "write": "begin with all that is found",
    "update": "add what is new, and take out what is found no more",
    "prune": "only take out",
    "diff": "show what update would change; exit with 1 if anything",
}
_BASELINE = "pubcheck-baseline.toml"
"""The same as ``pubcheck.engine.baseline.NAME``."""


def _rules(rules: _Parser) -> None:
    rules.add_argument("--output-format", choices=("text", "json"), default="text", help="default: text")
    options.add_color(rules)


def _explain(explain: _Parser) -> None:
    explain.add_argument("rule", metavar="RULE")
    options.add_color(explain)


def _new_rule(new: _Parser) -> None:
    new.add_argument("name", metavar="NAME", help="words in lower case, joined by hyphens")
    new.add_argument("--python", action="store_true", help="detect by a Python module (in pubcheck's checkout only)")


def _cache(cache: _Parser) -> None:
    cache.add_argument(
        "action",
        choices=("clean", "dir", "size"),
        help="clean: remove all of it; dir: say where it lies; size: say how much it is",
    )
    options.add_cache_folder(cache)


def _debug(debug: _Parser) -> None:
    debug.add_argument("what", choices=("facts",), help="facts: instructions, locksets and summaries of a file")
    debug.add_argument("file", metavar="FILE", help="a Go file")


def _server(server: _Parser) -> None:
    how = server.add_mutually_exclusive_group()
    how.add_argument("--stdio", action="store_true", help="speak on stdin and stdout (what happens anyway)")
    how.add_argument(
        "--tcp", type=options.port, metavar="PORT", help="listen on this port of 127.0.0.1 instead, for debugging"
    )
    server.add_argument("-v", "--verbose", action="store_true", help="log each message on stderr")


_COMMANDS = {
    "check": ("check packages (what happens without a command, too)", _check),
    "merge": ("join saved JSON reports, of shards or other runs, into one in any format", _merge),
    "race": ("report what a log of `go test -race` tells of, with the rules it belongs to", _race),
    "review": ("tell a pull request what is found, in comments that say each thing once", _review),
    "baseline": ("keep a file of the findings that are known, so that what is new is reported alone", _baseline),
    "suppress": ("silence what is found now, by comments in the source that say why", _suppress),
    "rules": ("list the rules", _rules),
    "explain": ("say what a rule finds, why that is a bug, and what to do", _explain),
    "new-rule": ("begin a rule: write its document, and its module if asked", _new_rule),
    "cache": ("see to what is kept between runs", _cache),
    "debug": ("show what pubcheck sees", _debug),
    "server": ("be the language server of an editor", _server),
}
"""What there is: a line about it for ``--help``, and what adds its options."""

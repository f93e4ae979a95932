"""``pubcheck check``."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from pubcheck.changes import ChangesError
from pubcheck.cli import cache, fixes, news, notes, progress
from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.outputs import OutputError, deliver, planned
from pubcheck.cli.terminal import complain
from pubcheck.diagnostic import Confidence
from pubcheck.engine import (
    ClusterError,
    Config,
    ConfigError,
    Hands,
    Mended,
    PatternError,
    Shard,
    available_rules,
    check,
    cluster,
    find_config,
    load_config,
    mend,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from pubcheck.engine import Report


def run(arguments: Namespace) -> int:
    """Check what the patterns name and write the report, once or whenever something changes."""
    cwd = Path(os.path.abspath("."))  # noqa: PTH100 links stay as the user knows them
    if not arguments.watch:
        return _look(arguments, cwd)[0]
    if fixes.wanted(arguments):
        complain("--watch only looks, and makes no fixes")
        return ExitCode.USAGE
    from pubcheck.cli import watch  # noqa: PLC0415 few runs need it

    return watch.run(arguments, lambda: _look(arguments, cwd)[1], cwd)


def _look(arguments: Namespace, cwd: Path) -> tuple[ExitCode, Report | None]:
    """One run and what came of it; None where the arguments or the configuration don't allow it."""
    try:
        outputs = planned(arguments, cwd)
        config = configured(arguments, cwd)
        where = cache.folder(arguments, cwd)
        rules = available_rules(config.folder or cwd, where)
        with progress.shown(enabled=not arguments.quiet) as tell, _hands(arguments) as hands:
            shard = Shard(*arguments.shard) if arguments.shard else None
            new = news.changes(arguments, cwd)
            look = partial(
                check,
                arguments.patterns,
                config,
                cwd=cwd,
                progress=tell,
                rules=rules,
                shard=shard,
                changes=new,
                cache=where,
                hands=hands,
            )
            mended = mend(look, unsafe=arguments.unsafe_fixes) if fixes.wanted(arguments) else None
            report = look() if mended is None else mended.report
    except (ChangesError, ClusterError, ConfigError, OutputError, PatternError) as error:
        complain(str(error))
        return ExitCode.USAGE, None
    if mended is not None and arguments.diff:
        return _show(mended, arguments, cwd), report
    if mended is not None:
        report = fixes.write(mended)
    try:
        code = deliver(report, rules, outputs, arguments, cwd)
    except OutputError as error:
        complain(str(error))
        return ExitCode.USAGE, None
    if mended is not None:
        notes.write_fixes(mended, arguments, written=True)
    return code, report


def _hands(arguments: Namespace) -> AbstractContextManager[Hands]:
    """Who works on packages."""
    return cluster(arguments.scheduler) if arguments.scheduler else nullcontext(Hands(arguments.jobs))


def _show(mended: Mended, arguments: Namespace, cwd: Path) -> ExitCode:
    """The difference that the fixes would make, instead of a report; the exit code tells whether there is one."""
    fixes.print_diff(mended, cwd)
    notes.write_fixes(mended, arguments, written=False)
    if mended.report.crashed:
        return ExitCode.INTERNAL
    return ExitCode.FINDINGS if mended.after and not arguments.exit_zero else ExitCode.CLEAN


def configured(arguments: Namespace, cwd: Path) -> Config:
    """The configuration file's settings, with the command line's laid over them.

    ``--select`` starts afresh: the file's ``ignore`` doesn't take away what somebody just asked for.

    Raises:
        ConfigError: the file is wrong.
    """
    config = _from_file(arguments.config, cwd)
    changes: dict[str, Any] = {}
    if arguments.select:
        changes |= {"select": _flat(arguments.select), "ignore": ()}
    if arguments.ignore:
        changes["ignore"] = (*changes.get("ignore", config.ignore), *_flat(arguments.ignore))
    if arguments.min_confidence:
        changes["min_confidence"] = Confidence(arguments.min_confidence)
    if arguments.tags:
        changes["tags"] = _flat(arguments.tags)
    if getattr(arguments, "no_baseline", False):
        changes["baseline"] = ""
    elif getattr(arguments, "baseline", None):
        changes["baseline"] = str(cwd / arguments.baseline)
    if arguments.no_tests:
        changes["tests"] = False
    changes |= {key: value for key in ("goos", "goarch") if (value := getattr(arguments, key))}
    return msgspec.structs.replace(config, **changes)


def _from_file(named: str | None, cwd: Path) -> Config:
    path = cwd / named if named else find_config(cwd)
    if path is None:
        return Config()
    shown = path.relative_to(cwd).as_posix() if path.is_relative_to(cwd) else str(path)
    return load_config(path, shown=shown)


def _flat(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(word for words in lists for word in words)

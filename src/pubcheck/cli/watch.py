"""``pubcheck check --watch``: another look whenever something is saved that may change what is found."""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain, console
from pubcheck.engine import CONFIG_NAMES
from pubcheck.report import View
from pubcheck.report.concise import line
from pubcheck.report.wording import counted

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pubcheck.engine import Report

    Changes = Iterator[set[tuple[object, str]]]

_STEP = 100
"""Milliseconds without a change after which a burst of them is over: editors and git write several files."""
_DEBOUNCE = 1000
"""Milliseconds after which a burst that doesn't end is looked at all the same."""
_BEAT = 250
"""Milliseconds; how long the first look waits for the watch to begin."""
_MODULE_FILES = ("go.mod", "go.work")
_RULES = ".pubcheck"


def run(arguments: Namespace, look: Callable[[], Report | None], cwd: Path) -> ExitCode:
    """Have a look, and another one after each change, until somebody ends it.

    Args:
        arguments: the command line.
        look: checks, and writes the report; None where it couldn't.
        cwd: an absolute path.
    """
    changes = _changes(arguments, cwd)
    if changes is None:
        return ExitCode.USAGE
    before: Report | None = None
    try:
        next(changes)  # the watch has begun: what is saved during a look is there to be seen after it
        while True:
            if sys.stdout.isatty():
                console(arguments.color).clear()
            report = look()
            if not arguments.quiet:
                _tell(report, before, cwd)
            before = report or before
            gc.collect()  # nobody else does, in a process that is made for one run
            while not next(changes):
                pass
    except KeyboardInterrupt:
        return ExitCode.CLEAN
    except OSError as error:
        complain(f"--watch: {error.strerror or error}")
        return ExitCode.USAGE


def _changes(arguments: Namespace, cwd: Path) -> Changes | None:
    """Sets of relevant changes, empty ones where nothing happened for a while; None where nothing can watch."""
    try:
        from watchfiles import watch  # noqa: PLC0415 an extra
    except ImportError:
        complain("--watch needs the package watchfiles: pip install 'pubcheck[watch]'")
        return None
    config = cwd / arguments.config if arguments.config else None
    top = _top(cwd)
    places = [top, *([config] if config is not None and config.is_file() and top not in config.parents else [])]

    def relevant(_: object, path: str) -> bool:
        return path == str(config) or is_relevant(path, top)

    return watch(  # type: ignore[return-value]  # a generator of sets of pairs
        *places,
        watch_filter=relevant,
        step=_STEP,
        debounce=_DEBOUNCE,
        rust_timeout=_BEAT,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )


def is_relevant(path: str, top: Path) -> bool:
    """Whether a change of ``path`` below ``top`` may change what is found.

    Go files, module files, the configuration and the project's own rules are relevant, but not what lies in folders
    that Go passes over.
    """
    *folders, name = PurePath(os.path.relpath(path, top)).parts
    if _RULES in folders:
        return name.endswith(".md")
    if any(folder.startswith((".", "_")) and folder != ".." for folder in folders):
        return False
    if name in CONFIG_NAMES or name in _MODULE_FILES:
        return True
    if name.startswith((".", "_")):
        return False
    return name.endswith(".go") or _has_go(path)


def _has_go(path: str) -> bool:
    """Whether ``path`` is a folder of Go files that was moved here, which is one change and not one for each file."""
    return os.path.isdir(path) and any(name.endswith(".go") for _, _, names in os.walk(path) for name in names)  # noqa: PTH112


def _top(cwd: Path) -> Path:
    """The workspace's or the module's folder around ``cwd``; itself where there is none."""
    for name in reversed(_MODULE_FILES):
        for folder in (cwd, *cwd.parents):
            if (folder / name).is_file():
                return folder
    return cwd


def _tell(report: Report | None, before: Report | None, cwd: Path) -> None:
    """What came and went since the last look, where it is in sight even below a long report."""
    lines: list[str] = []
    if report is not None and before is not None:
        now, then = _fingerprints(report), _fingerprints(before)
        fresh = now - then
        if fresh or then - now:
            lines.append(f"Since the last look: {counted(fresh.total(), 'new finding')}, {(then - now).total():,} gone")
        lines += [f"  {line(one, report, View(cwd=cwd))}" for one in report.diagnostics if one.fingerprint in fresh]
    lines.append("Watching for changes; Ctrl-C ends it")
    sys.stderr.write("".join(f"{one}\n" for one in lines))
    sys.stderr.flush()


def _fingerprints(report: Report) -> Counter[str]:
    return Counter(one.fingerprint for one in report.diagnostics)

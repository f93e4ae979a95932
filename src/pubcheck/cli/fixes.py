"""Changed files: put on the disk, or shown as a difference."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine import write_files
from pubcheck.report import relative

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from pubcheck.engine import Mended, Report, Silenced


def wanted(arguments: Namespace) -> bool:
    """Whether the arguments ask for fixes."""
    return bool(arguments.fix or arguments.unsafe_fixes or arguments.diff)


def write(mended: Mended | Silenced) -> Report:
    """Put the changed files on the disk; the report tells which of them couldn't be."""
    problems = tuple(write_files(mended.before, mended.after))
    return msgspec.structs.replace(mended.report, problems=(*mended.report.problems, *problems))


def print_diff(mended: Mended | Silenced, cwd: Path) -> None:
    """Write what changes as a unified diff, with paths below the current folder."""
    from pubcheck.edits import unified_diff  # noqa: PLC0415 the parser comes with it, which a run may not need

    text = "".join(
        unified_diff(relative(path, cwd) or path.lstrip("/"), mended.before[path], after)
        for path, after in sorted(mended.after.items())
    )
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(text.encode("utf-8", "surrogateescape"))
        buffer.flush()

"""What counts as new: not in the baseline, or touched by a change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from pubcheck.changes import Changes


def changes(arguments: Namespace, cwd: Path) -> Changes | None:
    """The change that ``arguments`` ask to look at alone; None for everything.

    Raises:
        ChangesError: it can't be told what has changed.
    """
    if arguments.new_from is not None:
        from pubcheck.changes.git import changed_since  # noqa: PLC0415 most runs don't ask

        return changed_since(arguments.new_from, cwd)
    if arguments.new_from_patch is not None:
        return _of_patch(arguments.new_from_patch, cwd)
    return None


def _of_patch(name: str, cwd: Path) -> Changes:
    from pubcheck.changes import ChangesError  # noqa: PLC0415 as above
    from pubcheck.changes.patch import changed_in_patch  # noqa: PLC0415

    try:
        data = sys.stdin.buffer.read() if name == "-" else (cwd / name).read_bytes()
    except OSError as error:
        raise ChangesError(f"{name}: can't be read: {error.strerror or error}") from None
    shown = "the patch on stdin" if name == "-" else name
    return changed_in_patch(data.decode("utf-8", "surrogateescape"), cwd, name=shown)

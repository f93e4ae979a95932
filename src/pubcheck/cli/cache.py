"""``pubcheck cache``, and where the cache of a run lies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode

if TYPE_CHECKING:
    from argparse import Namespace


def folder(arguments: Namespace, cwd: Path) -> Path | None:
    """The folder that ``arguments`` name, or the usual one; None where there is to be no cache."""
    if arguments.no_cache:
        return None
    from pubcheck.engine.cache import default_folder  # noqa: PLC0415 it brings a database, and may not be needed

    return cwd / arguments.cache_dir if arguments.cache_dir else default_folder()


def run(arguments: Namespace) -> int:
    """Say where the cache lies or how large it is, or empty it."""
    arguments.no_cache = False
    where = folder(arguments, Path(os.path.abspath(".")))  # noqa: PTH100 links stay as the user knows them
    assert where is not None  # noqa: S101 for the type checker
    if arguments.action == "dir":
        sys.stdout.write(f"{where}\n")
        return ExitCode.CLEAN
    from pubcheck.engine.cache import Store  # noqa: PLC0415 as above

    store = Store(where)
    if arguments.action == "size":
        sys.stdout.write(f"{store.size / 1e6:.1f} MB\n")
    else:
        sys.stdout.write(f"{store.clear() / 1e6:.1f} MB removed\n")
    store.close()
    return ExitCode.CLEAN

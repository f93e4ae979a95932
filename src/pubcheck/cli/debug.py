"""``pubcheck debug``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain
from pubcheck.engine import PatternError
from pubcheck.engine.describe import describe

if TYPE_CHECKING:
    from argparse import Namespace


def run(arguments: Namespace) -> int:
    """Print instructions and facts of each function in a file."""
    try:
        sys.stdout.writelines(describe(arguments.file, Path(os.path.abspath("."))))  # noqa: PTH100 links stay
    except PatternError as error:
        complain(str(error))
        return ExitCode.USAGE
    return ExitCode.CLEAN

"""``pubcheck new-rule``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.cli.exit_code import ExitCode
from pubcheck.cli.terminal import complain
from pubcheck.spec.scaffold import scaffold

if TYPE_CHECKING:
    from argparse import Namespace


def run(arguments: Namespace) -> int:
    """Write the files that a rule begins with: in pubcheck's checkout one of its own, elsewhere the project's."""
    project = not Path("src/pubcheck/rules").is_dir()
    try:
        files = scaffold(arguments.name, python=arguments.python, project=project)
    except ValueError as error:
        complain(str(error))
        return ExitCode.USAGE
    for name in files:
        if Path(name).exists():
            complain(f"{name} is there already")
            return ExitCode.USAGE
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        sys.stdout.write(f"{name}\n")
    return ExitCode.CLEAN

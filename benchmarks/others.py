"""The same code under other checkers, as far as they are installed, with nothing kept from earlier runs."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.child import Children, Usage

_COMMANDS = {
    "go vet": ["go", "vet", "./..."],
    "staticcheck": ["staticcheck", "./..."],
    "semgrep": ["semgrep", "scan", "--metrics", "off", "--quiet", "--config", "p/golang", "."],
}


class Other(NamedTuple):
    """One checker: what it took, or why it has nothing to show."""

    name: str
    used: Usage | None
    reason: str = ""


def measure(children: Children, checkout: Path, folder: Path) -> Iterator[Other]:
    """Run each on ``checkout``; what they would keep for later goes into new folders in ``folder``."""
    for name, command in _COMMANDS.items():
        if shutil.which(command[0]) is None:
            yield Other(name, None, "not installed")
            continue
        caches = {variable: str(folder / name / variable) for variable in ("GOCACHE", "STATICCHECK_CACHE")}
        try:
            used = children.start(command, folder=checkout, environment=caches)
        except RuntimeError as error:
            yield Other(name, None, str(error).strip().partition("\n")[0])
        else:
            failed = next((line for line in used.stderr.splitlines() if "cannot find" in line or "missing" in line), "")
            yield Other(name, None, failed) if failed else Other(name, used)

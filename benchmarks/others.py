"""The same code under other checkers, as far as they are installed, with nothing kept from earlier runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.model.project import Project, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.child import Children, Usage

_RULES = Path(__file__).parent / "semgrep.yaml"
_COMMANDS = {
    "go vet": ["go", "vet", "./..."],
    "staticcheck": ["staticcheck", "./..."],
    "semgrep": [
        *("semgrep", "scan", "--metrics=off", "--disable-version-check", "--quiet", "--no-git-ignore", "--emacs"),
        *("--config", str(_RULES), "."),
    ],
}
_DEBIAN = {"staticcheck": "go-staticcheck"}
"""What Debian calls a program."""
_WRONG = re.compile(
    r"cannot find|missing go.sum|no required module|^panic: |unsupported version|^fatal error", re.MULTILINE
)
_FINDING = re.compile(r"^\S+\.go:\d+:", re.MULTILINE)


class Other(NamedTuple):
    """One checker: what it took and the lines that it found something in, or why it has nothing to show."""

    name: str
    used: Usage | None
    findings: int = 0
    reason: str = ""


def measure(children: Children, checkout: Path, folder: Path, *, tests: bool) -> Iterator[Other]:
    """Run each on ``checkout``; what they would keep for later goes into new folders in ``folder``.

    Those that build look at tests, too, and at whatever else they must have read. semgrep would leave out tests and
    look at the rest of the folder: it gets a copy of the files that pubcheck looks at, and rules in its language.
    """
    for name, (program, *arguments) in _COMMANDS.items():
        found = shutil.which(program) or shutil.which(_DEBIAN.get(name, program))
        if found is None:
            yield Other(name, None, reason="not installed")
            continue
        caches = {variable: str(folder / name / variable) for variable in ("GOCACHE", "STATICCHECK_CACHE")}
        where = checkout
        if name == "semgrep":
            where = _copy(checkout, folder / "same", tests=tests)
        yield _run(children, name, [found, *arguments], where, caches)


def _run(children: Children, name: str, command: list[str], where: Path, caches: dict[str, str]) -> Other:
    try:
        used = children.start(command, folder=where, environment=caches)
    except RuntimeError as error:
        return Other(name, None, reason=_first(str(error)))
    wrong = next((line for line in used.stderr.splitlines() if _WRONG.search(line)), "")
    if wrong:
        return Other(name, None, reason=wrong.strip())
    return Other(name, used, len(_FINDING.findall(used.stdout + used.stderr)))


def _first(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if _WRONG.search(line)), text.strip().partition("\n")[0])


def _copy(checkout: Path, into: Path, *, tests: bool) -> Path:
    project = Project.load(["./..."], checkout, Target(tests=tests))
    for level in project.order():
        for package in level:
            for file in package.files:
                copy = into / file.path.relative_to(checkout)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(file.source.data)
    (into / ".semgrepignore").touch()  # an empty one, or tests are left out
    return into

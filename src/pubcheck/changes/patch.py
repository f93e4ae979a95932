"""What a patch changes, without git: the patch is told by its text, its files by their names below some folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.changes.reach import reached
from pubcheck.changes.unified import touched
from pubcheck.changes.values import Changes, ChangesError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pubcheck.changes.unified import Touched

_MARKS = (".git", ".hg", ".jj", ".svn", "go.mod", "go.work")
"""What lies where a project, or a part of one, begins."""


def changed_in_patch(text: str, folder: Path, *, name: str) -> Changes:
    """What ``text`` changes in the files that lie there as the patch leaves them.

    The names in a patch begin at the root of a repository, or wherever it was made. They are looked for in ``folder``
    and in the folders above it that belong to the project, without their first part (``a/``, ``b/``) and with it: where
    most are, is meant.

    Args:
        text: a unified diff.
        folder: an absolute path.
        name: what errors call the patch.

    Raises:
        ChangesError: it isn't a unified diff, none of its Go files is there, or they aren't as it leaves them.
    """
    try:
        files = {path: each for path, each in touched(text).items() if path.endswith(".go")}
    except ChangesError as error:
        raise ChangesError(f"{name} {error}") from None
    found = max(_placed(files, folder), key=len, default={})
    if files and not found:
        first = next(iter(files))
        raise ChangesError(f"{name} changes {first} and there is no such file, in {folder} or further up")
    for path, each in found.items():
        _check_applied(path, each, name)
    return Changes(reached({str(path): each for path, each in found.items()}), f"in {name}")


def _check_applied(path: Path, each: Touched, name: str) -> None:
    """A patch that was made for another state of the file would be about other lines."""
    try:
        lines = path.read_text("utf-8", "surrogateescape").split("\n")
    except OSError as error:
        raise ChangesError(f"{path}: can't be read: {error.strerror or error}") from None
    for number, text in each.added.items():
        if number > len(lines) or lines[number - 1].rstrip() != text.rstrip():
            raise ChangesError(f"{name} isn't applied: line {number} of {path} isn't the one that it adds there")


def _placed(files: dict[str, Touched], folder: Path) -> Iterator[dict[Path, Touched]]:
    """The files that exist, by path, for each way to read their names."""
    for root in _roots(folder):
        for parts in (1, 0):
            yield {path: files[name] for name, path in _paths(files, root, parts) if path.is_file()}


def _roots(folder: Path) -> tuple[Path, ...]:
    """``folder`` and those above it, as far up as the project goes."""
    above = (folder, *folder.parents)
    last = max((number for number, one in enumerate(above) if any((one / mark).exists() for mark in _MARKS)), default=0)
    return above[: last + 1]


def _paths(names: Iterable[str], root: Path, parts: int) -> Iterator[tuple[str, Path]]:
    for name in names:
        rest = name.split("/", parts)[parts:]
        if rest and rest[0]:
            yield name, root / rest[0]

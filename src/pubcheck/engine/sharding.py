"""A run in parts: which packages each of several machines checks, so that together they check them all.

Packages keep together that lie in one folder, since a package and its external tests may see one thing twice; folders
next to each other, since they import the same packages and each part analyses what its own import.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.effort import effort

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.model.project import PackageSource


class Shard(msgspec.Struct, frozen=True, order=True, gc=False):
    """One part of a run: the ``index``-th of ``count``, counted from 1."""

    index: int
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def share(self, packages: Sequence[PackageSource]) -> tuple[PackageSource, ...]:
        """Those of ``packages`` that are this part's; each is in exactly one part.

        The parts are runs of folders in the order of their names, as equal in bytes of source as folders allow.
        """
        folders = [tuple(group) for _, group in groupby(sorted(packages, key=_folder), _folder)]
        sizes = [sum(map(effort, folder)) for folder in folders]
        return tuple(
            package
            for folder, part in zip(folders, _parts(sizes, self.count), strict=True)
            for package in folder
            if part == self.index
        )


def _parts(sizes: Sequence[int], count: int) -> Iterator[int]:
    """For each of a row of folders the part that its middle byte falls into."""
    total = sum(sizes)
    passed = 0
    for size in sizes:
        yield min((2 * passed + size) * count // (2 * total) + 1, count) if total else 1
        passed += size


def _folder(package: PackageSource) -> str:
    return package.directory.as_posix()

"""A module of as many alike packages as one likes, to see what a larger project costs."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SKIPPED = frozenset(("vendor", "testdata"))
_GENERATED = b"// Code generated "


def largest_package(checkout: Path) -> Path:
    """The folder below ``checkout`` that holds the most bytes of Go that people wrote, tests apart."""
    sizes: dict[Path, int] = {}
    for file in checkout.rglob("*.go"):
        if not file.name.endswith("_test.go") and _SKIPPED.isdisjoint(file.relative_to(checkout).parts):
            data = file.read_bytes()
            if _GENERATED not in data:
                sizes[file.parent] = sizes.get(file.parent, 0) + len(data)
    return max(sizes, key=lambda folder: (sizes[folder], str(folder)))


def copies(package: Path, count: int, into: Path) -> None:
    """Make a module in ``into`` with ``count`` copies of ``package``, whose imports it doesn't have."""
    into.mkdir()
    (into / "go.mod").write_text("module example.com/growth\n\ngo 1.25\n")
    for number in range(count):
        folder = into / f"copy{number}"
        folder.mkdir()
        for file in package.glob("*.go"):
            shutil.copy(file, folder)

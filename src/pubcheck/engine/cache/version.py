"""What tells this pubcheck from others: an entry is good for the code that made it, and for no other."""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pubcheck
from pubcheck.source import digest
from pubcheck.spec import rules_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARSER = ("tree_sitter", "tree_sitter_go")


@cache
def code_version() -> bytes:
    """Hash of the version, and of the names, sizes and times of all that could have been edited since; asked once."""
    parts = [f"{pubcheck.__version__} {sys.version}"]
    package = Path(pubcheck.__file__).parent
    documents = () if package in rules_dir().parents else _files(rules_dir())
    for entry in (*_files(package), *documents):
        status = entry.stat()
        parts.append(f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}")
    for name in _PARSER:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            parts.append(f"{spec.origin}\0{os.stat(spec.origin).st_mtime_ns}")  # noqa: PTH116 no Path needed
    return digest("\0".join(parts).encode("utf-8", "surrogateescape"))


def _files(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        elif not entry.name.endswith(".pyc"):
            yield entry

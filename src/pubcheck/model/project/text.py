"""Names of files as text that can be printed and stored."""

from __future__ import annotations

import os
from pathlib import Path


def printable(name: str) -> bool:
    """Whether a name is valid UTF-8 on the disk; others can't be shown, stored or imported."""
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)


def shown(path: Path | str) -> str:
    """``path`` with forward slashes; bytes that aren't UTF-8 become replacement characters."""
    text = path.as_posix() if isinstance(path, Path) else path.replace(os.sep, "/")
    return text if printable(text) else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

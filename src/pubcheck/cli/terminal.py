"""What is known of where output goes."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_WIDTHS = (60, 200)


def wants_color(choice: str, stream: TextIO) -> bool:
    """Whether to use colours on ``stream``: ``always``, ``never``, or ``auto`` by terminal and ``NO_COLOR``."""
    if choice != "auto":
        return choice == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to fill: the terminal's, ``COLUMNS``, or 100; neither too narrow nor too wide to read."""
    least, most = _WIDTHS
    return min(max(shutil.get_terminal_size((100, 24)).columns, least), most)


def console(choice: str) -> Console:
    """A console on stdout."""
    from rich.console import Console  # noqa: PLC0415 commands that print plain text don't need it

    color = wants_color(choice, sys.stdout)
    return Console(
        width=width(), color_system="standard" if color else None, force_terminal=color, no_color=not color, emoji=False
    )


def complain(text: str) -> None:
    """An error, on stderr."""
    print(f"pubcheck: {text}", file=sys.stderr)

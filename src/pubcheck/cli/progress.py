"""How far a run is, on stderr, where that is a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BEAT = 0.1
"""Seconds between two looks that are worth it."""


@contextmanager
def shown(*, enabled: bool) -> Iterator[Callable[[int, int, str], None] | None]:
    """Something to tell the number of packages done, of all, and the next one's name; None where nobody would see."""
    if not enabled or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 a terminal is needed for it to be of use
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (BarColumn(bar_width=20), MofNCompleteColumn(), TextColumn("{task.description}"))
    # A thread that refreshes by itself would be in the way of workers, which are forked.
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=None)
        shown_at = 0.0

        def tell(done: int, total: int, name: str) -> None:
            nonlocal shown_at
            bar.update(task, completed=done, total=total, description=name)
            if monotonic() - shown_at > _BEAT:
                bar.refresh()
                shown_at = monotonic()

        yield tell

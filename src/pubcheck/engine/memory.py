"""What keeps a batch of packages quick: the cyclic garbage collector runs between packages, if at all."""

from __future__ import annotations

import gc
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 1_000_000
"""Objects, some two hundred megabytes with what hangs on them: to look for circles among fewer doesn't pay.

Nine in ten of them aren't in a circle, and to look at them takes as long as to parse what they were made of.
"""
FEW = 200_000
"""As ``MANY``, for a process that stays: of what it once held the system gets little back."""


@contextmanager
def batch_memory() -> Iterator[None]:
    """Keep the cyclic collector out of a batch but between packages: walking all values costs more than the work.

    Where it is out anyway, whoever keeps it out is to ``tidy``.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.freeze()  # as old as all else, or the collector would look at the whole batch as soon as it is in again
        gc.unfreeze()
        gc.enable()


def settle() -> None:
    """Collect the circles that facts of packages made, once there may be many, and never look again at what is left."""
    if gc.get_count()[0] > MANY:
        gc.collect(0)
        gc.freeze()


class Staying:
    """As ``settle``, for a process that stays, where what was left then is let go of later."""

    def __init__(self) -> None:
        """Begin with what there is."""
        self._held = 0

    def settle(self) -> None:
        """Look among what is new, and among all once that has doubled since it was looked at: it may be let go of."""
        if gc.get_count()[0] <= FEW:
            return
        gc.collect(0)
        gc.freeze()
        if gc.get_freeze_count() > max(2 * self._held, MANY):
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._held = gc.get_freeze_count()


def tidy(*, thorough: bool) -> None:
    """Collect the circles that were let go of since the last time, or with all that were there before then, too.

    The system gets back what it can get; with glibc, that is all of a page's size and more that lies free.
    """
    if thorough:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    from ctypes import CDLL  # noqa: PLC0415 only a process that stays asks for it

    with suppress(AttributeError, OSError, TypeError):  # another C library, or a system that has it elsewhere
        CDLL(None).malloc_trim(0)

"""What a process that stays holds: circles that are let go of later are found, too."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

from pubcheck.engine import memory

if TYPE_CHECKING:
    import pytest


class Ring:
    """An object that nothing but the collector frees."""

    def __init__(self) -> None:
        """Hold on to itself."""
        self.own = self


def test_what_was_left_when_others_were_collected_is_collected_when_it_is_let_go_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "FEW", 1_000)
    monkeypatch.setattr(memory, "MANY", 2_000)
    with memory.batch_memory():
        staying = memory.Staying()
        held = [Ring() for _ in range(4_000)]
        staying.settle()
        seen = weakref.ref(held[0])
        held.clear()
        for _ in range(2):
            more = [[each] for each in range(gc.get_freeze_count())]
            staying.settle()
            assert more
        assert seen() is None


def test_what_a_batch_made_is_not_looked_at_when_the_batch_is_over() -> None:
    looked_at: list[int] = []

    def looks(phase: str, _: object) -> None:
        if phase == "start":
            looked_at.append(len(gc.get_objects(generation=0)))

    gc.collect()
    try:
        with memory.batch_memory():
            held = [Ring() for _ in range(20_000)]
            gc.callbacks.append(looks)
        more = [[each] for each in range(2_000)]
    finally:
        gc.callbacks.remove(looks)
    assert held
    assert more
    assert looked_at
    assert max(looked_at) < len(held)

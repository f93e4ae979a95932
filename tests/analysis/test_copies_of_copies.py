"""What structs hold that are copied into each other is found without walking each chain of copies."""

from __future__ import annotations

from functools import reduce

import pytest

from pubcheck.analysis.state import State
from pubcheck.analysis.values import contents, join
from pubcheck.facts import AccessPath, Root, RootKind

COUNT = 4
MOST = 1_000
"""Looks at parts of structs: one for each chain of eight copies would be tens of thousands."""


def test_copies_of_copies_are_met_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    part = State._part

    def counted(self: State, *args: object) -> object:
        nonlocal looks
        looks += 1
        if looks > MOST:
            pytest.fail("each chain of copies is walked")
        return part(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(State, "_part", counted)
    wholes = [AccessPath(Root(RootKind.CELL, number, f"v{number}", "m.go")) for number in range(COUNT)]
    anyone = reduce(join, map(contents, wholes))
    state = State()
    state.memory = {whole.root: {whole: anyone} for whole in wholes}
    part_of_it = wholes[0].then("m.box.in")
    assert part_of_it is not None
    assert state.content(part_of_it).wide
    assert looks

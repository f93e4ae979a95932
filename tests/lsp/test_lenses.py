from __future__ import annotations

from typing import TYPE_CHECKING

from desk import EVERYWHERE
from store_module import STORE

from pubcheck.lsp.messages import Hints, HintsIn, Lenses, LensesOf
from pubcheck.lsp.settings import Settings

if TYPE_CHECKING:
    from desk import Desk


def lenses(desk: Desk) -> dict[str, list[int]]:
    found = desk.workspace.answer(LensesOf(desk.path("store.go")))
    assert isinstance(found, Lenses)
    lines = STORE.split("\n")
    return {
        f"{lines[one.range.line][one.range.character : one.range.end_character]}: {one.title}": [
            place.range.line + 1 for place in one.places
        ]
        for one in found.lenses
    }


def test_synchronisation_locations_count_their_sites(desk: Desk) -> None:
    found = lenses(desk)
    assert found["hits: 2 release, 2 acquire sites"] == [40, 53, 54]
    assert found["done: 1 release, 1 acquire site"] == [29, 65]
    assert "mu: 3 release, 3 acquire sites" in found
    assert not [title for title in found if title.startswith("items")]


def test_goroutines_lead_to_their_starts(desk: Desk) -> None:
    assert lenses(desk)["loop: started by 1 goroutine"] == [19]


def test_locks_on_entry_are_hinted_at_if_wanted(desk: Desk) -> None:
    def hints() -> list[tuple[int, str]]:
        found = desk.workspace.answer(HintsIn(desk.path("store.go"), EVERYWHERE))
        assert isinstance(found, Hints)
        return [(one.line + 1, one.label) for one in found.hints]

    assert hints() == []
    desk.begin(Settings(inlay_hints=True))
    assert hints() == [(32, "holds s.mu")]

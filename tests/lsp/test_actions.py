from __future__ import annotations

from typing import TYPE_CHECKING

from desk import made
from store_module import STORE

from pubcheck.lsp.messages import Range

if TYPE_CHECKING:
    from desk import Desk

RESET = STORE[: STORE.index("s.hits.Store(0)")].count("\n")

WIDE = STORE.replace("// Reset starts afresh.", "// Reset 😀 starts afresh. 😀\n//\n// 😀").replace(
    "n := s.hits.Load()", "/* 😀 */ n := s.hits.Load()"
)


def line(number: int) -> Range:
    return Range(number, 0, number + 1, 0)


def test_a_safe_fix_comes_first_and_is_preferred(desk: Desk) -> None:
    first = desk.actions("store.go", line(RESET))[0]
    assert first.preferred
    assert first.fingerprints == (desk.findings("store.go").items[0].fingerprint,)
    after = made(STORE, first, desk.path("store.go"))
    assert "n := s.hits.Swap(0)" in after
    desk.type("store.go", after)
    assert "load-then-store" not in desk.rules("store.go")


def test_a_finding_can_be_silenced_with_a_reason(desk: Desk) -> None:
    silence = next(one for one in desk.actions("store.go", line(RESET)) if one.title.startswith("Silence"))
    after = made(STORE, silence, desk.path("store.go"))
    assert "\t//pubcheck:ignore load-then-store TODO say why\n" in after
    desk.type("store.go", after)
    assert "load-then-store" not in desk.rules("store.go")


def test_all_safe_fixes_are_one_action(desk: Desk) -> None:
    (action,) = desk.actions("store.go", line(0), "source.fixAll")
    assert action.kind == "source.fixAll.pubcheck"
    assert "s.hits.Swap(0)" in made(STORE, action, desk.path("store.go"))
    assert desk.actions("store.go", line(0), "source.organizeImports") == []
    assert all(one.kind == "quickfix" for one in desk.actions("store.go", line(RESET), "quickfix"))


def test_an_inferred_guard_can_be_declared(desk: Desk) -> None:
    (declare,) = (one for one in desk.actions("store.go", _at("items[key]")) if "guards" in one.title)
    assert declare.title == "Declare that Store.mu guards Store.items (held in 3 of 4 accesses)"
    after = made(STORE, declare, desk.path("store.go"))
    assert "items map[string]int // guarded by mu\n" in after
    desk.type("store.go", after)
    assert desk.rules("store.go") == ["load-then-store", "declared-guard"]
    assert not [one for one in desk.actions("store.go", _at("items[key]")) if "Declare" in one.title]


def test_the_rule_of_a_finding_can_be_opened(desk: Desk) -> None:
    assert [one.opens for one in desk.actions("store.go", line(RESET)) if one.opens] == ["load-then-store"]


def test_edits_are_told_in_the_clients_units(desk: Desk) -> None:
    desk.type("store.go", WIDE)
    (action,) = desk.actions("store.go", line(0), "source.fixAll")
    after = made(WIDE, action, desk.path("store.go"))
    assert "/* 😀 */ n := s.hits.Swap(0)" in after


def _at(text: str) -> Range:
    before = STORE[: STORE.index(text)]
    number, character = before.count("\n"), len(before.rpartition("\n")[2])
    return Range(number, character, number, character)

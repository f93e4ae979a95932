from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk import EVERYWHERE, Desk
from store_module import STORE

from pubcheck.lsp.messages import ActionsIn, AllFindings, Diagnose, DiagnoseAll, HoverAt, LensesOf, Silence
from pubcheck.lsp.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from pubcheck.source.position import Encoding

BOTH = ["load-then-store", "map-race"]


def test_a_folder_is_looked_at_without_being_opened(desk: Desk) -> None:
    desk.work()
    (found,) = desk.published
    assert (found.path, found.version) == (desk.path("store.go"), None)
    assert [item.rule for item in found.items] == BOTH
    assert desk.progress[-1].done == desk.progress[-1].total


def test_a_finding_leads_to_its_rule_and_to_the_other_places(desk: Desk) -> None:
    first, second = desk.findings("store.go").items
    assert first.address.endswith("/load-then-store.md")
    assert first.message.startswith("`Store.hits` is loaded and then stored")
    assert [place.range.line for place, _ in second.related]
    assert {place.path for place, _ in second.related} == {desk.path("store.go")}


def test_what_is_typed_hides_what_the_disk_has(desk: Desk) -> None:
    desk.type("store.go", STORE.replace("s.hits.Store(0)", "_ = 0"), version=7)
    desk.work()
    assert desk.published[-1].version == 7
    assert desk.rules("store.go") == BOTH[1:]
    desk.workspace.edit(desk.path("store.go"), None, None)
    desk.work()
    assert desk.rules("store.go") == BOTH
    assert desk.published[-1].version is None


def test_what_a_question_brings_to_light_is_told(desk: Desk) -> None:
    assert desk.hover("store.go", STORE, "items[key]")
    assert desk.progress[-1].done == desk.progress[-1].total
    desk.type("store.go", STORE.replace("s.hits.Store(0)", "_ = 0"), version=7)
    assert desk.hover("store.go", STORE, "items[key]")
    desk.work()
    assert [(one.version, [item.rule for item in one.items]) for one in desk.published] == [(None, BOTH), (7, BOTH[1:])]


def test_the_same_findings_have_the_same_id(desk: Desk) -> None:
    before = desk.findings("store.go").id
    desk.type("store.go", STORE + "\n// Nothing.\n", version=2)
    assert desk.findings("store.go").id == before
    desk.type("store.go", "\n" + STORE, version=3)
    assert desk.findings("store.go").id != before


def test_what_is_found_goes_with_what_brought_it_about(desk: Desk) -> None:
    desk.work()
    (desk.folder / "store.go").write_text("package store\n")
    desk.workspace.touch([desk.path("store.go")])
    desk.work()
    assert desk.published[-1].items == ()
    (desk.folder / "store.go").unlink()
    desk.workspace.touch([desk.path("store.go")])
    desk.work()
    found = desk.workspace.answer(DiagnoseAll())
    assert isinstance(found, AllFindings)
    assert [one.items for one in found.files] == [()]


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 12), ("utf-16", 10), ("utf-32", 9)])
def test_characters_are_counted_as_the_client_does(folder: Path, encoding: Encoding, character: int) -> None:
    desk = Desk(folder, encoding=encoding)
    desk.type("store.go", STORE.replace("n := s.hits.Load()", "/*😀*/ n := s.hits.Load()"))
    item = desk.findings("store.go").items[0]
    plain = Desk(folder)
    at = plain.findings("store.go").items[0].range.character
    assert item.range.character - at in (0, character - 1, character)


def test_lines_may_end_as_on_windows(desk: Desk) -> None:
    before = desk.findings("store.go").items
    desk.type("store.go", STORE.replace("\n", "\r\n"))
    assert [item.range for item in desk.findings("store.go").items] == [item.range for item in before]


def test_a_bad_configuration_is_told_and_the_defaults_hold(folder: Path) -> None:
    (folder / "pubcheck.toml").write_text('selct = ["all"]\n')
    desk = Desk(folder)
    assert desk.rules("store.go") == BOTH[:1]
    assert 'unknown key "selct"; did you mean "select"?' in desk.notes[0].text


def test_a_rule_that_there_is_not_is_told_and_the_configuration_holds(folder: Path) -> None:
    (folder / "pubcheck.toml").write_text('select = ["atomics"]\n')
    desk = Desk(folder, Settings(select=("atomisc",)))
    assert desk.rules("store.go") == BOTH[:1]
    assert "atomisc" in desk.notes[0].text


def test_a_question_about_a_file_that_is_nowhere_leaves_nothing_behind(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = str(tmp_path_factory.mktemp("elsewhere") / "gone.go")
    for question in (
        Diagnose(elsewhere),
        HoverAt(elsewhere, 1, 1),
        ActionsIn(elsewhere, EVERYWHERE),
        LensesOf(elsewhere),
        Silence(elsewhere, 0, "map-race", "there is no file"),
    ):
        desk.workspace.answer(question)
        desk.work()
    assert desk.rules("store.go") == BOTH


def test_a_first_look_can_be_called_off_with_nothing_open(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.workspace.stop_indexing()
    desk.work()


def test_a_new_configuration_counts(desk: Desk) -> None:
    desk.work()
    (desk.folder / "pubcheck.toml").write_text('min-confidence = "medium"\n')
    desk.workspace.touch([desk.path("pubcheck.toml")])
    desk.work()
    assert desk.rules("store.go") == BOTH[:1]

"""What surrounds documents, over the real server's pipes: folders, files on the disk, units of characters."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from editor import PATIENCE, PULLED, PUSHED, Editor, asked, codes
from lsprotocol import types
from store_module import STORE

from benchmarks.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio

BOTH = ["load-then-store", "map-race"]

LOOP = """\
package loop

import "sync"

func All(names []string, use func(string)) {
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			use(name)
		}()
	}
	wg.Wait()
}
"""


def module(folder: Path, name: str, *, confidence: str) -> None:
    (folder / name).mkdir()
    (folder / name / "go.mod").write_text(f"module example.com/{name}\n\ngo 1.23\n")
    (folder / name / "store.go").write_text(STORE)
    (folder / name / "pubcheck.toml").write_text(f'min-confidence = "{confidence}"\n')


async def test_folders_have_their_own_configuration_and_come_and_go(editor: Editor, tmp_path: Path) -> None:
    module(tmp_path, "one", confidence="low")
    module(tmp_path, "two", confidence="medium")
    started = await editor.begin(PUSHED, "one")
    assert started.capabilities.workspace is not None
    folders = started.capabilities.workspace.workspace_folders
    assert folders is not None
    assert (folders.supported, folders.change_notifications) == (True, True)
    await editor.until(lambda: editor.shown("one/store.go") == BOTH)
    assert editor.shown("two/store.go") is None

    def change(*, added: list[str], removed: list[str]) -> None:
        event = types.WorkspaceFoldersChangeEvent(list(map(editor.place, added)), list(map(editor.place, removed)))
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))

    change(added=["two"], removed=[])
    await editor.until(lambda: editor.shown("two/store.go") == BOTH[:1])
    assert editor.shown("one/store.go") == BOTH
    change(added=[], removed=["one"])
    await editor.until(lambda: editor.shown("one/store.go") == [])
    assert editor.shown("two/store.go") == BOTH[:1]
    # A document of a folder that isn't the workspace's is looked at all the same.
    uri = editor.open("one/store.go", STORE)
    assert codes(await editor.published(uri)) == BOTH


async def test_modules_below_a_folder_are_looked_at(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    module(tmp_path / "all", "one", confidence="low")
    module(tmp_path / "all", "two", confidence="low")
    await editor.begin(PUSHED, "all")
    for name in ("all/one/store.go", "all/two/store.go"):
        editor.open(name, STORE)
        await editor.until(lambda name=name: editor.shown(name) == BOTH)  # as the configuration above says


async def test_files_on_the_disk_are_watched(editor: Editor) -> None:
    folder = editor.folder
    (folder / "loop").mkdir()
    (folder / "loop" / "loop.go").write_text(LOOP)
    await editor.begin(PUSHED)
    await editor.until(lambda: editor.shown("store.go") == BOTH)
    (files,) = (one for one in editor.registered if one.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    globs = {one["globPattern"] for one in _plain(files.register_options)["watchers"]}
    assert {"**/*.go", "**/go.mod", "**/go.work", "**/pubcheck.toml", "**/.pubcheck/rules/*.md"} <= globs
    assert editor.shown("loop/loop.go") is None

    (folder / "go.mod").write_text("module example.com/store\n\ngo 1.21\n")
    editor.changed("go.mod")
    await editor.until(lambda: editor.shown("loop/loop.go") == ["loop-variable-capture"])
    (folder / "pubcheck.toml").write_text('min-confidence = "medium"\n')
    editor.changed("pubcheck.toml")
    await editor.until(lambda: editor.shown("store.go") == BOTH[:1])
    (folder / "store.go").write_text(STORE.replace("s.hits.Store(0)", "_ = 0"))
    editor.changed("store.go")
    await editor.until(lambda: editor.shown("store.go") == [])
    (folder / "loop" / "loop.go").unlink()
    editor.changed("loop/loop.go")
    await editor.until(lambda: editor.shown("loop/loop.go") == [])


@pytest.mark.parametrize(("encoding", "emoji"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
async def test_characters_are_counted_as_was_agreed(editor: Editor, encoding: str, emoji: int) -> None:
    editor.encodings = [encoding]
    started = await editor.begin(PUSHED)
    assert started.capabilities.position_encoding == encoding
    before = "\t/*😀é*/ "
    text = STORE.replace("\ts.hits.Store(0)", f"{before}s.hits.Store(0)").replace("\n", "\r\n")
    uri = editor.open("store.go", text)
    found = (await editor.published(uri))[0]
    line = text[: text.index("s.hits.Store(0)")].count("\n")
    width = len(before) - 2 + emoji + (2 if encoding == "utf-8" else 1)
    assert found.range == types.Range(types.Position(line, width), types.Position(line, width + len("s.hits.Store(0)")))
    # What is typed behind such characters lands where the client has put it.
    editor.insert(uri, line, width, "/*😀*/ ")
    again = (await editor.published(uri))[0]
    assert again.range.start.character == width + len("/**/ ") + emoji


async def test_findings_are_renewed_on_saving_if_that_is_wanted(editor: Editor) -> None:
    await editor.begin(PUSHED, initialization_options={"run": "onSave"})
    uri = editor.open("store.go", STORE)
    await editor.published(uri)
    editor.insert(uri, STORE[: STORE.index("s.hits.Store(0)")].count("\n"), 0, "\t_ = 0 //")
    line = STORE[: STORE.index("hits  atomic")].count("\n")
    assert await editor.hover(uri, line, 2)
    await asyncio.sleep(0.5)
    assert codes(editor.client.diagnostics[uri]) == BOTH
    identifier = types.TextDocumentIdentifier(uri)
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(identifier))
    assert codes(await editor.published(uri)) == BOTH[1:]


async def test_who_asks_before_saving_gets_what_was_found_before(editor: Editor) -> None:
    await editor.begin(PULLED)
    uri = editor.open("store.go", STORE)
    first = await editor.pulled(uri)
    editor.client.set_configuration({"pubcheck": {"run": "onSave"}})
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
    assert codes((await editor.pulled(uri)).items) == BOTH
    editor.insert(uri, STORE[: STORE.index("s.hits.Store(0)")].count("\n"), 0, "\t_ = 0 //")
    assert await editor.hover(uri, STORE[: STORE.index("hits  atomic")].count("\n"), 2)
    assert (await editor.pulled(uri, first.result_id)).kind == "unchanged"
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert codes((await editor.pulled(uri, first.result_id)).items) == BOTH[1:]


async def test_unchanged_files_are_told_as_such(editor: Editor, tmp_path: Path) -> None:
    module(tmp_path, "one", confidence="low")
    module(tmp_path, "two", confidence="low")
    await editor.begin(PULLED, "one", "two")
    uri = editor.open("one/store.go", STORE)

    async def pulled(*known: types.PreviousResultId) -> dict[str, Any]:
        params = types.WorkspaceDiagnosticParams(list(known))
        report = await asyncio.wait_for(editor.client.workspace_diagnostic_async(params), PATIENCE)
        return {one.uri: one for one in report.items}

    first = await pulled()
    assert {one: codes(report.items) for one, report in first.items()} == {
        uri: BOTH,
        editor.uri("two/store.go"): BOTH,
    }
    editor.insert(uri, STORE[: STORE.index("s.hits.Store(0)")].count("\n"), 0, "\t_ = 0 //")
    second = await pulled(*(types.PreviousResultId(one, report.result_id) for one, report in first.items()))
    assert second[editor.uri("two/store.go")].kind == "unchanged"
    assert codes(second[uri].items) == BOTH[1:]
    assert second[uri].version == editor.version


async def test_what_nobody_waits_for_is_not_done(editor: Editor, tmp_path: Path) -> None:
    sample(tmp_path / "large", 20_000)
    await editor.begin(PULLED, "large")
    uri = editor.open("large/pkg0/table.go", (tmp_path / "large" / "pkg0" / "table.go").read_text())
    protocol: Any = editor.client.protocol
    whole = asked(editor.client, "whole", "workspace/diagnostic", {"previousResultIds": []})
    await editor.until(lambda: editor.progress("report"))
    protocol.notify("$/cancelRequest", types.CancelParams("whole"))
    with pytest.raises(Exception, match=r"[Cc]ancel"):
        await asyncio.wait_for(whole, PATIENCE)
    assert await editor.hover(uri, 16, 2)
    # Had the question been dealt with, the hover would have waited for the end of the first look.
    assert not editor.progress("end")
    (token,) = editor.client.progress_reports
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    await editor.until(lambda: editor.progress("end"))
    percentages = [one.percentage for one in editor.progress("report")]
    assert percentages == sorted(percentages)
    assert percentages[-1] < 100


def _plain(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = options if isinstance(options, dict) else vars(options)
    return found

"""The server's commands as a client calls them, with what lenses and actions hand it for that."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from editor import PATIENCE, PUSHED, Editor, asked, codes
from lsprotocol import types
from store_module import STORE

pytestmark = pytest.mark.asyncio

RESET = STORE[: STORE.index("s.hits.Store(0)")].count("\n")


async def executed(editor: Editor, command: str, *arguments: Any) -> Any:
    params = types.ExecuteCommandParams(command, list(arguments))
    return await asyncio.wait_for(editor.client.workspace_execute_command_async(params), PATIENCE)


async def offered(editor: Editor, uri: str, line: int) -> dict[str, Any]:
    """The actions of a line by their titles."""
    place = {"line": line, "character": 2}
    params = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}}
    found = await asyncio.wait_for(asked(editor.client, "actions", "textDocument/codeAction", params), PATIENCE)
    return {one["title"]: one for one in found}


async def begun(editor: Editor) -> str:
    started = await editor.begin(PUSHED)
    provider = started.capabilities.execute_command_provider
    assert provider is not None
    assert set(provider.commands) == {
        "pubcheck.openRule",
        "pubcheck.restartWorker",
        "pubcheck.showPlaces",
        "pubcheck.suppress",
    }
    uri = editor.open("store.go", STORE)
    await editor.published(uri)
    return uri


async def test_an_action_opens_the_document_of_a_rule(editor: Editor) -> None:
    uri = await begun(editor)
    command = (await offered(editor, uri, RESET))["Open the document of load-then-store"]["command"]
    assert await executed(editor, command["command"], *command["arguments"])
    assert [one.uri.rpartition("/")[2] for one in editor.client.shown_documents] == ["load-then-store.md"]
    assert await executed(editor, "pubcheck.openRule", "no-such-rule") is False
    assert "there is no document of no-such-rule" in editor.client.messages[-1].message


async def test_a_lens_leads_to_its_places(editor: Editor) -> None:
    uri = await begun(editor)
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    lenses = await asyncio.wait_for(editor.client.text_document_code_lens_async(params), PATIENCE)
    commands = {one.command.title: one.command for one in lenses or () if one.command is not None}
    choices: list[list[str]] = []

    @editor.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)  # type: ignore[untyped-decorator]
    def choose(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        choices.append([one.title for one in params.actions or ()])
        return (params.actions or (None,))[-1] if len(choices) == 1 else None

    started = commands["started by 1 goroutine"]
    assert await executed(editor, started.command, *started.arguments or ())
    start = STORE[: STORE.index("go s.loop")].count("\n")
    assert choices == []
    assert [_line(one) for one in editor.client.shown_documents] == [start]

    sites = commands["2 release, 2 acquire sites"]
    assert await executed(editor, sites.command, *sites.arguments or ())
    assert choices == [[f"store.go:{number}" for number in (40, RESET, RESET + 1)]]
    assert _line(editor.client.shown_documents[-1]) == RESET
    assert await executed(editor, sites.command, *sites.arguments or ()) is False  # nothing was chosen


def _line(shown: types.ShowDocumentParams) -> int:
    assert shown.selection is not None
    return shown.selection.start.line


async def test_a_finding_is_silenced_with_a_reason(editor: Editor) -> None:
    uri = await begun(editor)
    edits: list[types.WorkspaceEdit] = []

    @editor.client.feature(types.WORKSPACE_APPLY_EDIT)  # type: ignore[untyped-decorator]
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        edits.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    assert await executed(editor, "pubcheck.suppress", uri, RESET, "load-then-store", " ") is False
    assert await executed(editor, "pubcheck.suppress", "untitled:1", RESET, "load-then-store", "why") is False
    assert edits == []
    assert await executed(editor, "pubcheck.suppress", uri, RESET, "load-then-store", "only\ntests do")
    (edit,) = edits
    (change,) = edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (uri, editor.version)
    (made,) = change.edits
    assert isinstance(made, types.TextEdit)
    assert made.new_text == "\t//pubcheck:ignore load-then-store only tests do\n"
    editor.change(uri, types.TextDocumentContentChangePartial(made.range, made.new_text))
    assert codes(await editor.published(uri)) == ["map-race"]


async def test_the_worker_begins_anew_when_it_is_told_to(editor: Editor) -> None:
    uri = await begun(editor)
    (editor.folder / "pubcheck.toml").write_text('min-confidence = "medium"\n')  # and nobody says so
    assert await executed(editor, "pubcheck.restartWorker") is None
    await editor.until(lambda: codes(editor.client.diagnostics[uri]) == ["load-then-store"])
    assert not [one for one in editor.client.log_messages if "ended with" in one.message]

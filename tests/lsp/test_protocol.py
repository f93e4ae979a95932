"""The real server over its pipes: few sessions, for each takes a second or two to begin."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from editor import PATIENCE, PULLED, PUSHED, Editor, asked, codes
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from store_module import STORE

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check
from pubcheck.source import Overlay

pytestmark = pytest.mark.asyncio


BOTH = ["load-then-store", "map-race"]


async def test_diagnostics_are_sent_for_what_is_typed(editor: Editor) -> None:
    started = await editor.begin(PUSHED)
    assert started.capabilities.position_encoding == "utf-32"
    uri = editor.open("store.go", STORE)
    found = await editor.published(uri)
    assert codes(found) == BOTH
    assert found[0].source == "pubcheck"
    assert found[0].code_description is not None
    assert found[0].code_description.href.endswith("/load-then-store.md")
    editor.insert(uri, 0, 0, "// 😀\r\n")
    moved = await editor.published(uri)
    assert [one.range.start.line for one in moved] == [one.range.start.line + 1 for one in found]
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    await editor.until(lambda: editor.sent[-1].version is None)
    assert codes(editor.sent[-1].diagnostics) == BOTH


async def test_a_burst_of_edits_ends_with_what_a_run_finds(editor: Editor) -> None:
    await editor.begin(PUSHED)
    uri = editor.open("store.go", STORE)
    chance = Random(3)  # noqa: S311 no secret
    text = STORE
    for number in range(500):
        lines = text.split("\n")
        at = chance.randrange(17, len(lines))
        new = chance.choice(("\t// 😀\n", "\n", "func (", f"var typed{number} int\n", "\t_ = 0\n", "}"))
        editor.insert(uri, at, 0, new)
        lines[at] = new + lines[at]
        text = "\n".join(lines)
        if number % 7 == 0:
            await asyncio.sleep(0.01)
    final = text + "\n"
    editor.change(uri, types.TextDocumentContentChangeWholeDocument(final))
    editor.change(uri, types.TextDocumentContentChangeWholeDocument(STORE.replace("n := s.hits", "k := s.hits")))
    editor.insert(uri, STORE[: STORE.index("return n\n")].count("\n"), 1, "n := k; ")
    whole = STORE.replace("n := s.hits", "k := s.hits").replace("return n\n", "n := k; return n\n")
    found = await editor.published(uri)
    path = editor.folder / "store.go"
    config = Config(min_confidence=Confidence.LOW)
    fresh = check(["./..."], config, cwd=editor.folder, overlay=Overlay({path: whole.encode()}))
    expected = [(one.rule, fresh.sources[str(path)].lines.line(one.span.start) - 1) for one in fresh.diagnostics]  # type: ignore[union-attr]
    assert [(one.code, one.range.start.line) for one in found] == expected
    versions = [one.version for one in editor.sent if one.version is not None]
    assert versions == sorted(versions)


async def test_diagnostics_are_given_when_asked_for(editor: Editor) -> None:
    started = await editor.begin(PULLED)
    provider = started.capabilities.diagnostic_provider
    assert provider is not None
    assert (provider.inter_file_dependencies, provider.workspace_diagnostics) == (True, True)
    uri = editor.open("store.go", STORE)
    first = await editor.pulled(uri)
    assert codes(first.items) == BOTH
    again = await editor.pulled(uri, first.result_id)
    assert (again.kind, again.result_id) == ("unchanged", first.result_id)
    editor.insert(uri, 17, 0, "\n")
    moved = await editor.pulled(uri, first.result_id)
    assert (moved.kind, codes(moved.items)) == ("full", BOTH)
    known = [types.PreviousResultId(uri, moved.result_id)]
    whole = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
    assert [one.kind for one in whole.items] == ["unchanged"]
    assert not editor.sent


async def test_a_worker_that_dies_is_replaced(editor: Editor) -> None:
    await editor.begin(PUSHED)
    uri = editor.open("store.go", STORE)
    await editor.published(uri)
    worker = _worker(editor)
    os.kill(worker, signal.SIGKILL)
    line = STORE[: STORE.index("s.hits.Store(0)")].count("\n")
    said = await editor.hover(uri, line, 9)
    assert said is not None
    assert _worker(editor) != worker
    editor.insert(uri, 17, 0, "\n")
    assert codes(await editor.published(uri)) == BOTH


def _worker(editor: Editor) -> int:
    server = editor.client._server
    assert server is not None
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    if not children.exists():
        pytest.skip("this system doesn't tell which processes a process has started")
    return int(children.read_text().split()[-1])


async def test_every_request_is_answered(editor: Editor) -> None:
    await editor.begin(PUSHED)
    uri = editor.open("store.go", STORE)
    protocol: Any = editor.client.protocol
    wrong: tuple[tuple[str, Any], ...] = (
        ("textDocument/hover", {"textDocument": {"uri": 7}}),
        ("textDocument/rename", {}),
        ("pubcheck/nothing", None),
        ("workspace/executeCommand", {"command": "pubcheck.nothing"}),
        ("workspace/executeCommand", {"command": "pubcheck.openRule", "arguments": []}),
    )
    for number, (method, params) in enumerate(wrong):
        with pytest.raises(JsonRpcException):
            await asyncio.wait_for(asked(editor.client, f"wrong {number}", method, params), PATIENCE)
    document = types.TextDocumentIdentifier(uri)
    nowhere = types.Position(100_000, 100_000)
    assert await editor.hover(uri, nowhere.line, nowhere.character) is None
    assert await editor.hover("untitled:Untitled-1", 0, 0) is None
    assert await editor.hover(editor.uri("gone.go"), 0, 0) is None
    requests = [
        asked(editor.client, f"{method} {turn}", f"textDocument/{method}", {"textDocument": {"uri": uri}, **rest})
        for turn in range(40)
        for method, rest in (
            ("hover", {"position": {"line": 30, "character": 6}}),
            ("codeLens", {}),
            ("diagnostic", {}),
            ("inlayHint", {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}}),
            (
                "codeAction",
                {
                    "range": {"start": {"line": 30, "character": 0}, "end": {"line": 30, "character": 0}},
                    "context": {"diagnostics": []},
                },
            ),
        )
    ]
    for turn in range(0, 40, 3):
        protocol.notify("$/cancelRequest", types.CancelParams(f"hover {turn}"))
    answers = await asyncio.wait_for(asyncio.gather(*requests, return_exceptions=True), PATIENCE)
    assert all(not isinstance(one, BaseException) or isinstance(one, JsonRpcException) for one in answers)
    assert await editor.client.text_document_code_lens_async(types.CodeLensParams(document))


async def test_bad_settings_and_bad_configurations_are_shown(editor: Editor) -> None:
    (editor.folder / "pubcheck.toml").write_text("select = 3\n")
    await editor.begin(PUSHED, initialization_options={"run": "never"})
    uri = editor.open("store.go", STORE)
    assert codes(await editor.published(uri)) == BOTH[:1]
    shown = [message.message for message in editor.client.messages]
    assert any("pubcheck.run: invalid enum value" in text for text in shown)
    assert any("select: expected a list" in text for text in shown)


async def test_a_long_file_keeps_nobody_waiting(editor: Editor) -> None:
    await editor.begin(PUSHED)
    filler = "".join(f"\nfunc fill{number}() int {{\n\tx := {number}\n\treturn x\n}}\n" for number in range(2000))
    uri = editor.open("store.go", STORE + filler)
    assert (STORE + filler).count("\n") > 10_000
    assert codes(await editor.published(uri)) == BOTH
    for number in range(20):
        editor.insert(uri, 5_000, 0, "")
        editor.insert(uri, STORE[: STORE.index("return n")].count("\n"), 0, f"\t// {number}\n")
    assert codes(await editor.published(uri)) == BOTH

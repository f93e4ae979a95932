"""Drives a real language server over its pipes, as an editor does. ``python -m benchmarks.editor FOLDER FILE``.

It opens the folder and the file, waits for the first look to end, types into one function after the other, and prints
how long it took from each edit to the diagnostics for it, and what the server and its worker hold in memory after.
Without a folder and a file it makes a package of 50 files that is all locks and goroutines, and types in its longest.
``--how`` says what is typed: statements that do nothing, or such that change what the function does. ``--soak`` sends
so many requests of all kinds, some of which are cancelled, and counts those that aren't answered.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from benchmarks.sample import dense
from pubcheck.source.segments import bodies

if TYPE_CHECKING:
    from collections.abc import Sequence

PACE = 0.25
"""Seconds between edits, beside the time that they take."""
PATIENCE = 120.0
_INSIDE = 0.7
"""How many of the soak's edits are of functions' bodies."""
_STATEMENTS = {
    "idle": (b"\t_ = %d\n",),
    "busy": (b"\tprintln(%d)\n", b"\tgo func() { println(%d) }()\n", b"\tfor i := 0; i < %d; i++ {\n\t}\n"),
}


class Editor:
    """An editor with one document."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self.client = LanguageClient("benchmark", "1")
        self.version = 0
        self.published: dict[int, float] = {}
        self.indexed = asyncio.Event()
        self.news = asyncio.Event()
        self.uri = ""
        client = self.client
        client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._publish(params))  # noqa: PLW0108 the library marks what it is given
        client.feature(types.PROGRESS)(lambda params: self._progress(params))  # noqa: PLW0108
        client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)(lambda _params: None)
        client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda _params: None)
        client.feature(types.WINDOW_LOG_MESSAGE)(lambda _params: None)
        client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: print(params.message, file=sys.stderr))

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        if params.uri == self.uri and params.version is not None:
            self.published.setdefault(params.version, time.perf_counter())
            self.news.set()

    def _progress(self, params: types.ProgressParams) -> None:
        value: Any = params.value
        if (value["kind"] if isinstance(value, dict) else value.kind) == "end":
            self.indexed.set()

    async def begin(self, folder: Path) -> None:
        """Start the server on a folder."""
        await self.client.start_io(sys.executable, "-m", "pubcheck", "server")
        window = types.WindowClientCapabilities(work_done_progress=True)
        params = types.InitializeParams(capabilities=types.ClientCapabilities(window=window), root_uri=folder.as_uri())
        await self.client.initialize_async(params)
        self.client.initialized(types.InitializedParams())

    async def edit(self, text: str) -> float:
        """Seconds from a new text to the diagnostics for it."""
        self.version += 1
        change = types.TextDocumentContentChangeWholeDocument(text)
        identifier = types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        start = time.perf_counter()
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))
        while self.version not in self.published:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), PATIENCE)
        return self.published[self.version] - start

    def memory(self) -> int:
        """Bytes that the server and its worker hold, where the system tells."""
        return sum(_resident(pid) for pid in self._processes())

    def processor(self) -> float:
        """Seconds of processor time that the two have used, where the system tells."""
        return sum(_used(pid) for pid in self._processes())

    def _processes(self) -> list[int]:
        server = self.client._server.pid  # type: ignore[union-attr]  # noqa: SLF001 the library has no other way
        children = Path(f"/proc/{server}/task/{server}/children")
        return [server, *map(int, children.read_text().split())] if children.exists() else []


def _resident(pid: int) -> int:
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(row.split()[1]) * 1024 for row in rows if row.startswith("VmRSS"))


def _used(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def run(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    folder, file = arguments.folder.resolve(), arguments.file.resolve()
    editor = Editor()
    start = time.perf_counter()
    await editor.begin(folder)
    await asyncio.wait_for(editor.indexed.wait(), PATIENCE)
    print(f"first look: {time.perf_counter() - start:.1f} s, {editor.processor():.1f} s of processor time")
    print(f"memory after it: {editor.memory() / (1 << 20):.0f} MiB")
    text = file.read_text()
    editor.uri = file.as_uri()
    item = types.TextDocumentItem(editor.uri, "go", 0, text)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await editor.edit(text)
    before = editor.processor()
    typed = text
    times = []
    for turn in range(arguments.edits):
        await asyncio.sleep(PACE)
        typed = _typed(typed, turn, _STATEMENTS[arguments.how])
        times.append(await editor.edit(typed))
    times.sort()
    print(
        f"{len(times)} edits of {text.count(chr(10)):,} lines: median {times[len(times) // 2] * 1000:.0f} ms,", end=" "
    )
    print(f"p95 {times[int(len(times) * 0.95)] * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms")
    print(f"processor time of an edit: {(editor.processor() - before) / len(times) * 1000:.0f} ms")
    await asyncio.sleep(2)
    print(f"memory when idle: {editor.memory() / (1 << 20):.0f} MiB")
    if arguments.soak:
        await _soak(editor, text, arguments.soak)
    await asyncio.wait_for(editor.client.shutdown_async(None), PATIENCE)
    editor.client.exit(None)
    await editor.client.stop()  # type: ignore[no-untyped-call]


def _typed(text: str, turn: int, statements: Sequence[bytes]) -> str:
    """The text with another one of ``statements`` in some function."""
    data = text.encode()
    extents = [one for one in bodies(data) if data[one[0] : one[0] + 2] == b"{\n"]
    start = extents[turn * 7 % len(extents)][0] + 2
    return (data[:start] + statements[turn % len(statements)] % turn + data[start:]).decode()


async def _soak(editor: Editor, text: str, count: int) -> None:
    chance = Random(1)  # noqa: S311 no secret
    protocol: Any = editor.client.protocol
    lines = text.count("\n")
    document = types.TextDocumentIdentifier(editor.uri)
    unanswered = 0
    start = time.perf_counter()
    for begun in range(0, count, 200):
        futures = []
        for number in range(200):
            where = types.Position(chance.randrange(lines), chance.randrange(40))
            span = types.Range(where, where)
            params, method = chance.choice(
                (
                    (types.HoverParams(document, where), types.TEXT_DOCUMENT_HOVER),
                    (types.CodeLensParams(document), types.TEXT_DOCUMENT_CODE_LENS),
                    (types.InlayHintParams(document, span), types.TEXT_DOCUMENT_INLAY_HINT),
                    (types.DocumentDiagnosticParams(document), types.TEXT_DOCUMENT_DIAGNOSTIC),
                    (types.WorkspaceDiagnosticParams([]), types.WORKSPACE_DIAGNOSTIC),
                    (
                        types.CodeActionParams(document, span, types.CodeActionContext([])),
                        types.TEXT_DOCUMENT_CODE_ACTION,
                    ),
                )
            )
            identifier = f"{begun}-{number}"
            futures.append(protocol.send_request_async(method, params, msg_id=identifier))
            if chance.random() < 0.1:
                protocol.notify(types.CANCEL_REQUEST, types.CancelParams(identifier))
            if chance.random() < 0.02:
                editor.version += 1
                inside = chance.random() < _INSIDE
                text = _typed(text, editor.version, _STATEMENTS["busy"]) if inside else f"{text}\n// {number}\n"
                change = types.TextDocumentContentChangeWholeDocument(text)
                versioned = types.VersionedTextDocumentIdentifier(uri=editor.uri, version=editor.version)
                editor.client.text_document_did_change(types.DidChangeTextDocumentParams(versioned, [change]))
        done, pending = await asyncio.wait(futures, timeout=PATIENCE)
        print(f"{begun + 200} requests, {editor.memory() / (1 << 20):.0f} MiB", file=sys.stderr)
        for future in done:
            future.exception()  # that of a request that was cancelled says so
        unanswered += len(pending)
    took = time.perf_counter() - start
    print(f"soak: {count} requests in {took:.0f} s, {unanswered} without an answer")
    await asyncio.sleep(2)
    print(f"memory after it: {editor.memory() / (1 << 20):.0f} MiB")


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.editor", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--edits", type=int, default=60)
    parser.add_argument("--how", choices=_STATEMENTS, default="idle")
    parser.add_argument("--soak", type=int, default=0, metavar="N")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.file is None:
            arguments.folder = Path(folder) / "dense"
            arguments.file = dense(arguments.folder)
        asyncio.run(run(arguments))


if __name__ == "__main__":
    main()

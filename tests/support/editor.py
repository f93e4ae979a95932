"""A client of the real server, over its pipes."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "pubcheck", "server"]
PUSHED = "emacs"
PULLED = "neovim"
PATIENCE = 60.0
"""Seconds; a busy machine is no failure."""

CONFIG = ClientServerConfig(server_command=COMMAND)


class Editor:
    """One session, with one document at a time in the foreground."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.version = 0
        self.encodings: list[types.PositionEncodingKind | str] = [
            types.PositionEncodingKind.Utf32,
            types.PositionEncodingKind.Utf16,
        ]

    async def begin(self, kind: str, *folders: str, **options: Any) -> types.InitializeResult:
        """Open the folder, or some that lie in it, as a client of that kind, which can carry out all that is asked."""
        capabilities = client_capabilities(kind)
        if kind == PUSHED and capabilities.text_document is not None:
            capabilities.text_document.diagnostic = None
        if capabilities.window is not None:
            capabilities.window.show_document = types.ShowDocumentClientCapabilities(support=True)
        capabilities.general = types.GeneralClientCapabilities(position_encodings=self.encodings)
        where = {"workspace_folders": [self.place(name) for name in folders]} if folders else {}
        return await self.client.initialize_session(
            types.InitializeParams(capabilities=capabilities, **{"root_uri": self.folder.as_uri(), **where, **options})
        )

    def place(self, name: str) -> types.WorkspaceFolder:
        return types.WorkspaceFolder(self.uri(name), name)

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str) -> str:
        self.version += 1
        uri = self.uri(name)
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "go", self.version, text))
        )
        return uri

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        self.version += 1
        identifier = types.VersionedTextDocumentIdentifier(uri=uri, version=self.version)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, list(changes)))

    def insert(self, uri: str, line: int, character: int, text: str) -> None:
        place = types.Position(line, character)
        self.change(uri, types.TextDocumentContentChangePartial(types.Range(place, place), text))

    async def pulled(self, uri: str, known: str | None = None) -> Any:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=known)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), PATIENCE)

    async def published(self, uri: str, version: int | None = None) -> list[types.Diagnostic]:
        """What was sent for that version, or a later one."""
        await self.until(lambda: self._version(uri) >= (self.version if version is None else version))
        return list(self.client.diagnostics[uri])

    def _version(self, uri: str) -> int:
        sent = [one.version for one in self.sent if one.uri == uri and one.version is not None]
        return max(sent, default=-1)

    async def until(self, holds: Any) -> None:
        async def wait() -> None:
            while not holds():
                await asyncio.sleep(0.02)

        await asyncio.wait_for(wait(), PATIENCE)

    async def hover(self, uri: str, line: int, character: int) -> types.Hover | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        return await asyncio.wait_for(self.client.text_document_hover_async(params), PATIENCE)

    def changed(self, *names: str) -> None:
        """Tell the server of files that have changed on the disk."""
        events = [types.FileEvent(self.uri(name), types.FileChangeType.Changed) for name in names]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    def shown(self, name: str) -> list[str] | None:
        """The rules of what was sent last for a file; None before anything was."""
        uri = self.uri(name)
        return codes(self.client.diagnostics[uri]) if uri in self.client.diagnostics else None

    @property
    def registered(self) -> list[types.Registration]:
        """What the server wants to be told of."""
        found: list[types.Registration] = getattr(self.client, "registered", [])
        return found

    def progress(self, kind: str) -> list[Any]:
        """Reports of what goes on, of a kind: begin, report or end."""
        reports: list[Any] = [one for each in self.client.progress_reports.values() for one in each]
        return [one for one in reports if one.kind == kind]

    @property
    def sent(self) -> list[types.PublishDiagnosticsParams]:
        found: list[types.PublishDiagnosticsParams] = getattr(self.client, "sent", [])
        return found


def codes(diagnostics: Any) -> list[str]:
    """The rules of findings."""
    return [str(one.code) for one in diagnostics]


def asked(client: LanguageClient, number: str, method: str, params: Any) -> asyncio.Future[Any]:
    """The answer to a request that may be wrong in any way."""
    protocol: Any = client.protocol
    future: Future[Any] = Future()
    protocol._request_futures[number] = future
    protocol._send_data({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    return asyncio.wrap_future(future)


def listen(client: LanguageClient) -> None:
    """Keep what is published, with its version."""
    sent: list[types.PublishDiagnosticsParams] = []
    client.sent = sent  # type: ignore[attr-defined]
    known = client.protocol.fm.features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, None)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def publish(params: types.PublishDiagnosticsParams) -> None:
        sent.append(params)
        if known is not None:
            known(params)

    registered: list[types.Registration] = []
    client.registered = registered  # type: ignore[attr-defined]

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)  # type: ignore[untyped-decorator]
    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

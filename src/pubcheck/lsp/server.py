"""The server: handlers that wait for the worker, and what is sent without being asked for."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path

from pubcheck import __version__
from pubcheck.lsp import features, present
from pubcheck.lsp.documents import Document
from pubcheck.lsp.link import Link, WorkerError
from pubcheck.lsp.messages import (
    Action,
    AllFindings,
    Begin,
    Closed,
    Diagnose,
    DiagnoseAll,
    Findings,
    Indexing,
    Note,
    Published,
    Question,
    Reply,
    Result,
    StopIndexing,
    Text,
    Touched,
)
from pubcheck.lsp.progress import Progress
from pubcheck.lsp.protocol import Protocol, default_converter
from pubcheck.lsp.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from pubcheck.source.position import Encoding

_WATCHED = ("**/*.go", "**/go.mod", "**/go.work", "**/pubcheck.toml", "**/.pubcheck.toml", "**/.pubcheck/rules/*.md")
_SECTION = "pubcheck"

_log = logging.getLogger(__name__)


class Server(LanguageServer):
    """The state of one connection."""

    def __init__(self) -> None:
        """Know nothing yet: the client speaks first."""
        super().__init__("pubcheck", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self.link = Link(self._heard)
        self.settings = Settings()
        self.documents: dict[str, Document] = {}
        self.findings: dict[str, Findings] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._progress = Progress(self)

    # --- what the client can do

    @property
    def encoding(self) -> Encoding:
        """The units that characters are counted in."""
        return present.ENCODINGS[self.workspace.position_encoding or types.PositionEncodingKind.Utf16]

    @property
    def pulls(self) -> bool:
        """Whether the client asks for diagnostics, so that sending them too would show them twice."""
        document = self.client_capabilities.text_document
        return document is not None and document.diagnostic is not None

    @property
    def folders(self) -> tuple[str, ...]:
        """The client's folders."""
        uris = [*self.workspace.folders] or [self.workspace.root_uri]
        return tuple(path for uri in uris if uri and (path := present.path_of(uri)))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let ``work`` go on beside everything else."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- to the worker

    def begin(self) -> None:
        """Tell the worker what to look at, and how."""
        self.link.tell(Begin(self.folders, self.settings, self.encoding))

    def configure(self, given: object) -> None:
        """Take the client's settings; what is wrong with them is shown."""
        self.settings, faults = read_settings(given)
        for fault in faults:
            self.show("warning", fault)

    def changed(self, document: Document) -> None:
        """Have the worker look at a document once it has been left alone for a while."""
        self._forget_timer(document)
        if self.settings.run == "onType":
            delay = self.settings.debounce / 1000
            self._timers[document.uri] = asyncio.get_running_loop().call_later(delay, self.flush, document)

    def flush(self, document: Document) -> None:
        """Tell the worker a document's text, unless it knows it."""
        self._forget_timer(document)
        if not document.sent and self.documents.get(document.uri) is document:
            document.sent = True
            self.link.tell(Text(document.path, document.version, document.data))

    def save(self, document: Document) -> None:
        """What a document says now is what counts, however findings are renewed."""
        document.saved = document.version
        found = self.findings.get(document.path)
        if document.sent and found is not None and found is not document.shown:
            self._publish((found,))  # a hover had it looked at before
        self.flush(document)

    def close(self, uri: str) -> None:
        """Forget an open document."""
        document = self.documents.pop(uri, None)
        if document is not None:
            self._forget_timer(document)
            self.link.tell(Closed(document.path))

    def _forget_timer(self, document: Document) -> None:
        timer = self._timers.pop(document.uri, None)
        if timer is not None:
            timer.cancel()

    async def ask(self, question: Question) -> Result:
        """The worker's answer, about all texts as they are; None where it has none."""
        # Who wants findings renewed on saving alone isn't given those of a text that isn't saved.
        if self.settings.run == "onType" or not isinstance(question, (Diagnose, DiagnoseAll)):
            for document in self.documents.values():
                self.flush(document)
        try:
            return await self.link.ask(question)
        except WorkerError as error:
            _log.warning("%s: %s", type(question).__name__, error)
            return None

    # --- from the worker

    def _heard(self, reply: Reply) -> None:
        match reply:
            case Published(files):
                self._publish(files)
            case Indexing():
                self._progress.tell(reply)
            case Note(importance, text):
                self.show(importance, text)
            case _:
                pass

    def _publish(self, files: Iterable[Findings]) -> None:
        for one in files:
            self.findings[one.path] = one
            if not self.pulls:
                self._send_findings(one)
        workspace = self.client_capabilities.workspace
        diagnostics = workspace.diagnostics if workspace is not None else None
        if self.pulls and diagnostics is not None and diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None, lambda _: None)

    def settled(self, found: Findings) -> Findings:
        """What is to be shown of a file: where findings are renewed on saving alone, those of what is saved."""
        document = self._document(found.path)
        return found if document is None else document.settled(found, on_save=self.settings.run == "onSave")

    def _document(self, path: str) -> Document | None:
        return next((each for each in self.documents.values() if each.path == path), None)

    def _send_findings(self, one: Findings) -> None:
        document = self._document(one.path)
        on_type = self.settings.run == "onType"
        if on_type and document is not None and one.version is not None and one.version < document.version:
            return  # a newer text is on its way to the worker
        if self.settled(one) is not one:
            return
        uri = document.uri if document is not None else from_fs_path(one.path)
        if uri is not None:
            diagnostics = present.diagnostics(one, self.client_capabilities)
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri=uri, version=one.version, diagnostics=diagnostics)
            )

    def workspace_edit(self, action: Action) -> types.WorkspaceEdit:
        """The edits of an action, for the versions of open documents that they were made for."""
        changes: list[Any] = []
        for path, edits in action.edits.items():
            document = self._document(path)
            uri = document.uri if document is not None else from_fs_path(path) or ""
            version = document.version if document is not None else None
            identifier = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
            changes.append(
                types.TextDocumentEdit(
                    identifier, [types.TextEdit(present.range_(edit.range), edit.text) for edit in edits]
                )
            )
        workspace = self.client_capabilities.workspace
        able = workspace.workspace_edit if workspace is not None else None
        if able is not None and able.document_changes:
            return types.WorkspaceEdit(document_changes=changes)
        return types.WorkspaceEdit(changes={one.text_document.uri: one.edits for one in changes})

    def show(self, importance: str, text: str) -> None:
        """Tell the user something; what is only for the log goes there."""
        kind = present.IMPORTANCE[importance]
        if importance == "log":
            self.window_log_message(types.LogMessageParams(type=kind, message=text))
        else:
            self.window_show_message(types.ShowMessageParams(type=kind, message=f"pubcheck: {text}"))


def make_server() -> Server:
    """A server that waits for its client."""
    server = Server()
    _register_lifecycle(server)
    _register_documents(server)
    _register_diagnostics(server)
    features.register(server)
    return server


def _register_lifecycle(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    async def initialize(ls: Server, params: types.InitializeParams) -> None:
        ls.configure(params.initialization_options)
        await ls.link.start()

    @server.feature(types.INITIALIZED)
    async def initialized(ls: Server, _params: types.InitializedParams) -> None:
        ls.begin()
        await _register_dynamically(ls)
        await _pull_settings(ls)

    @server.feature(types.SHUTDOWN)
    async def shutdown(ls: Server, _params: None) -> None:
        await ls.link.close()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
        if not await _pull_settings(ls):
            given = params.settings
            ls.configure(given.get(_SECTION, given) if isinstance(given, dict) else given)
            ls.begin()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_folders(ls: Server, _params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.begin()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def did_change_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        paths = tuple(path for change in params.changes if (path := present.path_of(change.uri)))
        if paths:
            ls.link.tell(Touched(paths))

    @server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    async def cancel_progress(ls: Server, _params: types.WorkDoneProgressCancelParams) -> None:
        ls.link.tell(StopIndexing())


async def _register_dynamically(ls: Server) -> None:
    workspace = ls.client_capabilities.workspace
    registrations = []
    if workspace is not None and (watched := workspace.did_change_watched_files) and watched.dynamic_registration:
        watchers = [types.FileSystemWatcher(glob_pattern=glob) for glob in _WATCHED]
        registrations.append(
            types.Registration(
                id="pubcheck-files",
                method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers),
            )
        )
    if workspace is not None and (changes := workspace.did_change_configuration) and changes.dynamic_registration:
        registrations.append(
            types.Registration(
                id="pubcheck-settings",
                method=types.WORKSPACE_DID_CHANGE_CONFIGURATION,
                register_options=types.DidChangeConfigurationRegistrationOptions(section=_SECTION),
            )
        )
    if registrations:
        try:
            await ls.client_register_capability_async(types.RegistrationParams(registrations=registrations))
        except Exception as error:  # noqa: BLE001 a client that refuses says so, and all else goes on
            _log.warning("the client registers nothing: %s", error)


async def _pull_settings(ls: Server) -> bool:
    """Ask the client for its settings, if it can be asked; whether it could."""
    workspace = ls.client_capabilities.workspace
    if workspace is None or not workspace.configuration:
        return False
    items = [types.ConfigurationItem(section=_SECTION)]
    try:
        given = await ls.workspace_configuration_async(types.ConfigurationParams(items=items))
    except Exception as error:  # noqa: BLE001 a client that fails here leaves the settings as they were
        _log.warning("the client gives no settings: %s", error)
        return True
    before = ls.settings
    if given and given[0] is not None:
        ls.configure(given[0])
    if ls.settings != before:
        ls.begin()
    return True


def _register_documents(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        path = present.path_of(item.uri)
        if path is not None:
            data = item.text.encode("utf-8", "surrogatepass")
            document = ls.documents[item.uri] = Document(item.uri, path, item.version, data)
            ls.flush(document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        document = ls.documents.get(params.text_document.uri)
        if document is not None:
            document.change(params.text_document.version, params.content_changes, ls.encoding)
            ls.changed(document)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        document = ls.documents.get(params.text_document.uri)
        if document is not None:
            ls.save(document)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        ls.close(params.text_document.uri)


def _register_diagnostics(server: Server) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(identifier="pubcheck", inter_file_dependencies=True, workspace_diagnostics=True),
    )
    async def diagnostic(ls: Server, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        path = present.path_of(params.text_document.uri)
        found = await ls.ask(Diagnose(path)) if path is not None else None
        if not isinstance(found, Findings):
            return types.RelatedFullDocumentDiagnosticReport(items=[])
        found = ls.settled(found)
        if found.id and found.id == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=found.id)
        items = present.diagnostics(found, ls.client_capabilities)
        return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=found.id or None)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace_diagnostic(
        ls: Server, params: types.WorkspaceDiagnosticParams
    ) -> types.WorkspaceDiagnosticReport:
        found = await ls.ask(DiagnoseAll())
        known = {previous.uri: previous.value for previous in params.previous_result_ids}
        items: list[Any] = []
        for one in map(ls.settled, found.files if isinstance(found, AllFindings) else ()):
            uri = from_fs_path(one.path) or ""
            version = one.version
            if known.get(uri) == one.id:
                items.append(
                    types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, version=version, result_id=one.id)
                )
            else:
                diagnostics = present.diagnostics(one, ls.client_capabilities)
                items.append(
                    types.WorkspaceFullDocumentDiagnosticReport(
                        uri=uri, version=version, items=diagnostics, result_id=one.id
                    )
                )
        return types.WorkspaceDiagnosticReport(items=items)

"""The worker's side without its pipes: sessions by folder, what was published of each file, answers to questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.engine import BUILTIN_RULES, Config, ConfigError, find_config, load_config
from pubcheck.engine.session import Session
from pubcheck.lsp.convert import Converter
from pubcheck.lsp.messages import (
    ActionsIn,
    AllFindings,
    Begin,
    Diagnose,
    DiagnoseAll,
    Findings,
    HintsIn,
    HoverAt,
    Indexing,
    LensesOf,
    Note,
    Published,
    Question,
    Reply,
    Result,
)
from pubcheck.lsp.settings import Settings
from pubcheck.source import SourceFile
from pubcheck.spec import rules_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pubcheck.engine import Sources
    from pubcheck.source.position import Encoding


class Cancelled(BaseException):
    """What was going on is for nothing. Not an error of anything, so nothing that catches errors catches it."""


class Analyst:
    """Everything that is known about the client's folders."""

    def __init__(self, post: Callable[[Reply], None], checkpoint: Callable[[], None] = lambda: None) -> None:
        """Tell news by ``post``; ``checkpoint`` raises ``Cancelled`` when the work at hand is for nothing."""
        self._post = post
        self._checkpoint = checkpoint
        self._settings = Settings()
        self._encoding: Encoding = "utf-16"
        self._folders: tuple[Path, ...] = ()
        self._sessions: dict[Path, Session] = {}
        self._open: dict[str, tuple[int, bytes]] = {}
        self._published: dict[str, Findings] = {}
        self._unindexed: list[Path] = []

    # --- orders

    def begin(self, order: Begin) -> None:
        """Look at these folders; what documents say stays."""
        self._settings, self._encoding = order.settings, order.encoding
        self._folders = tuple(sorted(map(Path, order.folders), key=lambda folder: -len(folder.parts)))
        self._sessions = {}
        self._unindexed = list(self._folders)
        for path, (_, data) in self._open.items():
            self._session(path).edit(Path(path), data)

    def edit(self, path: str, version: int | None, data: bytes | None) -> None:
        """A document has this text now; None when it isn't open any more."""
        if version is None or data is None:
            self._open.pop(path, None)
        else:
            self._open[path] = (version, data)
        self._session(path).edit(Path(path), data)

    def touch(self, paths: Iterable[str]) -> None:
        """Files have changed on the disk."""
        for path in paths:
            self._session(path).touch([Path(path)])

    def stop_indexing(self) -> None:
        """Look at nothing but what is open."""
        self._unindexed.clear()

    # --- work

    def work(self) -> bool:
        """Do a part of what is to be done, what is open first; whether something is left."""
        for session in self._sessions.values():
            stale = session.stale
            if stale:
                here = {Path(path).parent for path in self._open}
                directory = min(stale, key=lambda each: each not in here)
                self._refresh(session, directory)
                return True
        for folder in self._unindexed:
            self._index(folder)
            self._unindexed.remove(folder)
            return True
        return False

    def _refresh(self, session: Session, directory: Path) -> None:
        sources = session.refresh(directory)
        if sources is not None:
            files = [path for path in self._open if Path(path).parent == directory]
            self._publish(session, sources, dict.fromkeys([*session.files, *files]))

    def _index(self, folder: Path) -> None:
        session = self._session_of(folder)

        def tell(done: int, total: int, package: str) -> None:
            self._post(Indexing(str(folder), done, total, package))

        sources = session.index(tell)
        self._post(Indexing(str(folder), 1, 1, ""))
        if sources is not None:
            self._publish(session, sources, dict.fromkeys([*session.files, *self._open]))

    def _publish(self, session: Session, sources: Sources, paths: Iterable[str]) -> None:
        converter = Converter(sources.__getitem__, self._encoding, address)
        news = []
        for path in paths:
            if self._session(path) is not session:
                continue
            version = self._open[path][0] if path in self._open else None
            found = converter.findings(path, version, session.findings(path))
            old = self._published.get(path)
            if old != found and (old is not None or found.items or version is not None):
                self._published[path] = found
                news.append(found)
        if news:
            self._post(Published(tuple(news)))

    # --- questions

    def answer(self, question: Question) -> Result:
        """What there is to say, about the documents as they are now."""
        match question:
            case Diagnose(path):
                self._bring_up(path)
                return self._published.get(path) or Findings(path, None, "", ())
            case DiagnoseAll():
                while self.work():
                    self._checkpoint()
                return AllFindings(tuple(self._published.values()))
            case HoverAt() | ActionsIn() | LensesOf() | HintsIn():
                return None

    def _bring_up(self, path: str) -> None:
        session = self._session(path)
        directory = Path(path).parent
        if directory in session.stale:
            self._refresh(session, directory)

    # --- sessions

    def _session(self, path: str) -> Session:
        """The session that a file belongs to: that of the innermost folder, else one of its module's own."""
        return self._session_of(next((one for one in self._folders if one in Path(path).parents), Path(path).parent))

    def _session_of(self, folder: Path) -> Session:
        known = self._sessions.get(folder)
        if known is None:
            known = self._sessions[folder] = self._opened(folder)
        return known

    def _opened(self, folder: Path) -> Session:
        for config in self._configs(folder):
            try:
                return Session(folder, config)
            except ConfigError as error:
                self._post(Note("error", f"{error}"))
        return Session(folder)

    def _configs(self, folder: Path) -> Iterator[Config]:
        """What to try: all that is set, then without what the client sets."""
        path = find_config(folder)
        config = Config()
        if path is not None:
            try:
                config = load_config(path)
            except ConfigError as error:
                self._post(Note("error", f"{error}; the defaults hold"))
        yield self._settings.over(config)
        yield config


def address(rule: str) -> str:
    """Where the document of a rule lies, as a URI; empty for what has none."""
    if rule in BUILTIN_RULES:
        return ""
    path = rules_dir() / f"{rule}.md"
    return path.as_uri() if path.is_file() else ""


def read_file(path: str) -> SourceFile | None:
    """A file as the disk has it."""
    try:
        return SourceFile(path, Path(path).read_bytes())
    except OSError:
        return None

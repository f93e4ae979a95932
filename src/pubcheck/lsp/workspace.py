"""The worker's side without its pipes: sessions by folder, what was published of each file, answers to questions."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.engine import BUILTIN_RULES, CONFIG_NAMES, Config, ConfigError, find_config, load_config
from pubcheck.engine.session import Session
from pubcheck.lsp.actions import FIX_ALL, QUICK_FIX
from pubcheck.lsp.actions import Actions as ActionMaker
from pubcheck.lsp.convert import Converter
from pubcheck.lsp.hints import hints
from pubcheck.lsp.hover import Hovers
from pubcheck.lsp.lenses import lenses
from pubcheck.lsp.messages import (
    Action,
    Actions,
    ActionsIn,
    AllFindings,
    Begin,
    Diagnose,
    DiagnoseAll,
    Findings,
    Hints,
    HintsIn,
    Hover,
    HoverAt,
    Indexing,
    Lenses,
    LensesOf,
    Note,
    Published,
    Question,
    Range,
    Reply,
    Result,
    Silence,
)
from pubcheck.lsp.settings import Settings
from pubcheck.source import SourceFile, Span
from pubcheck.spec import rules_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import BuiltinRule
    from pubcheck.engine.held import Held
    from pubcheck.model.package import GoSource
    from pubcheck.model.project import PackageSource
    from pubcheck.source.position import Encoding
    from pubcheck.spec import RuleSpec


class Cancelled(BaseException):
    """What was going on is for nothing. Not an error of anything, so nothing that catches errors catches it."""


class _Look(NamedTuple):
    """One file, the facts of its package, and the way to the client's places."""

    facts: PackageFacts
    file: GoSource
    converter: Converter
    held: Held

    def offset(self, source: SourceFile | None, line: int, character: int) -> int:
        """Where a place of the client's is, as the facts tell it; ``source`` is the file as it is."""
        if source is None:
            return 0
        return self.held.inside(source.path, self.converter.offset(source, line, character))


_NOW_AND_THEN = 1.0
"""Seconds between two reports of a first look that goes on."""


class Workspace:
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
        self._sent: dict[str, tuple[tuple[Diagnostic, ...], SourceFile | None]] = {}
        self._indexed: set[str] = set()
        self._told = 0.0

    # --- orders

    def begin(self, order: Begin) -> None:
        """Look at these folders; what documents say stays."""
        self._settings, self._encoding = order.settings, order.encoding
        self._folders = tuple(sorted(map(Path, order.folders), key=lambda folder: -len(folder.parts)))
        self._renew()
        self._withdraw()

    def edit(self, path: str, version: int | None, data: bytes | None) -> None:
        """A document has this text now; None when it isn't open any more."""
        if version is None or data is None:
            self._open.pop(path, None)
        else:
            self._open[path] = (version, data)
        self._session(path).edit(Path(path), data)
        self._forget_strangers()

    def _forget_strangers(self) -> None:
        """Forget what is neither in a folder of the client's nor the home of an open document."""
        homes = {*self._folders, *map(self._home, self._open)}
        strangers = [home for home in self._sessions if home not in homes]
        for home in strangers:
            del self._sessions[home]
        if strangers:
            self._withdraw()

    def touch(self, paths: Iterable[str]) -> None:
        """Files have changed on the disk."""
        for path in map(Path, paths):
            if path.name in CONFIG_NAMES or path.suffix == ".md":
                self._renew()
                return
            session = self._sessions.get(self._home(str(path)))
            if session is not None:
                session.touch([path])

    def _renew(self) -> None:
        """Forget all sessions: the settings or the rules have changed."""
        self._sessions = {}
        self._indexed.clear()
        for path, (_, data) in self._open.items():
            self._session(path).edit(Path(path), data)

    def _withdraw(self) -> None:
        """Nothing is found any more in files that are neither open nor in a folder of the client's."""
        gone = [
            path
            for path, told in self._published.items()
            if told.items and path not in self._open and self._home(path) not in self._folders
        ]
        for path in gone:
            self._published[path] = Findings(path, None, "", ())
            self._sent.pop(path, None)
        if gone:
            self._post(Published(tuple(self._published[path] for path in gone)))

    def stop_indexing(self) -> None:
        """Look at nothing but what is open."""
        for session in self._sessions.values():
            session.narrow()

    # --- work

    def work(self) -> bool:
        """Look at a package that is to be, what is open first, or get ready for edits of one; whether there was any."""
        for session in list(self._sessions.values()):
            if session.left:
                self._step(session, self._first(session))
                return True
        for folder in self._folders:
            if folder not in self._sessions:
                self._session_of(folder)
                return True
        return any(session.prepare() for session in self._sessions.values())

    def _first(self, session: Session) -> Path | None:
        """The folder of the document that was touched last."""
        return next((Path(path).parent for path in reversed(self._open) if self._session(path) is session), None)

    def _step(self, session: Session, first: Path | None) -> None:
        package = session.work(first)
        self._tell_progress(session, package)
        # While a folder is looked at for the first time, what is found is told now and then.
        now = monotonic()
        if session.left < 2 or now - self._told > _NOW_AND_THEN or (package and package.directory == first):
            self._told = now
            self._publish(session)

    def _tell_progress(self, session: Session, package: PackageSource | None) -> None:
        folder = str(session.folder)
        if folder in self._indexed or session.folder not in self._folders:
            return
        left, total = session.left, max(session.packages, 1)
        if left == 0:
            self._indexed.add(folder)
        self._post(
            Indexing(folder, total - min(left, total), total, package.import_path if package is not None else "")
        )

    def _publish(self, session: Session) -> None:
        converter = Converter(session.read, self._encoding, address)
        news = []
        mine = [path for path in (*self._published, *self._open) if self._sessions.get(self._home(path)) is session]
        found_in = session.files if session.folder in self._folders else ()
        for path in dict.fromkeys([*found_in, *mine]):
            version = self._open[path][0] if path in self._open else None
            found = session.findings(path)
            known = self._sent.get(path)
            if known is not None and known[0] is found and known[1] is session.read(path) and path in self._published:
                old = self._published[path]
                if old.version == version:
                    continue
            told = converter.findings(path, version, found)
            self._sent[path] = (found, session.read(path))
            old_told = self._published.get(path)
            if old_told != told and (old_told is not None or told.items or version is not None):
                self._published[path] = told
                news.append(told)
        if news:
            self._post(Published(tuple(news)))

    # --- questions

    def answer(self, question: Question) -> Result:
        """What there is to say, about the documents as they are now."""
        try:
            return self._found_for(question)
        finally:
            self._forget_strangers()

    def _found_for(self, question: Question) -> Result:
        match question:
            case Diagnose(path):
                self._bring_up(path)
                return self._published.get(path) or Findings(path, None, "", ())
            case DiagnoseAll():
                while self.work():
                    self._checkpoint()
                return AllFindings(tuple(self._published.values()))
            case HoverAt(path, line, character):
                return self._hover(path, line, character)
            case ActionsIn(path, where, kinds):
                return Actions(tuple(self._actions(path, where, kinds)))
            case LensesOf(path):
                here = self._look(path)
                return Lenses(tuple(lenses(here.facts, here.file, here.converter)) if here is not None else ())
            case HintsIn(path, where):
                here = self._look(path) if self._settings.inlay_hints else None
                found = hints(here.facts, here.file, here.converter) if here is not None else ()
                return Hints(tuple(one for one in found if where.line <= one.line <= where.end_line))
            case Silence():
                return self._silence(question)

    def _look(self, path: str) -> _Look | None:
        """A file with the facts of its package; None where there is no such Go file."""
        session = self._session(path)
        left = session.left
        facts = session.facts(path)
        if left:
            # That may have been all that was left to do: nobody else would tell what came of it.
            self._tell_progress(session, None)
            self._publish(session)
        held = session.held(path)
        if facts is None or held is None:
            return None
        file = next((file for file in facts.package.files if file.source.path == path), None)
        if file is None:
            return None
        return _Look(facts, file, Converter(session.read, self._encoding, address, held.span), held)

    def _hover(self, path: str, line: int, character: int) -> Hover | None:
        here = self._look(path)
        if here is None:
            return None
        rules: dict[str, RuleSpec | BuiltinRule] = {
            **BUILTIN_RULES,
            **{name: rule.spec for name, rule in self._session(path).rules.items()},
        }
        offset = here.offset(self._session(path).read(path), line, character)
        return Hovers(here.facts, here.file, here.converter, rules).at(offset)

    def _actions(self, path: str, where: Range, kinds: tuple[str, ...]) -> Iterator[Action]:
        self._bring_up(path)
        session = self._session(path)
        converter = Converter(session.read, self._encoding, address)
        maker = ActionMaker(session.read, converter)
        found = session.findings(path)
        if _wants(kinds, QUICK_FIX):
            for one in found:
                if converter.range(one.span).meets(where):
                    yield from maker.about(one)
            here = self._look(path)
            if here is not None:
                offset = here.offset(session.read(path), where.line, where.character)
                yield from maker.contract(here.facts, here.file, offset, here.held.span)
        if _wants(kinds, FIX_ALL):
            yield from maker.all_safe(found)

    def _silence(self, wanted: Silence) -> Actions:
        session = self._session(wanted.path)
        maker = ActionMaker(session.read, Converter(session.read, self._encoding, address))
        source = session.read(wanted.path)
        if source is None or not 0 <= wanted.line < source.lines.line_count:
            return Actions(())
        start = source.lines.line_range(wanted.line + 1)[0]
        edits = maker.silenced(Span(wanted.path, start, start), (wanted.rule,), " ".join(wanted.reason.split()))
        return Actions((Action("Silence", "quickfix", edits),) if edits else ())

    def _bring_up(self, path: str) -> None:
        session, folder = self._session(path), Path(path).parent
        while session.is_stale(folder):
            self._step(session, folder)
            self._checkpoint()
        self._publish(session)

    # --- sessions

    def _home(self, path: str) -> Path:
        """Whose session a file belongs to: the innermost of the client's folders, else its own."""
        return next((one for one in self._folders if one in Path(path).parents), Path(path).parent)

    def _session(self, path: str) -> Session:
        return self._session_of(self._home(path))

    def _session_of(self, folder: Path) -> Session:
        known = self._sessions.get(folder)
        if known is None:
            known = self._sessions[folder] = self._opened(folder)
            if folder not in self._folders:
                known.narrow()
        return known

    def _opened(self, folder: Path) -> Session:
        for config in self._configs(folder):
            try:
                return Session(folder, config, self._checkpoint)
            except ConfigError as error:
                self._post(Note("error", f"{error}"))
        return Session(folder, checkpoint=self._checkpoint)

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


def _wants(kinds: tuple[str, ...], kind: str) -> bool:
    """Whether a client that asked for ``kinds`` of actions, and what lies below them, wants those of ``kind``."""
    return not kinds or any(kind == each or kind.startswith(f"{each}.") for each in kinds)

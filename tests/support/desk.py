"""A worker's workspace without its process, and what it said so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.lsp.messages import (
    Action,
    Actions,
    ActionsIn,
    Begin,
    Diagnose,
    Findings,
    Hover,
    HoverAt,
    Indexing,
    Note,
    Published,
    Range,
    Reply,
)
from pubcheck.lsp.settings import Settings
from pubcheck.lsp.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from pubcheck.source.position import Encoding

EVERYWHERE = Range(0, 0, 1_000_000, 0)


class Desk:
    """Orders in, replies out, all at once."""

    def __init__(self, folder: Path, settings: Settings | None = None, encoding: Encoding = "utf-16") -> None:
        self.folder = folder
        self.notes: list[Note] = []
        self.progress: list[Indexing] = []
        self.published: list[Findings] = []
        self.workspace = Workspace(self._post)
        self.begin(settings, encoding)

    def begin(self, settings: Settings | None = None, encoding: Encoding = "utf-16") -> None:
        self.workspace.begin(Begin((str(self.folder),), settings or Settings(), encoding))

    def _post(self, reply: Reply) -> None:
        match reply:
            case Published(files):
                self.published += files
            case Note():
                self.notes.append(reply)
            case Indexing():
                self.progress.append(reply)
            case _:
                pass

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def type(self, name: str, text: str | bytes, version: int = 1) -> None:
        data = text.encode() if isinstance(text, str) else text
        self.workspace.edit(self.path(name), version, data)

    def work(self) -> None:
        while self.workspace.work():
            pass

    def findings(self, name: str) -> Findings:
        found = self.workspace.answer(Diagnose(self.path(name)))
        assert isinstance(found, Findings)
        return found

    def rules(self, name: str) -> list[str]:
        return [item.rule for item in self.findings(name).items]

    def hover(self, name: str, text: str, at: str, into: int = 0) -> str:
        """What is said about the first ``at`` of ``text``, that many characters into it."""
        before = text[: text.index(at) + into]
        line, character = before.count("\n"), len(before.rpartition("\n")[2])
        found = self.workspace.answer(HoverAt(self.path(name), line, character))
        assert found is None or isinstance(found, Hover)
        return "" if found is None else found.text

    def actions(self, name: str, where: Range = EVERYWHERE, *kinds: str) -> list[Action]:
        found = self.workspace.answer(ActionsIn(self.path(name), where, kinds))
        assert isinstance(found, Actions)
        return list(found.actions)


def made(text: str, action: Action, path: str) -> str:
    """``text`` of the file after an action whose places are in UTF-16 units, by the protocol's rules."""
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines) + 1)]

    def offset(line: int, character: int) -> int:
        if line >= len(lines):
            return len(text)
        units = lines[line].encode("utf-16-le")[: character * 2]
        return starts[line] + len(units.decode("utf-16-le"))

    for edit in sorted(action.edits.get(path, ()), key=lambda edit: edit.range, reverse=True):
        start = offset(edit.range.line, edit.range.character)
        end = offset(edit.range.end_line, edit.range.end_character)
        text = text[:start] + edit.text + text[end:]
    return text

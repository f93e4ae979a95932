"""What the server and its worker say to each other, as MessagePack.

Positions are the client's: lines and characters counted from 0, in the units that were negotiated. The worker alone
turns offsets into them, because it alone knows the text that was analysed.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from pubcheck.lsp.settings import Settings
from pubcheck.source.position import Encoding

Severity = Literal["error", "warning", "info", "hint"]
Importance = Literal["error", "warning", "info", "log"]
Kind = Literal["quickfix", "source.fixAll.pubcheck"]


class Range(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """From one line and character to another, whose character isn't in it."""

    line: int
    character: int
    end_line: int
    end_character: int

    def meets(self, other: Range) -> bool:
        """Whether the two have a place in common, an end counted."""
        mine, theirs = (self.line, self.character), (other.line, other.character)
        return mine <= (other.end_line, other.end_character) and theirs <= (self.end_line, self.end_character)


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """A range of a file, which is told by its absolute path."""

    path: str
    range: Range


class Item(msgspec.Struct, frozen=True, gc=False):
    """A finding as an editor shows it.

    ``address`` is where the rule's document lies, as a URI, ``related`` are the other places with what is said of each,
    and ``spare`` marks what can go.
    """

    range: Range
    rule: str
    severity: Severity
    message: str
    fingerprint: str
    address: str = ""
    related: tuple[tuple[Place, str], ...] = ()
    spare: bool = False


class Findings(msgspec.Struct, frozen=True, gc=False, tag=True):
    """All findings of one file.

    ``version`` is that of the document, None for a file that isn't open. ``id`` is the same for the same findings.
    """

    path: str
    version: int | None
    id: str
    items: tuple[Item, ...]


class AllFindings(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Those of every file that has any, or had some before."""

    files: tuple[Findings, ...]


class Hover(msgspec.Struct, frozen=True, gc=False, tag=True):
    """What is known of what stands at ``range``, as Markdown."""

    range: Range
    text: str


class TextEdit(msgspec.Struct, frozen=True, gc=False):
    """Replace ``range`` by ``text``."""

    range: Range
    text: str


class Action(msgspec.Struct, frozen=True, gc=False):
    """A change on offer, by file, for the findings of some fingerprints; or a rule's document to be opened."""

    title: str
    kind: Kind
    edits: dict[str, tuple[TextEdit, ...]] = {}
    fingerprints: tuple[str, ...] = ()
    preferred: bool = False
    opens: str = ""


class Actions(msgspec.Struct, frozen=True, gc=False, tag=True):
    """What can be done at a place."""

    actions: tuple[Action, ...]


class Lens(msgspec.Struct, frozen=True, gc=False):
    """A line above the code that leads to places."""

    range: Range
    title: str
    places: tuple[Place, ...]


class Lenses(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Those of a file."""

    lenses: tuple[Lens, ...]


class Hint(msgspec.Struct, frozen=True, gc=False):
    """A remark that is shown behind a place as if it stood in the code."""

    line: int
    character: int
    label: str
    why: str


class Hints(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Those of a range."""

    hints: tuple[Hint, ...]


Result = Findings | AllFindings | Hover | Actions | Lenses | Hints | None


# --- questions


class Diagnose(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The findings of a file."""

    path: str


class DiagnoseAll(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The findings of all files, once all have been looked at."""


class HoverAt(msgspec.Struct, frozen=True, gc=False, tag=True):
    """What is known of what stands at a place."""

    path: str
    line: int
    character: int


class ActionsIn(msgspec.Struct, frozen=True, gc=False, tag=True):
    """What can be done in a range; ``kinds`` narrows it, where any are given."""

    path: str
    range: Range
    kinds: tuple[str, ...] = ()


class LensesOf(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The lenses of a file."""

    path: str


class HintsIn(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The hints of a range."""

    path: str
    range: Range


class Silence(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The comment that silences a rule on a line, with a reason, as an action."""

    path: str
    line: int
    rule: str
    reason: str


Question = Diagnose | DiagnoseAll | HoverAt | ActionsIn | LensesOf | HintsIn | Silence


# --- from the server to the worker


class Begin(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Look at these folders, with these settings, from now on. What documents say stays."""

    folders: tuple[str, ...]
    settings: Settings
    encoding: Encoding


class Text(msgspec.Struct, frozen=True, gc=False, tag=True):
    """An open document has this text now."""

    path: str
    version: int
    data: bytes


class Closed(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A document isn't open any more: what the disk has counts."""

    path: str


class Touched(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Files have changed, come or gone on the disk."""

    paths: tuple[str, ...]


class Ask(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A question that wants one ``Answer`` or one ``Failure``, unless it is cancelled."""

    id: int
    question: Question


class Cancel(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Nobody waits for the answer any more."""

    id: int


class StopIndexing(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The user has had enough of it: only what is open is looked at."""


Order = Begin | Text | Closed | Touched | Ask | Cancel | StopIndexing


# --- from the worker to the server


class Answer(msgspec.Struct, frozen=True, gc=False, tag=True):
    """To the question of that number."""

    id: int
    result: Result


class Failure(msgspec.Struct, frozen=True, gc=False, tag=True):
    """There is no answer to the question of that number."""

    id: int
    reason: str


class Published(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Findings of these files are new, or are known to hold for a new version."""

    files: tuple[Findings, ...]


class Indexing(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The first look at a folder has come so far; it is over when ``done`` is ``total``."""

    folder: str
    done: int
    total: int
    package: str


class Note(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Something that the user should know."""

    importance: Importance
    text: str


Reply = Answer | Failure | Published | Indexing | Note

"""What a rule document says, as frozen values."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from pubcheck.diagnostic import Confidence, Severity


class Category(StrEnum):
    """What a rule is about."""

    ATOMICS = "atomics"
    PUBLICATION = "publication"
    LOCKS = "locks"
    SHARED_STATE = "shared-state"
    GOROUTINES = "goroutines"
    SYNC = "sync"
    CHANNELS = "channels"


class Safety(StrEnum):
    """Whether a fix keeps the meaning minus the bug, or needs a look."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class ExampleFile(msgspec.Struct, frozen=True, gc=False):
    """One Go file of an example.

    ``text`` is what a Go tool gets: a package clause is there, on the first line where the document leaves it out, so
    that line n of the file is line ``line + n - 1`` of the document. ``name`` may hold a folder.
    """

    name: str
    text: str
    line: int


class Example(msgspec.Struct, frozen=True, gc=False):
    """A fence under Bad or Good, with the test that drives it under the race detector.

    ``line`` is that of its first line in the document. ``race`` says that the race detector names one of its wanted
    lines when ``driver`` runs. ``go`` is the language version to read it by. ``note`` is the prose above.
    """

    files: tuple[ExampleFile, ...]
    text: str
    line: int
    race: bool = False
    go: str = ""
    driver: ExampleFile | None = None
    note: str = ""


class Query(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Detection by a tree-sitter query with semantic predicates. ``line`` is that of its first line."""

    text: str
    line: int


class Module(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Detection by the module ``pubcheck.rules.<name>``."""

    name: str


class FixEdit(msgspec.Struct, frozen=True, gc=False):
    """One edit of a query rule's fix, made where the finding has the capture it names.

    ``action`` is ``replace`` (the captured text by ``text``), ``delete`` (the captured statement with its line) or
    ``before`` (``text`` as a line of its own before the capture's). ``{name}`` in ``text`` stands for a capture's text.
    """

    action: str
    capture: str
    text: str


class FixTemplate(msgspec.Struct, frozen=True, gc=False):
    """The fix of a query rule."""

    title: str
    edits: tuple[FixEdit, ...]
    safe: bool


class RuleSpec(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A rule as its document describes it.

    Attributes:
        name: the document's stem, in kebab case; the rule's name everywhere.
        title: the first heading, at most 70 characters.
        default: whether the rule is on where nothing is configured.
        since: the version of pubcheck that it came with.
        message: template of a finding's sentence, filled by ``str.format``.
        help: what to do instead, in one sentence; may be empty.
        prose: why it is a bug, Markdown.
        known_limits: what it misses or gets wrong, Markdown.
        fixes: what kinds of fixes the rule may offer; none where it has only words.
        peers: linters, and checks of theirs, that tell of the same: what silences those silences it.
        path: the document, as it was opened.
    """

    name: str
    title: str
    category: Category
    severity: Severity
    confidence: Confidence
    default: bool
    since: str
    message: str
    help: str
    prose: str
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    known_limits: str
    detection: Query | Module
    fix: FixTemplate | None
    fixes: tuple[Safety, ...] = ()
    peers: tuple[str, ...] = ()
    path: str


def module_name(rule: str) -> str:
    """The importable name of the module that detects ``rule``."""
    return "pubcheck.rules." + rule.replace("-", "_")

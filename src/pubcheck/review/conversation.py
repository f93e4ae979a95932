"""What stands on a pull request already: the bot's own threads and its summary, and how they are known again.

Each comment carries a line that readers don't see. It names the finding and the state in which the bot left it, so
that the forge is the only memory there is: two runs never need to know of each other, and nothing is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from pubcheck.review.diff import FileDiff

if TYPE_CHECKING:
    from collections.abc import Iterable

_FINDING = re.compile(r"<!-- pubcheck finding=([0-9a-f]{32}) state=(open|gone) above=(\d{1,4}) text=([0-9a-f]{16}) -->")
_SUMMARY = re.compile(r"<!-- pubcheck summary text=([0-9a-f]{16}) said=([0-9a-f,]*) -->")
_SHORT = 16
"""Hexadecimal digits of a fingerprint in the summary, which remembers many."""
_REMEMBERED = 2000


class State(StrEnum):
    """How the bot left a comment."""

    OPEN = "open"
    GONE = "gone"


class Mark(msgspec.Struct, frozen=True, gc=False):
    """The hidden line of a comment on a finding.

    ``text`` is a digest of what the comment says, so that a comment is written anew if and only if the bot has
    something else to say, whatever people or forges make of its text. ``above`` is how many lines it stands on beside
    its last one.
    """

    fingerprint: str
    state: State
    above: int
    text: str

    def line(self) -> str:
        """The mark as it stands in the comment."""
        return f"<!-- pubcheck finding={self.fingerprint} state={self.state} above={self.above} text={self.text} -->"


class Memory(msgspec.Struct, frozen=True, gc=False):
    """The hidden line of the summary: what has been said, also in comments that somebody deleted since."""

    text: str
    said: tuple[str, ...] = ()

    def line(self) -> str:
        """The memory as it stands in the summary."""
        return f"<!-- pubcheck summary text={self.text} said={','.join(self.said)} -->"


class Thread(msgspec.Struct, frozen=True, gc=False):
    """A thread that the bot began.

    Attributes:
        id: what the forge calls the thread.
        comment: what it calls its first comment.
        mark: the hidden line of that.
        resolved: whether it is resolved, by whomsoever.
        hidden: whether its first comment is minimised.
        url: where people find it.
        last: the line it hangs on by now, 0 where the forge doesn't show that any more.
        body: the first comment.
    """

    id: str
    comment: str
    mark: Mark
    resolved: bool = False
    hidden: bool = False
    url: str = ""
    last: int = 0
    body: str = ""

    @property
    def first(self) -> int:
        """The line it begins at, likewise."""
        return self.last - self.mark.above if self.last else 0

    @property
    def settled(self) -> bool:
        """Whether a person has resolved it: what the bot resolves, it marks as gone first."""
        return self.resolved and self.mark.state is State.OPEN


class Sticky(msgspec.Struct, frozen=True, gc=False):
    """The bot's summary as it stands."""

    id: str
    memory: Memory


class Conversation(msgspec.Struct, frozen=True, gc=False):
    """A pull request as the bot finds it."""

    head: str
    """The commit that the diff leads to."""
    blob: str
    """The address below which the files of that commit are to be seen, without a slash at the end."""
    files: dict[str, FileDiff] = {}
    threads: tuple[Thread, ...] = ()
    sticky: Sticky | None = None

    def link(self, path: str, line: int) -> str:
        """Where people see ``path`` at ``line``."""
        return f"{self.blob}/{quote(path, errors='replace')}#L{line}"


def mark_in(body: str) -> Mark | None:
    """The mark of a comment that the bot wrote on a finding. It stands last, for what is before it quotes code."""
    found = [*_FINDING.finditer(body)]
    return Mark(found[-1][1], State(found[-1][2]), int(found[-1][3]), found[-1][4]) if found else None


def memory_in(body: str) -> Memory | None:
    """The memory of a summary."""
    found = [*_SUMMARY.finditer(body)]
    return Memory(found[-1][1], tuple(name for name in found[-1][2].split(",") if name)) if found else None


def short(fingerprint: str) -> str:
    """A fingerprint as the memory has it."""
    return fingerprint[:_SHORT]


def remembered(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    """Both, each once, the oldest first; what is older than some thousands is forgotten."""
    return tuple(dict.fromkeys((*old, *new)))[-_REMEMBERED:]


def digest(text: str) -> str:
    """A name for what a comment says."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()

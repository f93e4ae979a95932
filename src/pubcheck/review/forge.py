"""What the bot needs of a forge, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.review.comment import Comment
    from pubcheck.review.conversation import Conversation, Sticky, Thread
    from pubcheck.review.suggestion import Suggestion


class Forge(Protocol):
    """One pull request of a forge. Everything may raise a ``ReviewError``."""

    def read(self) -> Conversation:
        """The pull request as it is now."""

    def fence(self, fix: Suggestion) -> str:
        """A suggestion in a comment on its lines."""

    def comment(self, comments: Sequence[Comment], head: str) -> Sequence[Comment]:
        """Write new comments, and return those that the forge refuses."""

    def rewrite(self, thread: Thread, body: str) -> None:
        """Give the first comment of a thread another text."""

    def close(self, thread: Thread) -> None:
        """Take a thread out of people's way."""

    def open(self, thread: Thread) -> None:
        """Undo ``close``."""

    def sum_up(self, sticky: Sticky | None, body: str) -> None:
        """Write the summary, over ``sticky`` if there is one."""

    def disconnect(self) -> None:
        """Close what is open."""

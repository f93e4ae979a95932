"""What can go wrong between the bot and a forge. No text of these holds the token."""

from __future__ import annotations


class ReviewError(Exception):
    """The review can't go on; the text says why."""


class DeniedError(ReviewError):
    """The token may not do this."""


class RefusedError(ReviewError):
    """The forge understood and doesn't want it: a line that isn't shown, a body that is too long."""


class MissingError(ReviewError):
    """What was named isn't there, or not any more."""


class UncertainError(ReviewError):
    """The answer got lost: it may have been done or not."""

"""What is wrong with a project, short of what is wrong with its Go."""

from __future__ import annotations

import msgspec

from pubcheck.diagnostic import Severity


class Problem(msgspec.Struct, frozen=True, order=True, gc=False):
    """Something that was left out or guessed while the project was loaded; the rest is loaded all the same.

    ``path`` is the file or directory it is about, ``line`` counts from 1 and is 0 where it is about the whole.
    """

    path: str
    line: int
    message: str
    severity: Severity = Severity.WARNING


class PatternError(ValueError):
    """A pattern names nothing that exists, or is no pattern: wrong usage. The text is a sentence for the user."""

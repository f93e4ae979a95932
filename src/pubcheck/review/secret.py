"""The token: held so that no representation shows it, and taken out of all that leaves the process."""

from __future__ import annotations

import base64
from urllib.parse import quote

HIDDEN = "***"
_SHORTEST = 6
"""Characters of a token that is worth hiding: to replace less would mangle words and give away the token's length."""


class Secret:
    """A token that is shown nowhere."""

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str) -> None:
        """Guard ``value``."""
        self._value = value.strip()
        encoded = base64.b64encode(self._value.encode()).decode()
        forms = (self._value, quote(self._value, safe=""), encoded.rstrip("="))
        self._forms = tuple(sorted({form for form in forms if len(form) >= _SHORTEST}, key=len, reverse=True))

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __bool__(self) -> bool:
        return bool(self._value)

    def reveal(self) -> str:
        """The token itself, for the header that needs it."""
        return self._value

    def redact(self, text: str) -> str:
        """``text`` without the token, plain or encoded as addresses and headers have it."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

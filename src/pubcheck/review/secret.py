"""The token: held so that no representation shows it, and taken out of all that leaves the process."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

from pubcheck.report.markup import code, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

HIDDEN = "***"
_SHORTEST = 6
"""Characters of a token that is worth hiding: to replace less would mangle words and give away the token's length."""


class Secret:
    """A token that is shown nowhere."""

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str) -> None:
        """Guard ``value``."""
        self._value = value.strip()
        forms = {self._value, quote(self._value, safe=""), *_encoded(self._value.encode())}
        forms |= {prose(self._value), code(self._value).removeprefix("<code>").removesuffix("</code>")}
        self._forms = tuple(sorted((form for form in forms if len(form) >= _SHORTEST), key=len, reverse=True))

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __bool__(self) -> bool:
        return bool(self._value)

    def reveal(self) -> str:
        """The token itself, for the header that needs it."""
        return self._value

    def redact(self, text: str) -> str:
        """``text`` without the token: plain, as addresses and headers have it, or as Markdown that shows it."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text


def _encoded(value: bytes) -> Iterator[str]:
    """``value`` in base64, whatever stands before it: a name and a colon, as headers have it."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + value).decode()
        yield text[(before * 4 + 2) // 3 : (before + len(value)) * 4 // 3]

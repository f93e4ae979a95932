"""The predicates of a query's text, read apart from its patterns."""

from __future__ import annotations

import re
from typing import Final

import msgspec

TEXTUAL: Final = frozenset(("eq", "match", "any-of"))
"""Predicates about the text of nodes."""

SEMANTIC: Final = frozenset(
    ("type", "callee", "same-path", "captured", "in-goroutine", "in-loop", "in-test", "under-lock", "commented")
)
"""Predicates about meaning."""

_TOKEN: Final = re.compile(
    r'"(?P<string>(?:[^"\\]|\\.)*)"|;[^\n]*|(?P<open>\(\s*#)|(?P<close>\))|@(?P<capture>[\w.-]+)|(?P<word>[^\s()"@;]+)',
    re.DOTALL,
)
_NAME: Final = re.compile(r"(?P<not>not-)?(?P<name>[\w-]+)\?")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


class QueryError(ValueError):
    """A query that can't be run; ``line`` and ``column`` (in characters) count from 1 within its text."""

    def __init__(self, message: str, line: int, column: int) -> None:
        """Say what is wrong and where."""
        super().__init__(f"{line}:{column}: {message}")
        self.message = message
        self.line = line
        self.column = column


class Predicate(msgspec.Struct, frozen=True, gc=False):
    """``(#name? argument ...)``.

    ``name`` is without ``not-`` and ``?``. An argument that begins with ``@`` is a capture; of the others, which are
    text, none can begin with it.
    """

    name: str
    negated: bool
    arguments: tuple[str, ...]


def error_at(text: str, offset: int, message: str) -> QueryError:
    """An error at a character of ``text``."""
    before = text[:offset]
    return QueryError(message, before.count("\n") + 1, offset - before.rfind("\n"))


def split_predicates(text: str) -> tuple[str, list[tuple[int, Predicate]]]:
    """Blank the predicates of a query.

    Returns:
        The text with spaces for each predicate, and the predicates with their offsets (in characters).

    Raises:
        QueryError: a predicate that isn't known, isn't closed or has the wrong arguments.
    """
    found = []
    rest = text
    at = 0
    while (match := _TOKEN.search(text, at)) is not None:
        at = match.end()
        if match["open"] is None:
            continue
        start = match.start()
        predicate, at = _predicate(text, start, at)
        found.append((start, predicate))
        rest = rest[:start] + re.sub(r"\S", " ", rest[start:at]) + rest[at:]
    return rest, found


def _predicate(text: str, start: int, at: int) -> tuple[Predicate, int]:
    name = _NAME.match(text, at)
    if name is None or name["name"] not in TEXTUAL | SEMANTIC:
        written = re.match(r"[^\s()]*", text[at:])
        raise error_at(text, start, f"unknown predicate `#{written[0] if written else ''}`")
    arguments: list[str] = []
    at = name.end()
    while (match := _TOKEN.search(text, at)) is not None:
        at = match.end()
        if match["close"] is not None:
            predicate = Predicate(name["name"], name["not"] is not None, tuple(arguments))
            _check(text, start, predicate)
            return predicate, at
        if match["capture"] is not None:
            arguments.append("@" + match["capture"])
        elif match["string"] is not None:
            arguments.append(_unescaped(text, match))
        elif match["word"] is not None:
            arguments.append(match["word"])
        elif match["open"] is not None:
            break
    raise error_at(text, start, f"`#{name[0]}` isn't closed")


def _unescaped(text: str, match: re.Match[str]) -> str:
    value = _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), match["string"])
    if value.startswith("@"):
        raise error_at(text, match.start(), "text that begins with `@` can't be compared with")
    return value


def _check(text: str, start: int, predicate: Predicate) -> None:
    """Hold the arguments to what the predicate takes: always a capture first."""
    first, *rest = predicate.arguments or ("",)
    if not first.startswith("@"):
        raise error_at(text, start, f"`#{predicate.name}?` takes a capture first")
    if predicate.name in TEXTUAL and (not rest or (len(rest) > 1 and predicate.name != "any-of")):
        raise error_at(text, start, f"`#{predicate.name}?` takes a capture and what to compare it with")
    if predicate.name == "match":
        try:
            re.compile(rest[0])
        except re.error as problem:
            raise error_at(text, start, f"not a regular expression: {problem}") from None

"""Expectations in Go comments: one parser for rule examples and test data.

``// want "re" "re2"`` expects one finding on its line for each regular expression, quoted as a Go string. An expression
is searched for in ``rule: message``. ``// known-fn: reason`` marks a line that should have a finding and has none yet;
``// known-fp: reason`` one that has a finding and should have none. Both are strict: the line that behaves fails.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from pubcheck.spec.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What a comment expects of its line."""

    WANT = "want"
    KNOWN_MISS = "known-fn"
    KNOWN_NOISE = "known-fp"


class Expectation(msgspec.Struct, frozen=True, gc=False):
    """One expected finding (``pattern``), or one known gap (``reason``), on ``line``, counted from 1."""

    kind: Kind
    line: int
    pattern: str = ""
    reason: str = ""


_MARK = re.compile(r"//\s*(?:(want)(?=\s|$)|(known-f[np])\b:?)")
_STRING = re.compile(r'\s*("(?:[^"\\\n]|\\.)*"|`[^`\n]*`)')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def expectations(text: str, path: str, first_line: int = 1) -> list[Expectation]:
    """All expectations of a Go text, in line order.

    Args:
        text: Go source.
        path: its name, for errors.
        first_line: line of the text's first line in ``path``, for errors only: the results count from 1.

    Raises:
        SpecError: a ``want`` without a quoted expression, a broken expression, or a known gap without a reason.
    """
    found: list[Expectation] = []
    for number, line in enumerate(text.split("\n"), 1):
        mark = _MARK.search(line)
        if mark is None:
            continue
        try:
            if mark[1]:
                found.extend(Expectation(Kind.WANT, number, pattern) for pattern in _patterns(line[mark.end() :]))
            else:
                found.append(Expectation(Kind(mark[2]), number, reason=_reason(line[mark.end() :])))
        except ValueError as error:
            raise SpecError(path, first_line + number - 1, str(error)) from None
    return found


def marked(text: str) -> tuple[str, tuple[int, ...]]:
    """A Go text without its expectations, and the lines, counted from 1, on which findings are wanted."""
    lines = text.split("\n")
    wanted = []
    for number, line in enumerate(lines, 1):
        if mark := _MARK.search(line):
            lines[number - 1] = line[: mark.start()].rstrip()
            if mark[1]:
                wanted.append(number)
    return "\n".join(lines), tuple(wanted)


def _patterns(text: str) -> Iterator[str]:
    at = 0
    while match := _STRING.match(text, at):
        pattern = _unquote(match[1])
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"`{pattern}` is no regular expression: {error}") from None
        yield pattern
        at = match.end()
    if at == 0:
        raise ValueError('`want` needs a quoted regular expression: // want "..."')
    rest = text[at:].strip()
    if rest and not rest.startswith("//"):
        raise ValueError(f"`{rest}` after the expressions of `want` is no quoted expression")


def _unquote(literal: str) -> str:
    if literal[0] == "`":
        return literal[1:-1]

    def escape(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise ValueError(f"`\\{match[1]}` is no escape of a Go string (use backquotes, or double the backslash)")
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", escape, literal[1:-1])


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise ValueError("a known gap needs a reason: // known-fn: reason")
    return reason

"""What happens to Go's source: an editor, a merge or a lost byte leaves it behind. Each accident is one of chance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

T = TypeVar("T")

_TOKEN = re.compile(
    rb"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|`[^`]*`|'(?:\\.|[^'\\\n])*'|\w+|<-|:=|\.\.\.|[^\s\w]|\s+", re.DOTALL
)
_STRAY = (
    b"go ", b"defer ", b"func ", b"chan ", b"<-", b"select ", b"range ", b"for ", b"type ", b"struct ", b"interface ",
    b"case ", b"default:", b"return ", b"goto ", b"fallthrough\n", b":=", b"=", b"...", b"~", b"|", b"?", b"[]", b"[T]",
    b"{", b"}", b"(", b")", b"_", b"nil", b"iota", b"1<<9999", b"1e99999", b"0x1p9999", b"'", b'"', b"`", b"/*",
    b"\x00", b"\xff", b"\xef\xbb\xbf",
)  # fmt: skip
_NESTS = (
    (b"(", b")"), (b"{", b"}"), (b"func(){", b"}()\n"), (b"go func(){", b"}()\n"), (b"if x {", b"}"), (b"f(", b")"),
    (b"&T{", b"}"), (b"*", b""), (b"[]", b""), (b"!", b""), (b"a.", b""), (b"x+", b""), (b"chan ", b""),
)  # fmt: skip

MOST = 20
"""Tokens that one accident hits."""
LONG = 400
"""Bytes that are cut out or pasted at once."""


def damage(chance: Random, original: bytes, most: int = 3) -> bytes:
    """``original`` after one to ``most`` accidents."""
    data = original
    for _ in range(chance.randint(1, most)):
        data = chance.choice(_ACCIDENTS)(chance, data)
    return data


def _cut_off(chance: Random, data: bytes) -> bytes:
    return data[: chance.randint(0, len(data))]


def _cut_out(chance: Random, data: bytes) -> bytes:
    start = chance.randint(0, len(data))
    return data[:start] + data[start + chance.randint(0, LONG) :]


def _paste(chance: Random, data: bytes) -> bytes:
    start, at = chance.randint(0, len(data)), chance.randint(0, len(data))
    return data[:at] + data[start : start + chance.randint(0, LONG)] + data[at:]


def _scribble(chance: Random, data: bytes) -> bytes:
    at = chance.randint(0, len(data))
    noise = bytes(chance.randint(0, 255) for _ in range(chance.randint(1, MOST)))
    return data[:at] + noise + data[at + chance.randint(0, len(noise)) :]


def _lose(chance: Random, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    for at in _some(chance, tokens):
        tokens[at] = b""
    return b"".join(tokens)


def _repeat(chance: Random, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    for at in _some(chance, tokens):
        tokens[at] += b" " + tokens[at]
    return b"".join(tokens)


def _swap(chance: Random, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    places = _some(chance, tokens)
    for one, other in zip(places, reversed(places), strict=True):
        tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens)


def _unbrace(chance: Random, data: bytes) -> bytes:
    brackets = [match.start() for match in re.finditer(rb"[{}()\[\]]", data)]
    lost = {brackets[at] for at in _some(chance, brackets)}
    return bytes([byte for at, byte in enumerate(data) if at not in lost])


def _stray(chance: Random, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    for at in _some(chance, tokens):
        tokens[at] = chance.choice(_STRAY)
    return b"".join(tokens)


def _nest(chance: Random, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    times = chance.choice((3, 100, 2000))
    before, after = chance.choice(_NESTS)
    for at in _some(chance, tokens)[:1]:
        tokens[at] = before * times + tokens[at] + after * times
    return b"".join(tokens)


def _some(chance: Random, things: Sequence[T]) -> list[int]:
    if not things:
        return []
    return [chance.randint(0, len(things) - 1) for _ in range(chance.randint(1, MOST))]


_ACCIDENTS = (_cut_off, _cut_out, _paste, _scribble, _lose, _repeat, _swap, _unbrace, _stray, _nest)

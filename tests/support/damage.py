"""Go with something wrong in it: what an editor, a merge or a lost byte leaves behind."""

from __future__ import annotations

import re

from hypothesis import strategies as st

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


@st.composite
def damaged(draw: st.DrawFn, original: bytes) -> bytes:
    """``original`` after a few accidents."""
    data = original
    for _ in range(draw(st.integers(1, 3))):
        data = draw(st.sampled_from(_ACCIDENTS))(draw, data)
    return data


def _cut_off(draw: st.DrawFn, data: bytes) -> bytes:
    return data[: draw(st.integers(0, len(data)))]


def _cut_out(draw: st.DrawFn, data: bytes) -> bytes:
    start = draw(st.integers(0, len(data)))
    return data[:start] + data[start + draw(st.integers(0, 400)) :]


def _paste(draw: st.DrawFn, data: bytes) -> bytes:
    start, at = draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))
    return data[:at] + data[start : start + draw(st.integers(0, 400))] + data[at:]


def _lose(draw: st.DrawFn, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    for at in _some(draw, tokens):
        tokens[at] = b""
    return b"".join(tokens)


def _repeat(draw: st.DrawFn, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    for at in _some(draw, tokens):
        tokens[at] += b" " + tokens[at]
    return b"".join(tokens)


def _swap(draw: st.DrawFn, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    places = _some(draw, tokens)
    for one, other in zip(places, reversed(places), strict=True):
        tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens)


def _unbrace(draw: st.DrawFn, data: bytes) -> bytes:
    brackets = [match.start() for match in re.finditer(rb"[{}()\[\]]", data)]
    lost = {brackets[at] for at in _some(draw, brackets)}
    return bytes([byte for at, byte in enumerate(data) if at not in lost])


def _stray(draw: st.DrawFn, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    for at in _some(draw, tokens):
        tokens[at] = draw(st.sampled_from(_STRAY))
    return b"".join(tokens)


def _nest(draw: st.DrawFn, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    times = draw(st.sampled_from((3, 100, 2000)))
    before, after = draw(st.sampled_from(_NESTS))
    for at in _some(draw, tokens)[:1]:
        tokens[at] = before * times + tokens[at] + after * times
    return b"".join(tokens)


def _some(draw: st.DrawFn, things: list[bytes] | list[int]) -> list[int]:
    if not things:
        return []
    return draw(st.lists(st.integers(0, len(things) - 1), min_size=1, max_size=20))


_ACCIDENTS = (_cut_off, _cut_out, _paste, _lose, _repeat, _swap, _unbrace, _stray, _nest)

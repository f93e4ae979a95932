"""Values of Go's literals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.model.symbols import Constant

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LEGACY_OCTAL = re.compile(r"0[0-7]+")


def literal_value(kind: str, text: str) -> Constant:
    """Value of a literal as it is written; None for an imaginary one and for what isn't well-formed.

    Bytes of a string that aren't UTF-8 are kept as ``surrogateescape`` keeps them.
    """
    try:
        if kind == "int":
            return _int(text)
        if kind == "float":
            return float.fromhex(text) if text[:2] in ("0x", "0X") else float(text.replace("_", ""))
        if kind == "rune":
            return _rune(text[1:-1])
        if kind == "string":
            return text[1:-1].replace("\r", "") if text[0] == "`" else _string(text[1:-1])
    except (ValueError, IndexError, OverflowError):
        return None
    return None


def _int(text: str) -> int:
    digits = text.replace("_", "")
    if _LEGACY_OCTAL.fullmatch(digits):
        return int(digits, 8)
    return int(digits, 0)


def _string(text: str) -> str:
    if "\\" not in text:
        return text
    parts = []
    at = 0
    for match in _ESCAPE.finditer(text):
        parts.append(text[at : match.start()].encode("utf-8", "surrogateescape"))
        parts.append(_escaped(match))
        at = match.end()
    parts.append(text[at:].encode("utf-8", "surrogateescape"))
    return b"".join(parts).decode("utf-8", "surrogateescape")


def _escaped(match: re.Match[str]) -> bytes:
    byte, short, long, octal, simple = match.groups()
    if byte is not None or octal is not None:
        return bytes([int(byte, 16) if byte is not None else int(octal, 8)])
    if simple is not None:
        return _SIMPLE.get(simple, simple).encode()
    return chr(int(short or long, 16)).encode()


def _rune(text: str) -> int | None:
    match = _ESCAPE.fullmatch(text)
    if match is None:
        return ord(text) if len(text) == 1 else None
    byte, short, long, octal, simple = match.groups()
    if simple is not None:
        return ord(_SIMPLE.get(simple, simple))
    return int(octal, 8) if octal is not None else int(byte or short or long, 16)

"""Go that is newer than the grammar, rewritten for the parser without moving an offset.

Only the parser sees the rewritten bytes: names and literals of the AST are read from the file as it was written.

* ``new(expression)`` of Go 1.26: the grammar wants a type there. Under another name of three bytes it is a plain call.
  Where the first byte of the expression or a call in it tells, that is done before a parse has failed, which takes
  several times as long as one that doesn't.
* Type parameters of methods of Go 1.27 are blanked. A second parse, with the receivers blanked instead, makes plain
  generic functions of these methods and gives the parameters.
* A block of its own after ``if x == y { f() }``: the parser can take the braces of the ``if`` for a composite literal
  and the block for its body. The semicolon that Go puts at the line's end is written out. No error hints at this, so
  every file is searched.
* Bytes that are no UTF-8, NUL among them, become letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from pubcheck.syntax.lexical import brackets, occurrences, pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tree_sitter import Tree

_CALL: Final = pattern(rb"(?<![.\w\x80-\xff])(?:new|make)[ \t]*\(")
_METHOD: Final = pattern(rb"^func[ \t]*(?P<receiver>\([^()\n]*\))[ \t]*(?P<name>[\w\x80-\xff]+)[ \t]*(?P<bracket>\[)")
_BLOCK: Final = rb"\}(?=[ \t\r]*(?:[ \t]//[^\n]*)?\n(?:\s|//[^\n]*\n|/\*[\s\S]*?\*/)*+\{)"
_BLOCK_HINT: Final = re.compile(_BLOCK)
_BLOCK_FOUND: Final = pattern(_BLOCK)
_VALUE: Final = re.compile(rb"new\((?<![.\w\x80-\xff]new\()(?=[\"'`\d!^&+-]|(?:true|false)\)|(?!func\()[\w.]+\()")
"""What can't be a type. In a comment or a literal it does no harm: the parser alone reads another name there."""
_STAND_IN: Final = {b"new": b"neW", b"make": b"makE"}
_ASKED: Final = 1_000_000
"""Bytes of arguments that are parsed by themselves: calls nested in calls are parsed again each."""


class Repair(msgspec.Struct, frozen=True, gc=False):
    """Bytes for the parser, of the length of the file.

    ``generic`` is the same file with the receivers of generic methods blanked, or None where there are no such methods;
    ``methods`` are the offsets of their names.
    """

    data: bytes
    generic: bytes | None
    methods: frozenset[int]


def repaired(data: bytes, parse: Callable[[bytes], Tree]) -> Repair | None:
    """Rewrite a file that doesn't parse; None where there is nothing to rewrite."""
    text = bytearray(_decodable(data))
    pairs = brackets(data)
    _rename_calls(text, data, pairs, parse)
    plain = bytes(text)
    methods = set()
    for match in occurrences(_METHOD, plain):
        start = match.start("bracket")
        end = pairs.get(start)
        if end is not None:
            methods.add(match.start("name"))
            text[start : end + 1] = b" " * (end + 1 - start)
    if not methods:
        return None if plain == data else Repair(plain, None, frozenset())
    generic = bytearray(plain)
    for match in occurrences(_METHOD, plain):
        if match.start("name") in methods:
            start, end = match.span("receiver")
            generic[start:end] = b" " * (end - start)
    return Repair(bytes(text), bytes(generic), frozenset(methods))


def prepared(data: bytes) -> bytes:
    """``data`` with what is rewritten in every file: calls of ``new`` with what can only be a value, and blocks."""
    return _separated(_VALUE.sub(b"neW(", data))


def _separated(data: bytes) -> bytes:
    """``data`` with a semicolon between a closing brace and a block that begins a line; often the same object."""
    if not _BLOCK_HINT.search(data):
        return data
    text = bytearray(data)
    for match in occurrences(_BLOCK_FOUND, data):
        text[match.end()] = 0x3B
    return bytes(text)


def _rename_calls(text: bytearray, data: bytes, pairs: Mapping[int, int], parse: Callable[[bytes], Tree]) -> None:
    """Give ``new`` and ``make`` another name wherever the grammar, asked about that call alone, knows no type in it."""
    budget = _ASKED
    for match in occurrences(_CALL, data):
        opening = match.end() - 1
        end = pairs.get(opening)
        if end is None or end - opening > budget:
            continue
        budget -= end - opening
        call = b"package p\nvar _ = new" + data[opening : end + 1] + b"\n"
        if parse(call).root_node.has_error:
            start = match.start()
            name = bytes(data[start:opening]).rstrip()
            text[start : start + len(name)] = _STAND_IN[name]


def _decodable(data: bytes) -> bytes:
    """``data`` with a letter for each byte that can't be decoded."""
    try:
        data.decode()
    except UnicodeDecodeError:
        kept = data.decode("utf-8", "surrogateescape")
        data = "".join("x" if "\udc80" <= char <= "\udcff" else char for char in kept).encode()
    return data.replace(b"\0", b"x")

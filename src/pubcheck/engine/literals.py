"""Struct literals that may have values without the names of their fields, told from the text.

What isn't laid out as gofmt does it may be taken for one. Nothing that is one is missed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pubcheck.source.segments import body_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME = rb"[\w\x80-\xff]+"
_IS_ELEMENT = re.compile(rb"\]\**(?:" + _NAME + rb"\s*\.\s*)?\Z")
_NO_VALUE = re.compile(rb"\s*\)|.*\b(?:case|for|func|if|interface|select|struct|switch|type)\b")
"""How a line begins whose brace may open a block."""
_NAMED_FIELD = re.compile(rb"\s*(?:\}|" + _NAME + rb"\s*:[^=])")
_KEYED_BY = re.compile(rb"\bmap\[([^\n{}]*)\][^\n{}]*\{\s*\{")
"""A map whose keys have literals that leave out their type."""
_TYPE = re.compile(rb"type\s+(" + _NAME + rb")(?:\[[^\n]*?\])?\s*(?:=\s*)?([^\n{}()]+)$", re.MULTILINE)
_TYPE_GROUP = re.compile(rb"^type\s*\((.*?)^\)", re.MULTILINE | re.DOTALL)
_TYPE_IN_GROUP = re.compile(rb"^\s*(" + _NAME + rb")(?:\[[^\n]*?\])?\s*(?:=\s*)?([^\n{}()]+)$", re.MULTILINE)
_WORD = re.compile(_NAME)
_LONGEST = 200
"""Bytes that the name of a package may take."""


def made_of(types: frozenset[bytes], texts: Iterable[bytes]) -> frozenset[bytes]:
    """The names of types that are others of ``types``, or lists and maps of them, and so have their literals."""
    each = list(texts)
    found = fresh = types
    while fresh:
        near = [text for text in each if any(name in text for name in fresh)]
        made = {name for text in near for name, rest in _types(text) if not fresh.isdisjoint(_WORD.findall(rest))}
        fresh = frozenset(made) - found
        found |= fresh
    return found - types


def _types(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names of declared types, and what each is another name of, or a list."""
    yield from _TYPE.findall(text)
    for group in _TYPE_GROUP.findall(text):
        yield from _TYPE_IN_GROUP.findall(group)


def fills_by_order(text: bytes, types: frozenset[bytes], lists: frozenset[bytes]) -> bool:
    """Whether a literal of one of ``types``, or one in a literal of ``lists``, may leave out the names of fields."""
    if not any(name in text for name in types | lists):
        return False
    if any(not (types | lists).isdisjoint(_WORD.findall(key)) for key in _KEYED_BY.findall(text)):
        return True
    return any(_leaves_out(text, found, lists) for found in _literals(text, types | lists))


def _literals(text: bytes, types: frozenset[bytes]) -> Iterator[re.Match[bytes]]:
    for found in _literal_of(types).finditer(text):
        line = text[text.rfind(b"\n", 0, found.start()) + 1 : found.end()]
        if not found[2] or not _NO_VALUE.match(line):
            yield found


@cache
def _literal_of(types: frozenset[bytes]) -> re.Pattern[bytes]:
    names = b"|".join(map(re.escape, sorted(types)))
    return re.compile(rb"(?<![\w\x80-\xff])(" + names + rb")(?:\[[^\n{}]*\])?([ \t]*)\{")


def _leaves_out(text: bytes, found: re.Match[bytes], lists: frozenset[bytes]) -> bool:
    """Whether a literal, or one that it is a list of, isn't certain to name its fields."""
    is_list = _IS_ELEMENT.search(text, max(0, found.start() - _LONGEST), found.start()) is not None
    if not is_list and not _NAMED_FIELD.match(text, found.end()):
        return True
    if not is_list and found[1] not in lists:
        return False
    end = body_end(text, found.end() - 1)
    inside = text[found.end() : end].split(b"{")[1:]
    return end is None or not all(map(_NAMED_FIELD.match, inside))

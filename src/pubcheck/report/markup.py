"""Texts from code as Markdown that shows them and does nothing else.

What could be markup is written as a character reference. References are plain characters again when a forge looks for
people, issues and addresses to link to, so what begins those is followed by a space of no width; inside of code it
looks for none.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from pubcheck.report.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

LENGTH = 500
"""Characters of a text; longer ones are cut."""
_CODE = re.compile(r"`([^`]+)`")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#!|~&@$:%^]|(?<=www)\.")
_BEGINS_LINK = re.compile(r"[@#!$%~^&.](?=\S)|:(?=/)")
"""In what some forge takes for a mention, a reference or an address."""
_APART = "&#8203;"
_SHOWN = "\t"


def code(text: str) -> str:
    """``text`` as code inside of a line."""
    return f"<code>{_MARKUP.sub(_reference, _cut(one_line(text)))}</code>"


def prose(text: str) -> str:
    """``text`` with what stands between backticks as code, and no other markup."""
    parts = _CODE.split(_cut(one_line(text)))
    return "".join(code(part) if number % 2 else _MARKUP.sub(_inert, part) for number, part in enumerate(parts))


def fenced(text: str, language: str) -> str:
    """``text`` as a block of code that nothing in it can end; ends in a line break, and so must ``text``."""
    longest = max((len([*run]) for char, run in groupby(text) if char == "`"), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}{fence}\n"


def visible(lines: Iterable[str]) -> str:
    """Lines of code with a replacement for each character that isn't to be seen, each ended by a line break."""
    return "".join(f"{_visible(line)}\n" for line in lines)


def _visible(line: str) -> str:
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if char not in _SHOWN and unicodedata.category(char)[0] == "C" else char
        for char in line
    )


def _cut(text: str) -> str:
    return text if len(text) <= LENGTH else f"{text[: LENGTH - 3]}..."


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _inert(found: re.Match[str]) -> str:
    apart = _APART if _BEGINS_LINK.match(found.string, found.start()) else ""
    return f"{_reference(found)}{apart}"

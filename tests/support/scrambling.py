"""Random edits of Go that change nothing but where things stand: lines, layout, order, files.

The text is taken to be formatted as gofmt does it: declarations begin at the first column.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from rewriting import chunks

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Files = dict[str, str]

_REMARKS = ("// Hear, hear.\n", "\n", "\n\n", "/* One\n   or two\n   lines. */\n")
_INDENTED = re.compile(r"^\t+", re.MULTILINE)
_STATEMENT_END = re.compile(r"^(\t+(?!\s*(?://|\*)).*[;)\w}])$", re.MULTILINE)
_SUFFIXES = re.compile(r"((?:_\w+)?_test|)\.go$")
_UNUSED = "func unrelated{}(n int) int {{\n\treturn n + {}\n}}\n"


def scrambled(files: Files, random: Random) -> Files:
    """``files`` after one to four edits of different kinds."""
    for edit in random.sample(EDITS, random.randint(1, 4)):
        files = edit(files, random)
    return files


def _remarks(files: Files, random: Random) -> Files:
    """Remarks between declarations."""

    def remarked(text: str) -> str:
        head, declarations = chunks(text)
        return "\n".join([head, *(f"{random.choice(_REMARKS)}\n{one}" for one in declarations)])

    return _each(files, remarked)


def _blank_lines(files: Files, random: Random) -> Files:
    """Blank lines after some statements."""
    return _each(files, lambda text: _STATEMENT_END.sub(lambda end: end[0] + "\n" * random.randint(0, 2), text))


def _spaces(files: Files, random: Random) -> Files:
    """Another indentation than gofmt's."""
    width = random.randint(1, 8)
    return _each(files, lambda text: _INDENTED.sub(lambda tabs: " " * width * len(tabs[0]), text))


def _shuffled(files: Files, random: Random) -> Files:
    """The declarations of each file in another order."""

    def shuffled(text: str) -> str:
        head, declarations = chunks(text)
        return "\n".join([head, *random.sample(declarations, len(declarations))])

    return _each(files, shuffled)


def _neighbours(files: Files, random: Random) -> Files:
    """Functions that nobody calls among the others."""
    number = random.randint(100, 999_999)
    name, text = random.choice(list(files.items()))
    return files | {name: f"{text}\n{_UNUSED.format(number, number)}"}


def _renamed(files: Files, random: Random) -> Files:
    """Other names for the files, which come in another order with them. Tests stay tests."""
    letters = random.sample("abcdefgh", min(len(files), 8))
    made = {}
    for number, (name, text) in enumerate(files.items()):
        folder, base = posixpath.split(name)
        suffix = _SUFFIXES.search(base)
        ending = suffix[0] if suffix else ".go"
        made[posixpath.join(folder, f"{letters[number % len(letters)]}moved{number}{ending}")] = text
    return made


def _in_two_files(files: Files, random: Random) -> Files:
    """Some declarations of a file moved into a new one."""
    name, text = random.choice(list(files.items()))
    head, declarations = chunks(text)
    moved = {number for number in range(len(declarations)) if random.random() < 0.5}
    if len(moved) in (0, len(declarations)):
        return files
    folder, base = posixpath.split(name)
    other = posixpath.join(folder, f"{random.choice('az')}_{base}")
    parts = ([one for number, one in enumerate(declarations) if (number in moved) is there] for there in (False, True))
    return files | dict(zip((name, other), ("\n".join([head, *part]) for part in parts), strict=True))


def _each(files: Files, edit: Callable[[str], str]) -> Files:
    return {name: edit(text) for name, text in files.items()}


EDITS = (_remarks, _blank_lines, _spaces, _shuffled, _neighbours, _renamed, _in_two_files)
"""The kinds of edits."""

"""The lines that ``go.mod`` and ``go.work`` are made of: a verb and its arguments, alone or in a block."""

from __future__ import annotations

import re

import msgspec

_TOKEN = re.compile(
    r"[ \t\r]*(?:(?P<comment>//.*)"
    r'|(?P<quoted>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<raw>`[^`\n]*`)"
    r"|(?P<word>=>|[(),\[\]]|(?:(?!//|=>)[^\s\"`(),\[\]])+))"
)
_ESCAPE = re.compile(r"\\(.)")


class Directive(msgspec.Struct, frozen=True, gc=False):
    """One statement of a module file. ``line`` counts from 1."""

    verb: str
    args: tuple[str, ...]
    line: int


class Complaint(msgspec.Struct, frozen=True, gc=False):
    """A line that can't be understood; the others still count."""

    line: int
    message: str


class Replace(msgspec.Struct, frozen=True, gc=False):
    """``replace path version => target target_version``; versions are empty where none is given.

    Without a ``target_version`` the target is a directory, relative to the file that says so.
    """

    path: str
    version: str
    target: str
    target_version: str


def read_directives(text: str) -> tuple[list[Directive], list[Complaint]]:
    """Split a module file into its directives. Never raises: what can't be read becomes a complaint."""
    directives: list[Directive] = []
    complaints: list[Complaint] = []
    block = ""
    opened = 0
    for number, line in enumerate(text.split("\n"), 1):
        tokens = _tokens(line)
        if tokens is None:
            complaints.append(Complaint(number, "unreadable line"))
        elif not tokens:
            continue
        elif block and tokens == [")"]:
            block = ""
        elif block:
            directives.append(Directive(block, tuple(tokens), number))
        elif len(tokens) >= 2 and tokens[1] == "(":
            if tokens[2:] != [")"]:
                block, opened = tokens[0], number
        elif tokens[0] in {"(", ")"}:
            complaints.append(Complaint(number, f"unexpected {tokens[0]}"))
        else:
            directives.append(Directive(tokens[0], tuple(tokens[1:]), number))
    if block:
        complaints.append(Complaint(opened, f"the block of {block} is never closed"))
    return directives, complaints


def _tokens(line: str) -> list[str] | None:
    tokens: list[str] = []
    line = line.rstrip()
    at = 0
    while at < len(line):
        found = _TOKEN.match(line, at)
        if not found:
            return None
        at = found.end()
        match found.lastgroup:
            case "comment":
                break
            case "quoted":
                tokens.append(_ESCAPE.sub(r"\1", found["quoted"][1:-1]))
            case "raw":
                tokens.append(found["raw"][1:-1])
            case _:
                tokens.append(found["word"])
    return tokens


def read_go_version(text: str) -> tuple[int, int] | None:
    """The language version in ``1.22``, ``1.22.3`` or ``1.22rc1``; None where it is none."""
    found = re.match(r"([0-9]{1,4})\.([0-9]{1,6})(?![0-9])", text, re.ASCII)
    return (int(found[1]), int(found[2])) if found else None


def read_replace(args: tuple[str, ...]) -> Replace | None:
    """The arguments of a ``replace`` directive; None where they are none."""
    if args.count("=>") != 1:
        return None
    arrow = args.index("=>")
    old, new = args[:arrow], args[arrow + 1 :]
    if not 1 <= len(old) <= 2 or not 1 <= len(new) <= 2:
        return None
    return Replace(old[0], old[1] if len(old) == 2 else "", new[0], new[1] if len(new) == 2 else "")

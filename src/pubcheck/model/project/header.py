"""A look at the top of a Go file: package clause, imports, build constraint. It needs no parse.

Listing a project reads the head of every file; a full parse costs a hundred times as much.
"""

from __future__ import annotations

import re
from functools import lru_cache
from sys import intern

import msgspec

_TRIVIA = rb"(?:[ \t\r\n\f;]+|//[^\n]*+|/\*(?s:.*?)\*/)*+"
_NAME = rb"[A-Za-z_\x80-\xff][0-9A-Za-z_\x80-\xff]*+"
_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?" + _TRIVIA)
_PACKAGE = re.compile(rb"package\b" + _TRIVIA + rb"(" + _NAME + rb")")
_IMPORT = re.compile(_TRIVIA + rb"import\b" + _TRIVIA)
_SPEC = re.compile(_TRIVIA + rb"(?:(?:" + _NAME + rb"|\.)" + _TRIVIA + rb')?(?:"([^"\n]*)"|`([^`]*)`)')
_PLAIN = re.compile(rb'\s*import \(((?:\s*+(?:[\w.]+ )?"[^"\n]*"\n)++)\)')
"""What most files have: one block, and nothing but imports in it."""
_QUOTED = re.compile(rb'"([^"\n]*)"')
_CLOSE = re.compile(_TRIVIA + rb"\)")
_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)


class Header(msgspec.Struct, frozen=True, gc=False):
    """The top of a file. ``package`` is empty where there is no package clause.

    ``build_lines`` are the ``//go:build`` lines, or else the ``// +build`` lines that count.
    """

    package: str
    imports: tuple[str, ...] = ()
    build_lines: tuple[str, ...] = ()
    generated: bool = False


def read_header(data: bytes) -> Header:
    """Scan the top of ``data``. Never raises; scanning stops where the text is no longer Go."""
    leading = _LEADING.match(data)
    at = leading.end() if leading else 0
    build_lines = _build_lines(data[:at]) if data.find(b"build", 0, at) >= 0 else ()
    generated = data.find(b"DO NOT EDIT.", 0, at) >= 0 and _GENERATED.search(data, 0, at) is not None
    clause = _PACKAGE.match(data, at)
    if not clause:
        return Header("", (), build_lines, generated)
    return Header(_text(clause[1]), _imports(data, clause.end()), build_lines, generated)


@lru_cache(maxsize=4096)
def _text(data: bytes) -> str:
    return intern(data.decode("utf-8", "replace"))


def _imports(data: bytes, at: int) -> tuple[str, ...]:
    paths: dict[str, None] = {}
    if plain := _PLAIN.match(data, at):
        at = plain.end()
        paths.update(dict.fromkeys(map(_text, _QUOTED.findall(plain[1]))))
    while found := _IMPORT.match(data, at):
        at = found.end()
        block = data[at : at + 1] == b"("
        at += block
        while spec := _SPEC.match(data, at):
            at = spec.end()
            paths[_text(spec[1] if spec[2] is None else spec[2])] = None
            if not block:
                break
        if block:
            close = _CLOSE.match(data, at)
            if not close:
                break
            at = close.end()
    return tuple(paths)


def _build_lines(leading: bytes) -> tuple[str, ...]:
    """The constraint lines that count.

    A ``// +build`` line counts only in the run of ``//`` comments and blank lines that the file starts with, and only
    when a blank line follows it; a ``//go:build`` line counts anywhere before the package clause, outside of ``/* */``.
    """
    modern: list[str] = []
    older: list[str] = []
    pending: list[str] = []
    ended = in_block = False
    # What follows the last line break isn't a blank line: the package clause goes on there.
    for raw in leading.decode("utf-8", "replace").rstrip(" \t\r\f;").removesuffix("\n").split("\n"):
        line = raw.strip()
        if not line:
            if not ended:
                older += pending
                pending = []
            continue
        if not line.startswith("//"):
            ended = True
        if not in_block and line.startswith("//go:build") and _is_word(line, "//go:build"):
            modern.append(line)
        elif not ended and _is_word("//" + line[2:].lstrip(), "//+build"):
            pending.append(line)
        in_block = _block_open_after(line, in_block=in_block)
    return tuple(modern or older)


def _is_word(line: str, prefix: str) -> bool:
    return line.startswith(prefix) and line[len(prefix) : len(prefix) + 1].strip() == ""


def _block_open_after(line: str, *, in_block: bool) -> bool:
    """Whether a ``/*`` comment is open at the end of a line of comments."""
    while line:
        if in_block:
            _, close, line = line.partition("*/")
            if not close:
                return True
            in_block = False
        elif line.startswith("/*"):
            in_block = True
            line = line[2:]
        else:
            return False
        line = line.strip()
    return in_block

"""Where a method or a field is asked for by those who have no word for it.

That is so for methods of names that pubcheck or the standard library has by heart, where an interface comes from
elsewhere, and where types are inferred from methods. (Where a struct is filled in the order of its fields:
``engine.literals``.)
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pubcheck.engine.shapes import NO_CODE
from pubcheck.model.stdlib import BESIDE, DATA
from pubcheck.source.segments import body_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pubcheck.model.project import PackageSource

_BY_HEART = frozenset(b"clear init lock rlock reset runlock unlock".split())
"""Methods that the analysis and the rules ask types for, beside those that the standard library speaks of."""

_WORD = re.compile(rb"[\w\x80-\xff]+")
_QUALIFIED = rb"([\w\x80-\xff]+)\.[\w\x80-\xff]+"
_INTERFACE = re.compile(rb"\binterface\s*\{(?!\s*\})")
_EMBEDDED = re.compile(
    rb"(?:^|[{;|])[ \t]*~?" + _QUALIFIED + rb"(?:\[[^\n]*\])?[ \t]*(?:[|;}]|//|/\*|\r?$)", re.MULTILINE
)
_RENAMED = re.compile(rb"\btype\s+[\w\x80-\xff]+(?:\[[^\n]*?\])?\s*=?\s*" + _QUALIFIED)
_RENAMED_IN_GROUP = re.compile(rb"^[ \t]+[\w\x80-\xff]+(?:\[[^\n]*?\])?[ \t]*=?[ \t]*" + _QUALIFIED, re.MULTILINE)
_TYPE_GROUP = re.compile(rb"^type\s*\((.*?)^\)", re.MULTILINE | re.DOTALL)
_IMPORTED = re.compile(rb"(?:([\w.\x80-\xff]+)[ \t]*)?[\"`]([^\"`\n]+)[\"`]")
_VERSION = re.compile(rb"v\d+\Z")
_HEAD = re.compile(rb"(?:(?!^(?:func|type|var|const)\b).*\n?)*", re.MULTILINE)
"""What comes before the first declaration that is no import."""
_GENERIC = re.compile(rb"^func ([A-Z][\w\x80-\xff]*)\s*\[", re.MULTILINE)


@cache
def _words_of_the_library() -> frozenset[bytes]:
    return frozenset(word for path in (DATA, BESIDE) for word in _WORD.findall(path.read_bytes()))


def asked_by_heart(method: bytes) -> bool:
    """Whether somebody may ask any type for a method of this name."""
    return method in _BY_HEART or method in _words_of_the_library()


def takes_over_interfaces(package: PackageSource, visible: Iterable[PackageSource]) -> bool:
    """Whether an interface of the package may be made of one from outside of the project, and not of the library's.

    ``visible`` are the packages of the project that it imports.
    """
    known = {one.import_path.encode(): one.name.encode() for one in visible}
    return any(_takes_over(file.source.data, known) for file in package.files)


def _takes_over(text: bytes, known: Mapping[bytes, bytes]) -> bool:
    ours = _ours(text, known)
    if ours.issuperset(_taken_over(text)):
        return False
    # Only now is it worth it to leave out comments and strings.
    return not ours.issuperset(_taken_over(NO_CODE.sub(b" ", text)))


def _taken_over(text: bytes) -> Iterator[bytes]:
    """What the packages are called whose types may be interfaces, or parts of interfaces, of this file."""
    yield from _RENAMED.findall(text)
    for group in _TYPE_GROUP.findall(text):
        yield from _RENAMED_IN_GROUP.findall(group)
    for start in _INTERFACE.finditer(text):
        end = body_end(text, start.end() - 1)
        yield from _EMBEDDED.findall(text, start.end() - 1, len(text) if end is None else end)


def _ours(text: bytes, known: Mapping[bytes, bytes]) -> frozenset[bytes]:
    """What the file calls packages of the project, whose names are ``known`` by path, and of the library."""
    found: set[bytes] = set()
    for alias, path in _IMPORTED.findall(text, 0, _HEAD.match(text).end()):  # type: ignore[union-attr] # matches all
        *above, last = path.split(b"/")
        if path in known or b"." not in path.partition(b"/")[0]:
            name = above[-1] if above and _VERSION.match(last) else last
            found.add(alias or known.get(path, name))
    return frozenset(found)


def calls_generics(package: PackageSource) -> bool:
    """Whether it names a generic function of a package outside of the project that is at hand."""
    words: frozenset[bytes] | None = None
    for path in (*package.imports, *package.test_imports):
        located = package.workspace.locate(path, package.module)
        if located is None or located[0].main or located[0].standard:
            continue
        generics = _generics(located[1])
        if generics and words is None:
            words = frozenset(word for file in package.files for word in _WORD.findall(file.source.data))
        if words is not None and not generics.isdisjoint(words):
            return True
    return False


@cache
def _generics(folder: Path) -> frozenset[bytes]:
    """The generic functions that a package exports."""
    return frozenset(name for data in _texts(folder) for name in _GENERIC.findall(data))


def _texts(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.glob("*.go")):
        try:
            yield path.read_bytes()
        except OSError:
            continue

"""What packages declare, by name: each declaration as a hash of what it says, and how two such looks differ.

Most edits of what is declared add something to a type: a method, or a plain field, of whose kind structs have others.
Whoever doesn't name it sees the same type. So these are told apart from what else may happen to a declaration.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.engine.structs import PREDECLARED, StructShape, plain_changes, struct_shape
from pubcheck.source import Segments, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.model.project import GoFile, PackageSource

Names = frozenset[bytes]
NONE = Names()

IDENTIFIER = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*"
WORD = re.compile(IDENTIFIER)
NO_CODE = re.compile(rb"""//[^\n]*+|/\*(?s:.*?)\*/|"(?:[^"\\\n]|\\.)*+"|`[^`]*+`|'(?:[^'\\\n]|\\.)++'""")
_FIRST = re.compile(rb"(?:^|[;(])[ \t]*(" + IDENTIFIER + rb"(?:\s*,\s*" + IDENTIFIER + rb")*)", re.MULTILINE)
_NAMED = re.compile(
    rb"(?:^|;)[ \t]*(?:(?:func|type|var|const)\s+(" + IDENTIFIER + rb"(?:\s*,\s*" + IDENTIFIER + rb")*)"
    rb"|func\s*\(([^()]*)\))",
    re.MULTILINE,
)
_RECEIVER = re.compile(rb"\s*(?:" + IDENTIFIER + rb"\s+)?\*?\s*(" + IDENTIFIER + rb")")
_METHOD = re.compile(rb"^func \([^()\n]*\) (" + IDENTIFIER + rb")\(", re.MULTILINE)
_GROUP = re.compile(rb"^(?:type|var|const)\s*\(", re.MULTILINE)
_IMPORT = re.compile(rb"^import\b", re.MULTILINE)
_SPEC = re.compile(rb"(?:([\w.\x80-\xff]+)[ \t]*)?[\"`]([^\"`\n]+)[\"`]")
_VERSION = re.compile(rb"v\d+\Z")


class Declared(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A declaration.

    Attributes:
        anchor: what tells it from others of its file.
        said: hash of what it says.
        names: those that it gives; a method's are those of its receiver. They may be too many: what isn't understood
            counts for each word that could be a name.
        method: the name of the one method that it declares; empty for anything else.
        struct: what the one struct type is made of that it declares; None for anything else.
    """

    anchor: int
    said: bytes
    names: tuple[bytes, ...]
    method: bytes = b""
    struct: StructShape | None = None


class FileShape(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a file declares, in order."""

    path: str
    version: tuple[int, int]
    declarations: tuple[Declared, ...]


class Shape(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a package declares."""

    name: str
    files: tuple[FileShape, ...]

    @property
    def all(self) -> Change:
        """All names that it gives, as if nothing were what it was."""
        return Change(frozenset(name for file in self.files for one in file.declarations for name in one.names))


class Member(NamedTuple):
    """A method of the type ``owner``, or a plain field.

    ``path`` is the file that a field is declared in, where all behind it stands elsewhere now; empty for a method.
    """

    owner: bytes
    name: bytes
    path: str = ""


class Change(NamedTuple):
    """What isn't declared as it was.

    Attributes:
        names: of what may mean anything else now.
        members: what is all that differs of other types.
    """

    names: Names
    members: frozenset[Member] = frozenset()

    def __or__(self, other: object) -> Change:
        if not isinstance(other, Change):
            return NotImplemented
        return Change(self.names | other.names, self.members | other.members)


def shape_of(package: PackageSource, packages: Mapping[str, str]) -> Shape:
    """What a package declares now; ``packages`` are the names of those that it may import, by path."""
    known = {path.encode(): name.encode() for path, name in packages.items()}
    return Shape(package.name, tuple(_file_shape(file, known) for file in package.files))


def _file_shape(file: GoFile, packages: Mapping[bytes, bytes]) -> FileShape:
    declared = list(Segments(file.source.data).split())
    imports = [
        (_name_of(alias, path, packages), alias, path)
        for one in declared
        if _IMPORT.search(one.text)
        for alias, path in _SPEC.findall(_IMPORT.sub(b"", one.text))
        if alias != b"_"
    ]
    found = []
    for one in declared:
        means = msgspec.msgpack.encode(sorted((alias, path) for name, alias, path in imports if _holds(one.text, name)))
        names = tuple(sorted(names_in(one.text)))
        said = digest(one.text + means)
        found.append(Declared(one.anchor, said, names, _method(one.text), struct_shape(one.text, means)))
    return FileShape(file.source.path, file.go_version, tuple(found))


def _holds(text: bytes, name: bytes) -> bool:
    """Whether a text has a name for a word, or, where that isn't known, may have it."""
    return not name or (name in text and _word(name).search(text) is not None)


@cache
def _word(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w\x80-\xff])" + re.escape(name) + rb"(?![\w\x80-\xff])")


def names_in(text: bytes) -> set[bytes]:
    """The names that a declaration gives, and maybe more."""
    found = {b"", b"_"}
    for names, receiver in _NAMED.findall(text):
        type_ = _RECEIVER.match(receiver)
        found.update(WORD.findall(names), (type_[1],) if type_ is not None else WORD.findall(receiver))
    if _GROUP.search(text):
        for names in _FIRST.findall(text):
            found.update(WORD.findall(names))
    return found - {b"", b"_"}


def _method(text: bytes) -> bytes:
    """The name of the one method that a declaration is; empty where it isn't certainly that and no more."""
    code = NO_CODE.sub(b" ", text)
    found = _METHOD.search(code)
    return found[1] if found is not None and len(_NAMED.findall(code)) == 1 and not _GROUP.search(code) else b""


def _name_of(alias: bytes, path: bytes, packages: Mapping[bytes, bytes]) -> bytes:
    """A word that is in every text that means what is imported; empty where that isn't known."""
    if alias:
        return b"" if alias == b"." else alias
    if path in packages:
        return packages[path]
    first, last = path.partition(b"/")[0], path.rpartition(b"/")[2]
    return b"" if b"." in first or _VERSION.match(last) else last


def differing(old: Shape, new: Shape) -> Change:
    """What isn't declared as it was, or doesn't stand in the order in which it stood."""
    everything = old.all | new.all
    if old.name != new.name:
        return everything
    before = {file.path: file for file in old.files}
    after = {file.path: file for file in new.files}
    names: set[bytes] = set()
    members: set[Member] = set()
    for path in before.keys() | after.keys():
        for change in _in_file(before.get(path), after.get(path)):
            names |= change.names
            members |= change.members
    if not PREDECLARED.isdisjoint(everything.names):  # a field is not of the type that it seems to be of
        names.update(one.owner for one in members if one.path)
    return Change(frozenset(names), frozenset(one for one in members if one.owner not in names))


def _in_file(old: FileShape | None, new: FileShape | None) -> Iterator[Change]:
    """What differs in a file; None for one that isn't there."""
    before = {one.anchor: one for one in old.declarations} if old is not None else {}
    after = {one.anchor: one for one in new.declarations} if new is not None else {}
    version = old is not None and new is not None and old.version != new.version
    if version or [one for one in before if one in after] != [one for one in after if one in before]:
        yield Change(frozenset(name for one in (*before.values(), *after.values()) for name in one.names))
        return
    path = new.path if new is not None else ""
    for anchor in before.keys() | after.keys():
        one, other = before.get(anchor), after.get(anchor)
        if one != other:
            yield _between(one, other, path)


def _between(old: Declared | None, new: Declared | None, path: str) -> Change:
    """What differs between two looks at a declaration, one of which may be missing."""
    both = [one for one in (old, new) if one is not None]
    names = frozenset(name for one in both for name in one.names)
    if all(one.method and len(one.names) == 1 for one in both):
        return Change(NONE, frozenset(Member(one.names[0], one.method) for one in both))
    if old is not None and new is not None and old.struct is not None and new.struct is not None and len(names) == 1:
        fields = plain_changes(old.struct, new.struct)
        if fields is not None:
            return Change(NONE, frozenset(Member(owner, field, path) for owner in names for field in fields))
    return Change(names)

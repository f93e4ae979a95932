"""What packages declare, by name, and to whom it matters when that changes.

A package sees of another one what it names, and what the declarations of that are made of. So what it sees is the same
if no declaration has changed whose name is a word in its text, and none that those mention in turn. Words are compared,
not meanings: that a word is the name of something else costs time, and changes nothing.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from pubcheck.source import Segments, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pubcheck.model.project import GoFile, PackageSource

    Visible = Mapping[PackageSource, tuple[PackageSource, ...]]
    """The packages that each may name."""

Names = frozenset[bytes]
_NONE = Names()

_IDENTIFIER = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*"
_WORD = re.compile(_IDENTIFIER)
_FIRST = re.compile(rb"(?:^|[;(])[ \t]*(" + _IDENTIFIER + rb"(?:\s*,\s*" + _IDENTIFIER + rb")*)", re.MULTILINE)
_NAMED = re.compile(
    rb"(?:^|;)[ \t]*(?:(?:func|type|var|const)\s+(" + _IDENTIFIER + rb"(?:\s*,\s*" + _IDENTIFIER + rb")*)"
    rb"|func\s*\(([^()]*)\))",
    re.MULTILINE,
)
_RECEIVER = re.compile(rb"\s*(?:" + _IDENTIFIER + rb"\s+)?\*?\s*(" + _IDENTIFIER + rb")")
_GROUP = re.compile(rb"^(?:type|var|const)\s*\(", re.MULTILINE)
_IMPORT = re.compile(rb"^import\b", re.MULTILINE)
_SPEC = re.compile(rb"(?:([\w.\x80-\xff]+)[ \t]*)?[\"`]([^\"`\n]+)[\"`]")
_NO_CODE = re.compile(rb"""//[^\n]*+|/\*(?s:.*?)\*/|"(?:[^"\\\n]|\\.)*+"|`[^`]*+`|'(?:[^'\\\n]|\\.)++'""")
_SELECTED = re.compile(rb"\.\s*(" + _IDENTIFIER + rb")")
_DOT_IMPORT = re.compile(rb"^\s*(?:import\s*)?\(?\s*\.\s*[\"`]", re.MULTILINE)
_VERSION = re.compile(rb"v\d+\Z")
_FEW = 32
"""Names that it pays to look for one by one before a text is taken apart."""


class FileShape(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a file declares, in order: of each declaration what tells it, what it says, and the names that it gives.

    The names of a method are those of its receiver. They may be too many: what isn't understood counts for each word
    that could be a name.
    """

    path: str
    version: tuple[int, int]
    declarations: tuple[tuple[int, bytes, tuple[bytes, ...]], ...]

    @property
    def names(self) -> Names:
        """All names that it gives."""
        return frozenset(name for _, _, names in self.declarations for name in names)


class Shape(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a package declares."""

    name: str
    files: tuple[FileShape, ...]

    @property
    def names(self) -> Names:
        """All names that it gives."""
        return _NONE.union(*(file.names for file in self.files))


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
        for alias, path in _SPEC.findall(one.text)
    ]
    found = []
    for one in declared:
        means = sorted((alias, path) for name, alias, path in imports if name in one.text)
        said = digest(one.text + msgspec.msgpack.encode(means))
        found.append((one.anchor, said, tuple(sorted(_names(one.text)))))
    return FileShape(file.source.path, file.go_version, tuple(found))


def _names(text: bytes) -> set[bytes]:
    """The names that a declaration gives, and maybe more."""
    found = {b"", b"_"}
    for names, receiver in _NAMED.findall(text):
        type_ = _RECEIVER.match(receiver)
        found.update(_WORD.findall(names), (type_[1],) if type_ is not None else _WORD.findall(receiver))
    if _GROUP.search(text):
        for names in _FIRST.findall(text):
            found.update(_WORD.findall(names))
    return found - {b"", b"_"}


def _name_of(alias: bytes, path: bytes, packages: Mapping[bytes, bytes]) -> bytes:
    """A word that is in every text that means what is imported; empty where that isn't known."""
    if alias:
        return b"" if alias == b"." else alias
    if path in packages:
        return packages[path]
    first, last = path.partition(b"/")[0], path.rpartition(b"/")[2]
    return b"" if b"." in first or _VERSION.match(last) else last


def differing(old: Shape, new: Shape) -> Names:
    """The names of what isn't declared as it was, or doesn't stand in the order in which it stood."""
    if old.name != new.name:
        return old.names | new.names
    before = {file.path: file for file in old.files}
    after = {file.path: file for file in new.files}
    found: set[bytes] = set()
    for path in before.keys() | after.keys():
        one, other = before.get(path), after.get(path)
        if one is None or other is None:
            found |= (one or other).names  # type: ignore[union-attr] # one of the two is there
        else:
            found |= _differing_in_file(one, other)
    return frozenset(found)


def _differing_in_file(old: FileShape, new: FileShape) -> Names:
    before = {anchor: (said, names) for anchor, said, names in old.declarations}
    after = {anchor: (said, names) for anchor, said, names in new.declarations}
    if old.version != new.version or [one for one in before if one in after] != [one for one in after if one in before]:
        return old.names | new.names
    found: set[bytes] = set()
    for anchor in before.keys() | after.keys():
        one, other = before.get(anchor), after.get(anchor)
        if one != other:
            found.update(*(each[1] for each in (one, other) if each is not None))
    return frozenset(found)


def affected(changed: Mapping[PackageSource, Names], visible: Visible) -> set[PackageSource]:
    """The packages that see something else now, where of some packages what has these names has changed."""
    above: dict[PackageSource, list[PackageSource]] = {}
    for package, others in visible.items():
        for other in others:
            above.setdefault(other, []).append(package)
    texts = {package: _Text(package) for package in visible}
    touched = {package: texts[package].users(names) for package, names in changed.items() if names}
    found: set[PackageSource] = set()
    pending = list(touched)
    while pending:
        source = pending.pop()
        names = frozenset(name for name in touched[source] if _is_exported(name))
        for package in above.get(source, ()) if names else ():
            if texts[package].mentions(names):
                found.add(package)
                known = touched.get(package, _NONE)
                more = texts[package].users(known, names)
                if more != known:
                    touched[package] = more
                    pending.append(package)
    return found


class _Text:
    """The text of a package, for questions about what is named in it."""

    def __init__(self, package: PackageSource) -> None:
        """Read the files of ``package`` when something is asked."""
        self._package = package

    @cached_property
    def _dotted(self) -> bool:
        """Whether names of other packages may stand there alone."""
        return any(_DOT_IMPORT.search(file.source.data) for file in self._package.files)

    @cached_property
    def _selected(self) -> Names:
        return _NONE.union(*(self._foreign(file.source.data) for file in self._package.files))

    def _foreign(self, text: bytes) -> Iterable[bytes]:
        """The words that may name what other packages declare."""
        return (_WORD if self._dotted else _SELECTED).findall(text)

    @cached_property
    def _declared(self) -> list[tuple[Names, Names, Names]]:
        """Of each declaration the words in it, those of them that may be other packages', and its names."""
        found = []
        for file in self._package.files:
            for one in Segments(file.source.data).split():
                code = _NO_CODE.sub(b" ", one.text)
                found.append(
                    (frozenset(_WORD.findall(code)), frozenset(self._foreign(code)), frozenset(_names(one.text)))
                )
        return found

    def mentions(self, names: Names) -> bool:
        """Whether the package may name one of another one's ``names``."""
        if len(names) <= _FEW and not any(name in file.source.data for file in self._package.files for name in names):
            return False
        return not names.isdisjoint(self._selected)

    def users(self, own: Names, others: Names = _NONE) -> Names:
        """``own`` names of the package, and those of declarations that are made of them, or of ``others``."""
        found = own.union(*(names for _, foreign, names in self._declared if not foreign.isdisjoint(others)))
        while True:
            more = found.union(*(names for words, _, names in self._declared if not words.isdisjoint(found)))
            if more == found:
                return found
            found = more


def _is_exported(name: bytes) -> bool:
    """Whether other packages can name it; beyond ASCII that is taken to be so."""
    return name[0] > 0x7F or name[:1].isupper()

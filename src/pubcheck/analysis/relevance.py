"""Which functions are worth a look, told from the text alone.

In a package that declares a mutex, starts a goroutine or handles requests all of them are: what it guards, or what the
goroutine works on, may be touched by a function that mentions nothing of the kind.
Elsewhere most functions lock nothing, start nothing and touch nothing atomic, and neither does what they call.
They are lowered only when a function that matters calls them. The text tells: a function matters if it mentions
something that has to do with concurrency, if it calls by name a function of the package that does, or if it names a
field or variable whose address is handed to package sync/atomic or to such a function, or the type of such a field.

Tests and the rest of a package are looked at apart: what a test does is no reason to look at what it tests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import Func

CONCURRENT = re.compile(
    rb"sync|atomic|Lock\(\)|Parallel\(\)|go(?<=\bgo)\s+[\w(]|chan(?<=\bchan)\b|<-|ResponseWriter\b|RoundTrip\("
    rb"|context\.With|AfterFunc\("
)
"""What a package's source mentions somewhere if anything in it can matter."""

# Each alternative begins with a letter of its own, and looks back from there: only then the search is a quick one.
_LOCK = rb"(?:(?<!\w.)|(?<=[rRny].))ock(?:[A-Z_]\w*)?\b"
_DIRECT = re.compile(
    rb"atomic|<-|sync\.|errgroup|l" + _LOCK + rb"|L" + _LOCK + rb"|Locked\b"
    rb"|c(?<=\bc)(?:lose\(|ontext\.With[CDT])"
    rb"|go(?<=\bgo)\s+(?:func\b|[\w.\[\]()*]*\()"
    rb"|AfterFunc\(|ResponseWriter\b|Parallel\(\)|make\(chan\b|Notify\("
    rb"|\.(?:Store|Load|LoadOrStore|LoadAndDelete|Swap|CompareAndSwap|CAS|Inc|Dec|Toggle)\("
)
_METHOD = re.compile(rb"\.(?:And|Or|Add|Sub|Wait|Done|Go|Do|DoChan|Range|Put)\(")
_HAS_METHODS = re.compile(rb"atomic|WaitGroup|errgroup|singleflight|sync\.(?:Map|Pool|Once|Cond)")
"""What a package mentions whose calls of ``_METHOD``, which many types have, may be those of synchronisation."""
# Possessive, so that a line of megabytes takes no longer than as many short ones.
_ADDRESS = re.compile(rb"\(\s*+&((?:\w++|[.\]]|\[[^\]\n]*+\])++)\s*+[,)]")
_LAST_NAME = re.compile(rb"\b(\w++)(?:\[[^\]]*+\])?$")
_CALLEE = re.compile(rb"\b(?:(\w++)\.)?(\w++)\Z")
MAX_NAME = 120
"""Bytes before a parenthesis in which the called function's name is looked for."""
_SHARES = re.compile(
    rb"Mutex\b|go(?<=\bgo)\s+(?:func\b|[\w.\[\]()*]*\()|AfterFunc\(|ResponseWriter\b"
    rb"|\) RoundTrip\(|\) Collect\(\w+ chan<-"
)
_WORD = re.compile(rb"\w+\(?")
_WORDLIKE = re.compile(rb"\w")
_DECLARED_OR_PART = re.compile(rb"(?:\w|\bfunc )\Z")
_EVERYWHERE = frozenset(("String", "Error", "Close", "Len", "Name", "Get", "Set", "Write", "Read", "init", "main"))
"""Names of so many methods that a call by one tells nothing."""


def relevant(package: Package, *, tests: bool = False) -> list[Func]:
    """The functions of ``package``, or of its tests, that matter in themselves, in order.

    None do where nothing in the package, or for its own functions nothing outside of its tests, is concurrent.
    """
    files = [file for file in package.files if tests or not is_test(file.source.path)]
    if not any(file.source.holds(CONCURRENT) for file in files):
        return []
    if any(file.source.holds(_SHARES) for file in files):
        return list(_with_bodies(package, tests=tests))
    direct: set[Func] = set()
    rest: list[tuple[Func, bytes]] = []
    ordered: list[Func] = []
    methods = any(file.source.holds(_HAS_METHODS) for file in files)
    for func, body in bodies(package, tests=tests):
        ordered.append(func)
        if _DIRECT.search(body) or (methods and _METHOD.search(body)):
            direct.add(func)
        else:
            rest.append((func, body))
    names = {func.name.encode() for func in direct if func.name not in _EVERYWHERE}
    fields: set[bytes] = set()
    for file in files:
        for qualifier, name, operand in _addresses(file.source.data):
            if (qualifier == b"atomic" or name in names) and (field := _LAST_NAME.search(operand)):
                fields.add(field[1])
    words = fields.union(_owners(files, fields), (name + b"(" for name in names))
    direct.update(func for func, body in rest if not words.isdisjoint(_words(body)))
    return [func for func in ordered if func in direct]


def is_test(path: str) -> bool:
    """Whether the file at ``path`` is a test."""
    return path.endswith("_test.go")


class Mention(NamedTuple):
    """What a file says that names ``name``, other than to declare a function and in lines of comments.

    A ``name`` with a dot before it is one of a field or method, and may be declared as one.
    """

    name: bytes

    def search(self, data: bytes, /) -> int | None:
        """Where the first one is in ``data``; None where there is none."""
        name = self.name
        at = data.find(name)
        while at >= 0:
            whole = not _WORDLIKE.match(data, at + len(name))
            if whole and (name[:1] == b"." or not _DECLARED_OR_PART.search(data, max(at - 6, 0), at)):
                line = data.rfind(b"\n", 0, at) + 1
                if not data[line:at].lstrip(b" \t").startswith(b"//"):
                    return at
            at = data.find(name, at + 1)
        return None


def bodies(package: Package, *, tests: bool = False) -> Iterator[tuple[Func, bytes]]:
    """The functions of ``package``, or of its tests, that have a body, each with its whole text."""
    for func in _with_bodies(package, tests=tests):
        yield func, body_of(package, func)


def body_of(package: Package, func: Func) -> bytes:
    """The whole text of a function; empty where it has no body."""
    decl = func.decl
    if decl is None or decl.body_span is None:
        return b""
    return package.file_of(decl).source.piece(decl.pos, decl.body_span[1])


def functions_with(package: Package, word: bytes) -> Iterator[Func]:
    """The functions that have a body, tests apart, and whose text holds ``word``."""
    for func in _with_bodies(package, tests=False):
        decl = func.decl
        if decl is None or decl.body_span is None:
            continue
        if package.file_of(decl).source.holds(word, decl.pos, decl.body_span[1]):
            yield func


def _with_bodies(package: Package, *, tests: bool) -> Iterator[Func]:
    for func in package.functions:
        if is_test(func.path) is tests and func.decl is not None and func.decl.body_span is not None:
            yield func


def _addresses(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Where an address is the only or first argument: the callee's qualifier and name, and what is addressed."""
    for match in _ADDRESS.finditer(data):
        start = match.start()
        callee = _CALLEE.search(data, max(start - MAX_NAME, 0), start)
        if callee is not None:
            yield callee[1], callee[2], match[1]


def _words(body: bytes) -> set[bytes]:
    """The identifiers of ``body``; those before a parenthesis with it and without."""
    words = set(_WORD.findall(body))
    words.update([word[:-1] for word in words if word.endswith(b"(")])
    return words


def _owners(files: Iterable[GoSource], fields: set[bytes]) -> list[bytes]:
    """Names of the files' struct types that have one of ``fields``: to copy such a struct is to access the field."""
    found = []
    for file in files:
        for spec in file.tree.file.types:
            if type(spec.type) is ast.StructType:
                names = (name.name.encode() for field in spec.type.fields for name in field.names)
                if not fields.isdisjoint(names):
                    found.append(spec.name.name.encode())
    return found

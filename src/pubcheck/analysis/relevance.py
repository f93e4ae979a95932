"""Which functions are worth a look, told from the text alone.

Most functions of most packages lock nothing, start nothing and touch nothing atomic, and neither does what they call.
They are lowered only when a function that matters calls them. The text tells: a function matters if it mentions
something that has to do with concurrency, if it calls by name a function of the package that does, or if it names a
field or variable whose address is handed to package sync/atomic or to such a function, or the type of such a field.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func

CONCURRENT = re.compile(rb"sync|atomic|\bgo\s+[\w(]|\bchan\b|<-")
"""What a package's source mentions somewhere if anything in it can matter."""

_DIRECT = re.compile(
    rb"(?i:lock)|atomic|\bgo\s+[\w(]|\bchan\b|<-|sync\.|errgroup"
    rb"|\.(?:Store|Load|Swap|CompareAndSwap|CAS|And|Or|Add|Inc|Dec|Wait|Done|Go|Do|Range|Put|Toggle)\w*\("
)
# Possessive, so that a line of megabytes takes no longer than as many short ones.
_ADDRESS = re.compile(rb"\b(?:(\w++)\.)?(\w++)\(\s*+&((?:\w++|[.\]]|\[[^\]\n]*+\])++)\s*+[,)]")
_LAST_NAME = re.compile(rb"\b(\w++)(?:\[[^\]]*+\])?$")
_WORD = re.compile(rb"\w+\(?")
_EVERYWHERE = frozenset(("String", "Error", "Close", "Len", "Name", "Get", "Set", "Write", "Read", "init", "main"))
"""Names of so many methods that a call by one tells nothing."""


def relevant(package: Package) -> list[Func]:
    """The functions of ``package`` that matter in themselves, in order; none if nothing in it is concurrent."""
    if not any(CONCURRENT.search(file.source.data) for file in package.files):
        return []
    direct: set[Func] = set()
    rest: list[tuple[Func, bytes]] = []
    ordered: list[Func] = []
    for func, body in bodies(package):
        ordered.append(func)
        if _DIRECT.search(body):
            direct.add(func)
        else:
            rest.append((func, body))
    names = {func.name.encode() for func in direct if func.name not in _EVERYWHERE}
    fields: set[bytes] = set()
    for file in package.files:
        for qualifier, name, operand in _ADDRESS.findall(file.source.data):
            if (qualifier == b"atomic" or name in names) and (field := _LAST_NAME.search(operand)):
                fields.add(field[1])
    words = fields.union(_owners(package, fields), (name + b"(" for name in names))
    direct.update(func for func, body in rest if not words.isdisjoint(_words(body)))
    return [func for func in ordered if func in direct]


def bodies(package: Package) -> Iterator[tuple[Func, bytes]]:
    """The functions of ``package`` that have a body, each with its whole text."""
    for func in package.functions:
        decl = func.decl
        if decl is not None and decl.body_span is not None:
            yield func, package.file_of(decl).source.data[decl.pos : decl.body_span[1]]


def _words(body: bytes) -> set[bytes]:
    """The identifiers of ``body``; those before a parenthesis with it and without."""
    words = set(_WORD.findall(body))
    words.update([word[:-1] for word in words if word.endswith(b"(")])
    return words


def _owners(package: Package, fields: set[bytes]) -> list[bytes]:
    """Names of the package's struct types that have one of ``fields``: to copy such a struct is to access the field."""
    found = []
    for file in package.files:
        for spec in file.tree.file.types:
            if type(spec.type) is ast.StructType:
                names = (name.name.encode() for field in spec.type.fields for name in field.names)
                if not fields.isdisjoint(names):
                    found.append(spec.name.name.encode())
    return found

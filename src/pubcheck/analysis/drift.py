"""Comments about locks that the code has left behind: they name what isn't there, or what nobody holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.commented import comments_beside, field_names, structs
from pubcheck.analysis.contracts import asks_for_lock, doc_lines
from pubcheck.analysis.declared import GUARDED_BY, PROTECTS, lock_named_by
from pubcheck.analysis.lock_paths import parameters
from pubcheck.analysis.mutexes import is_mutex, named_lock, struct_of
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.structure import deref, underlying
from pubcheck.model.symbols import TypeName, Var
from pubcheck.model.types import Struct, Unknown
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.commented import Comment
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.model.package import Package
    from pubcheck.model.types import Type
    from pubcheck.syntax import ast

_LOCK_NAME = re.compile(r"(?:\w+\.)*(?:\w*[a-z0-9_])?(?:mu|Mu|[mM]utex|[lL]ock|mtx|Mtx|RWMutex)$")
_PLAIN = frozenset(("lock", "locks", "mutex", "Lock", "Mutex", "a", "RWMutex", "rwlock", "lockfile", "block", "clock"))
_FIRST = re.compile(r"^\s*`?(?P<lock>\w+)`?\s+(?:protects?|guards?)\b")
_WORD = re.compile(r"\w+(?:\.\w+)+")


class Drift(NamedTuple):
    """The comment at ``span`` speaks of ``name``; ``what`` it is said of has no such thing."""

    span: Span
    name: str
    what: str


def drifted_memory(package: Package) -> Iterator[Drift]:
    """Comments at fields that name a lock which isn't there."""
    known = _names(package)
    for file in package.files:
        if file.source.path.endswith("_test.go"):
            continue
        for owner, fields in structs(package, file):
            for field in fields:
                for comment in comments_beside(file, field.pos, field.end):
                    for name in _unknown(comment, field, owner, package, known):
                        yield Drift(Span(file.source.path, comment.pos, comment.end), name, owner.name)


def _unknown(
    comment: Comment, field: ast.Field, owner: TypeName, package: Package, known: frozenset[str]
) -> Iterator[str]:
    match = GUARDED_BY.search(comment.text)
    if match is not None:
        name = lock_named_by(match)
        if "." not in name and _means_lock(name) and name not in known and named_lock(name, package, owner) is None:
            yield name
    # "fooMu protects ..." above a lock of another name.
    first = _FIRST.search(comment.text) if PROTECTS.search(comment.text) else None
    names = field_names(field)
    struct = struct_of(owner)
    types = {each.name: each.type for each in struct.fields} if struct is not None else {}
    if first is not None and len(names) == 1 and names[0] in types and is_mutex(types[names[0]]):
        name = first["lock"]
        if name not in known and _means_lock(name) and name.lower() != names[0].lower():
            yield name


def _means_lock(name: str) -> bool:
    return name not in _PLAIN and _LOCK_NAME.match(name) is not None


def _names(package: Package) -> frozenset[str]:
    """What the variables and fields of the package are called: another object's lock may be meant."""
    found: set[str] = set()
    for name, symbol in package.scope.items():
        if isinstance(symbol, Var):
            found.add(name)
        struct = struct_of(symbol) if isinstance(symbol, TypeName) else None
        found.update(field.name for field in (struct.fields if struct is not None else ()))
    return frozenset(found)


def drifted_function(function: FunctionFacts, package: Package) -> Iterator[Drift]:
    """A function's comment that asks for a lock of a parameter's, or of its receiver's, which isn't there."""
    func = function.ir.func
    if func is None or func.decl is None:
        return
    file = package.file_of(func.decl)
    doc = file.tree.comments_by_place.doc(func.decl.pos)
    if not doc:
        return
    span = Span(file.source.path, doc[0].pos, doc[-1].end)
    text = "\n".join(doc_lines(func, file.source))
    if "+check" in text or not asks_for_lock(text):
        return
    types = dict(parameters(func))
    for word in dict.fromkeys(_WORD.findall(text)):
        root, _, field = word.partition(".")
        if root in types and _means_lock(word) and _lacks(types[root], field):
            yield Drift(span, word, func.name)


def _lacks(type_: Type, field: str) -> bool:
    """Whether a declared struct type is known to have no such field or method."""
    struct = underlying(deref(type_))
    if not isinstance(struct, Struct) or any(isinstance(underlying(each.type), Unknown) for each in struct.fields):
        return False
    return "." not in field and lookup_field_or_method(type_, field) is None

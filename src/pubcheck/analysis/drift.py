"""Comments about locks that the code has left behind: they name what isn't there, or what nobody holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.annotations import annotations_in, guarding_lock, lock_path
from pubcheck.analysis.contracts import asks_for_lock, doc_lines
from pubcheck.analysis.declared import (
    GUARDED_BY,
    PROTECTS,
    comments_beside,
    field_names,
    memory_of,
    structs,
)
from pubcheck.analysis.mutexes import is_mutex, named_lock, struct_of
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.structure import deref, underlying
from pubcheck.model.symbols import TypeName, Var
from pubcheck.model.types import Struct, Unknown
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.declared import Comment
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
    start = memory_of(owner)
    for each in annotations_in(comment.text):
        if each.name == "checklocks" and each.words and guarding_lock(each.words, start, owner.type, package) is None:
            yield each.words
    match = GUARDED_BY.search(comment.text)
    if match is not None:
        name = match["lock"].rstrip(".")
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
    for each in annotations_in(text):
        # What a function takes may be its result's.
        if each.name in _ENTRY and each.words and lock_path(each.words, function.ir, package) is None:
            yield Drift(span, each.words, func.name)
    if "+check" in text or not asks_for_lock(text):
        return
    types = dict(_parameters(function))
    for word in dict.fromkeys(_WORD.findall(text)):
        root, _, field = word.partition(".")
        if root in types and _means_lock(word) and _lacks(types[root], field):
            yield Drift(span, word, func.name)


_ENTRY = frozenset(("checklocks", "checklocksread", "checklocksrelease", "checklocksreleaseread", "checklocksexclude"))


def _lacks(type_: Type, field: str) -> bool:
    """Whether a declared struct type is known to have no such field or method."""
    struct = underlying(deref(type_))
    if not isinstance(struct, Struct) or any(isinstance(underlying(each.type), Unknown) for each in struct.fields):
        return False
    return "." not in field and lookup_field_or_method(type_, field) is None


def _parameters(function: FunctionFacts) -> Iterator[tuple[str, Type]]:
    for param, type_ in zip(function.ir.params, function.ir.param_types, strict=False):
        var = function.ir.register_vars.get(param) if isinstance(param, int) else param
        if var is not None:
            yield var.name, type_

"""What comments say a lock guards: ``// guarded by mu`` at a field, ``// mu protects a, b and c`` at the lock.

A sentence counts only if its words are names of the scope it stands in; what can't be resolved says nothing. So it is
with the annotations of gVisor's checklocks (see ``annotations``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.annotations import MARK, annotations_in, full_name, guarding_lock
from pubcheck.analysis.mutexes import field_location, is_mutex, lock_location, named_lock, struct_of
from pubcheck.analysis.neighbours import home_of, is_exported
from pubcheck.analysis.remembering import once_a_package
from pubcheck.facts import DEREF, AccessPath, Location, LocationKind, Root, RootKind, field_step
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.symbols import TypeName, Var
from pubcheck.model.type_expressions import embedded_name
from pubcheck.model.types import UNKNOWN
from pubcheck.source import Span
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.types import Type

_SPEAKS = (b"guard", b"protect")
GUARDED_BY = re.compile(
    r"(?<!not )(?<!n't )\b(?:guarded|protected)\s+(?:by|with|under|via|using)\s+"
    r"(?:the\s+|its\s+|own\s+)?`?(?P<lock>\w+(?:\.\w+)*)",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\bwrit\w*\b|\batomic|\bunless\b|\bexcept|\bor\b|\bexported\b|\bafter\b|\bbefore\b", re.IGNORECASE
)
"""A comment that speaks of some accesses only can't be held against all of them."""
PROTECTS = re.compile(
    r"\b(?:protect|guard)(?:s|ing)?\b:?\s+(?:access(?:es)?\s+to\s+|concurrent\s+access\s+to\s+)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_BELOW = re.compile(
    r"^(?:all\s+|the\s+|everything|every\s+|these\s+|of\s+|fields?\s+|state\s+|members?\s+|variables?\s+)*"
    r"(?:below|following|that follows?|underneath)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s*(?:the\s+)?[`'\"]?(?:\w+\.)?(?P<name>\w+)[`'\"]?(?:\[\])?(?:\s+(?:map|field|slice|list))?")
_AND = re.compile(r"\s*(?:,\s*and\b|,|/|&|\band\b|\n)\s*", re.IGNORECASE)
_MARKS = re.compile(r"^(?://|/\*+)|\*/$|^\s*\*", re.MULTILINE)


class Declared(NamedTuple):
    """``lock`` is said to guard a location, at ``span``; ``text`` quotes it.

    An annotation is ``strict``: it is there for a checker to hold against every access.
    """

    lock: Location
    span: Span
    text: str
    strict: bool = False


class Annotated(NamedTuple):
    """What the annotations at ``span``, of a field or variable, ask of each access.

    Attributes:
        locks: all of them are held, for a write exclusively.
        atomic: it is atomic; beside a lock, a read may be either and a write must be both.
        uninferred: nobody is to infer a guard.
        span: the comment.
    """

    locks: tuple[Location, ...]
    atomic: bool
    uninferred: bool
    span: Span


@once_a_package
def annotated_memory(package: Package) -> Mapping[Location, Annotated]:
    """The fields and variables of the package that have annotations, tests' aside."""
    found: dict[Location, Annotated] = {}
    for file in package.files:
        if file.source.path.endswith("_test.go") or MARK not in file.source.data:
            continue
        for owner, fields in structs(package, file):
            if any("checklocksalias" in one.text for one in file.tree.comments_by_place.doc(owner.pos)):
                continue  # the locks of such a type have several names, and any of them will do
            found.update(_annotated_fields(package, file, memory_of(owner), owner.type, fields))
        for spec in file.tree.file.values:
            for name in () if spec.constant else spec.names:
                variable = AccessPath(Root(RootKind.GLOBAL, 0, f"{package.path}.{name.name}"))
                symbol = package.lookup(name.name)
                told = _annotated(package, file, variable, UNKNOWN, comments_beside(file, spec.pos, spec.end))
                if told is not None and variable.location is not None:
                    found[variable.location] = told
                if type(spec.type) is ast.StructType and isinstance(symbol, Var):
                    found.update(_annotated_fields(package, file, variable, symbol.type, spec.type.fields))
    return found


def _annotated_fields(
    package: Package, file: GoSource, struct: AccessPath, type_: Type, fields: Sequence[ast.Field]
) -> Iterator[tuple[Location, Annotated]]:
    """The annotated fields of the struct at ``struct``, and of structs without a name in it."""
    for field in fields:
        told = _annotated(package, file, struct, type_, comments_beside(file, field.pos, field.end))
        for name in field_names(field):
            selection = lookup_field_or_method(type_, name)
            if selection is None or selection.path:
                continue
            path = struct.then(field_step(full_name(selection.owner), name))
            if path is not None and path.location is not None and told is not None:
                yield path.location, told
            if path is not None and type(field.type) is ast.StructType:
                yield from _annotated_fields(package, file, path, selection.type, field.type.fields)


def _annotated(
    package: Package, file: GoSource, struct: AccessPath, type_: Type, comments: Iterable[Comment]
) -> Annotated | None:
    comments = list(comments)
    said = [each for comment in comments for each in annotations_in(comment.text)]
    if not said:
        return None
    words = (each.words for each in said if each.name == "checklocks" and each.words)
    paths = (path for each in words if (path := guarding_lock(each, struct, type_, package)) is not None)
    locks = (path.location for path in paths)
    names = {each.name for each in said}
    return Annotated(
        locks=tuple(dict.fromkeys(lock for lock in locks if lock is not None)),
        atomic="checkatomic" in names,
        uninferred="checklocksignore" in names,
        span=Span(file.source.path, comments[0].pos, comments[-1].end),
    )


def memory_of(owner: TypeName) -> AccessPath:
    """What stands for some object of a declared type."""
    return AccessPath(Root(RootKind.PARAM, 0, owner.name), (DEREF,))


def structs(package: Package, file: GoSource) -> Iterator[tuple[TypeName, Sequence[ast.Field]]]:
    """The struct types that ``file`` declares, with their fields."""
    for spec in file.tree.file.types:
        symbol = package.lookup(spec.name.name)
        if type(spec.type) is ast.StructType and isinstance(symbol, TypeName) and symbol.decl is spec:
            yield symbol, spec.type.fields


@once_a_package
def declared_guards(package: Package) -> Mapping[Location, Declared]:
    """What the comments of the package's declarations say, tests' aside."""
    found: dict[Location, Declared] = {}
    for file in package.files:
        if file.source.path.endswith("_test.go") or not _speaks(file.source.data.lower()):
            continue
        for owner, fields in structs(package, file):
            found.update(_of_struct(package, file, owner, fields))
        found.update(_of_variables(package, file))
    for location, told in annotated_memory(package).items():
        if told.locks:
            found[location] = Declared(told.locks[0], told.span, "", strict=True)
    return found


def shared_guards(package: Package, named: Iterable[Location]) -> dict[Location, Declared]:
    """What is declared of the package's own memory, and of that of ``named`` which others of its module declare.

    A lock that the package can't name, nor its own code is seen to take, isn't held against it.
    """
    found = dict(declared_guards(package))
    for location in named:
        home = home_of(location, package) if is_exported(location) else package
        said = declared_guards(home).get(location) if home not in (None, package) else None
        if said is not None and is_exported(said.lock):
            found[location] = said
    return found


def shared_annotations(package: Package, named: Iterable[Location]) -> dict[Location, Annotated]:
    """As ``shared_guards``, of annotations."""
    found = dict(annotated_memory(package))
    for location in named:
        home = home_of(location, package) if is_exported(location) else package
        told = annotated_memory(home).get(location) if home not in (None, package) else None
        if told is not None and all(map(is_exported, told.locks)):
            found[location] = told
    return found


def _speaks(text: bytes) -> bool:
    return any(word in text for word in _SPEAKS)


def _of_struct(
    package: Package, file: GoSource, owner: TypeName, fields: Sequence[ast.Field]
) -> Iterator[tuple[Location, Declared]]:
    struct = struct_of(owner)
    if struct is None:
        return
    types = {field.name: field.type for field in struct.fields}
    for index, field in enumerate(fields):
        for comment in comments_beside(file, field.pos, field.end):
            names = field_names(field)
            lock = _guarding(comment, package, owner)
            if lock is not None:
                yield from _told(file, comment, lock, (field_location(owner, name) for name in names))
            mutexes = [name for name in names if name in types and is_mutex(types[name])]
            if len(mutexes) == 1:
                below = _hat(file, fields, index)
                guarded = _protected(comment, set(types) - set(mutexes), below)
                own = lock_location(owner, next(each for each in struct.fields if each.name == mutexes[0]))
                yield from _told(file, comment, own, (field_location(owner, name) for name in guarded))


def _of_variables(package: Package, file: GoSource) -> Iterator[tuple[Location, Declared]]:
    known = {name for name, symbol in package.scope.items() if isinstance(symbol, Var)}
    for spec in file.tree.file.values:
        if spec.constant:
            continue
        for comment in comments_beside(file, spec.pos, spec.end):
            names = [name.name for name in spec.names]
            lock = _guarding(comment, package, None)
            if lock is not None:
                yield from _told(file, comment, lock, (_variable(package, name) for name in names))
            mutexes = [name for name in names if _is_mutex_variable(package, name)]
            if len(mutexes) == 1:
                guarded = _protected(comment, known - set(mutexes), ())
                yield from _told(
                    file, comment, _variable(package, mutexes[0]), (_variable(package, name) for name in guarded)
                )


def _is_mutex_variable(package: Package, name: str) -> bool:
    symbol = package.lookup(name)
    return isinstance(symbol, Var) and is_mutex(symbol.type)


def _variable(package: Package, name: str) -> Location:
    return Location(LocationKind.GLOBAL, package.path, name)


def _told(
    file: GoSource, comment: Comment, lock: Location, guarded: Iterable[Location]
) -> Iterator[tuple[Location, Declared]]:
    for location in guarded:
        if location != lock:
            yield location, Declared(lock, Span(file.source.path, comment.pos, comment.end), comment.text)


class Comment(NamedTuple):
    """A comment without its marks."""

    pos: int
    end: int
    text: str


def comments_beside(file: GoSource, pos: int, end: int) -> Iterator[Comment]:
    """The comment above a declaration, and the one behind it."""
    comments = file.tree.comments_by_place
    doc = comments.doc(pos)
    if doc:
        text = "\n".join(_MARKS.sub("", one.text).strip() for one in doc)
        yield Comment(doc[0].pos, doc[-1].end, text)
    trailing = comments.trailing(end)
    if trailing is not None:
        yield Comment(trailing.pos, trailing.end, _MARKS.sub("", trailing.text).strip())


def _guarding(comment: Comment, package: Package, owner: TypeName | None) -> Location | None:
    """The one lock by which a comment says that what it stands beside is guarded."""
    sentences = [one for one in re.split(r"\.\s|;|\n\n", comment.text) if GUARDED_BY.search(one)]
    if len(sentences) != 1:
        return None
    match = GUARDED_BY.search(sentences[0])
    if match is None or _HEDGED.search(sentences[0]):
        return None
    return named_lock(match["lock"].rstrip("."), package, owner)


def _protected(comment: Comment, known: set[str], below: Sequence[str]) -> Iterator[str]:
    """The names that a lock's comment says it protects."""
    match = PROTECTS.search(comment.text)
    if match is None or re.search(r"\bwrites? to\b|\bonly\b|\bupdates?\b", comment.text, re.IGNORECASE):
        return
    rest = match["rest"]
    if _BELOW.match(rest):
        yield from (name for name in below if name in known)
        return
    at = 0
    while (name := _NAME.match(rest, at)) is not None and name["name"] in known:
        yield name["name"]
        separator = _AND.match(rest, name.end())
        if separator is None:
            return
        at = separator.end()


def _hat(file: GoSource, fields: Sequence[ast.Field], index: int) -> list[str]:
    """The fields below a mutex up to a blank line or the next mutex: what it is the hat of."""
    data = file.source.data
    found: list[str] = []
    for before, field in zip(fields[index:], fields[index + 1 :], strict=False):
        if re.search(rb"\n[ \t\r]*\n", data[before.end : field.pos]):
            break
        found += field_names(field)
    return found


def field_names(field: ast.Field) -> list[str]:
    """The names that one line of a struct declares; an embedded field's is its type's."""
    return [name.name for name in field.names or embedded_name(field.type)]

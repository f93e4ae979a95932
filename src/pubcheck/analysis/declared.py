"""What comments say a lock guards: ``// guarded by mu`` at a field, ``// mu protects a, b and c`` at the lock.

A sentence counts only if its words are names of the scope it stands in; what can't be resolved says nothing. So it is
with the annotations of gVisor's checklocks (see ``annotations``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.annotated import annotated_memory
from pubcheck.analysis.commented import comments_beside, field_names, structs
from pubcheck.analysis.mutexes import field_location, is_mutex, lock_location, named_lock, struct_of
from pubcheck.analysis.neighbours import home_of, is_exported
from pubcheck.analysis.remembering import once_a_package
from pubcheck.facts import Location, LocationKind
from pubcheck.model.symbols import Var
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pubcheck.analysis.commented import Comment
    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import TypeName
    from pubcheck.syntax import ast

_SPEAKS = (b"guard", b"protect", b"must be held")
GUARDED_BY = re.compile(
    r"(?<!not )(?<!n't )\b(?:guarded|protected)\s+(?:by|with|under|via|using)\s+"
    r"(?:the\s+|its\s+|own\s+)?`?(?P<lock>\w+(?:\.\w+)*)"
    r"|\bguarded_?by\s*\(\s*[\"'`]?(?P<argument>\w+(?:\.\w+)*)[\"'`]?\s*\)"
    r"|`?\b(?P<held>\w+(?:\.\w+)*)`?\s+must\s+be\s+held\b(?!.*\bcall)",
    re.IGNORECASE,
)
"""Where the last form speaks of a call, it is a contract of the function that the field holds."""
_HEDGED = re.compile(
    r"\bwrit\w*\b|\batomic|\bunless\b|\bexcept|\bor\b|\bexported\b|\bafter\b|\bbefore\b", re.IGNORECASE
)
"""A comment that speaks of some accesses only can't be held against all of them."""
PROTECTS = re.compile(
    r"\b(?:protect|guard)(?:s|ing)?\b:?\s+(?:access(?:es)?\s+to\s+|concurrent\s+access\s+to\s+)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_BELOW = re.compile(
    r"^(?:all\s+|the\s+|everything\s+|every\s+|these\s+|of\s+|fields?\s+|state\s+|members?\s+|variables?\s+)*"
    r"(?:below|following|that follows?|underneath)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s*(?:the\s+)?[`'\"]?(?:\w+\.)?(?P<name>\w+)[`'\"]?(?:\[\])?(?:\s+(?:map|field|slice|list))?")
_SUBJECT = re.compile(r"(?:^|[\s`'\"])(?P<lock>[\w.]+)[`'\"]?\s+$")
_AND = re.compile(r"\s*(?:,\s*and\b|,|/|&|\band\b|\n)\s*", re.IGNORECASE)


class Declared(NamedTuple):
    """``lock`` is said to guard a location, at ``span``; ``text`` quotes it.

    An annotation is ``strict``: it is there for a checker to hold against every access.
    """

    lock: Location
    span: Span
    text: str
    strict: bool = False


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
            subject = _protector(comment, package, owner) if not mutexes and lock is None else None
            if subject is not None:
                beside = [*_protected(comment, set(types), ())]
                if not {*names}.isdisjoint(beside):
                    yield from _told(file, comment, subject, (field_location(owner, name) for name in beside))
            if len(mutexes) == 1:
                below = _hat(file, fields, index)
                guarded = _protected(comment, set(types) - set(mutexes), below)
                own = lock_location(owner, next(each for each in struct.fields if each.name == mutexes[0]))
                yield from _told(file, comment, own, (field_location(owner, name) for name in guarded))


def _of_variables(package: Package, file: GoSource) -> Iterator[tuple[Location, Declared]]:
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
                known = {name for name, symbol in package.scope.items() if isinstance(symbol, Var)}
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


def _guarding(comment: Comment, package: Package, owner: TypeName | None) -> Location | None:
    """The one lock by which a comment says that what it stands beside is guarded."""
    sentences = [one for one in re.split(r"\.\s|;|\n\n", comment.text) if GUARDED_BY.search(one)]
    if len(sentences) != 1:
        return None
    match = GUARDED_BY.search(sentences[0])
    if match is None or _HEDGED.search(sentences[0]):
        return None
    return named_lock(lock_named_by(match), package, owner)


def _protector(comment: Comment, package: Package, owner: TypeName) -> Location | None:
    """The lock of which a comment beside fields says that it protects them: ``mu protects a and b``."""
    match = PROTECTS.search(comment.text)
    subject = _SUBJECT.search(comment.text[: match.start()]) if match is not None else None
    if subject is None or _HEDGED.search(comment.text):
        return None
    return named_lock(subject["lock"], package, owner, exact=True)


def lock_named_by(match: re.Match[str]) -> str:
    """The lock of which a match of ``GUARDED_BY`` speaks, in whichever form."""
    return str(match[match.lastgroup or "lock"]).rstrip(".")


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

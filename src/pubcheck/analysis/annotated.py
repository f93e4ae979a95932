"""What the annotations of gVisor's checklocks say of fields, variables and types (see ``annotations``)."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.annotations import annotated_contract, annotations_in, marked_files, marked_functions
from pubcheck.analysis.commented import comments_beside, field_names, memory_of, structs
from pubcheck.analysis.contracts import doc_lines
from pubcheck.analysis.lock_paths import field_lock, full_name, guarding_lock
from pubcheck.analysis.neighbours import home_of, is_exported, neighbours
from pubcheck.analysis.remembering import once_a_package
from pubcheck.facts import AccessPath, Contract, Location, LockAction, Root, RootKind, field_step
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.symbols import Var
from pubcheck.model.types import UNKNOWN
from pubcheck.source import Span
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pubcheck.analysis.commented import Comment
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Access, Call
    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.types import Type

MAX_NAMES = 8
"""Aliases that one path may lead through."""


class Annotated(NamedTuple):
    """What the annotations at ``span``, of a field or variable, ask of each access.

    Attributes:
        path: itself, from some object of the struct's type.
        wanted: the locks, from the same object or from a package variable: all of them are held, for a write
            exclusively.
        atomic: it is atomic; beside a lock, a read may be either and a write must be both.
        uninferred: nobody is to infer a guard, or to ask for an annotation.
        span: the comment.
    """

    path: AccessPath
    wanted: tuple[AccessPath, ...]
    atomic: bool
    uninferred: bool
    span: Span

    @property
    def locks(self) -> tuple[Location, ...]:
        """The locations of the locks."""
        return tuple(lock.location for lock in self.wanted if lock.location is not None)

    def at(self, access: AccessPath, lock: AccessPath) -> AccessPath | None:
        """One of the ``wanted`` locks, of the object that ``access`` leads through; None where there is none."""
        if lock.root.kind is RootKind.GLOBAL:
            return lock
        own = self.path.steps[1:]
        for at in range(len(access.steps) - len(own), -1, -1):
            if access.steps[at : at + len(own)] == own:
                return AccessPath(access.root, access.steps[:at]).then(*lock.steps[1:])
        return None


class Alias(NamedTuple):
    """Two locks of one struct that are the same, by the steps from it."""

    one: tuple[str, ...]
    other: tuple[str, ...]


class Demand(NamedTuple):
    """What the annotations above a function, whose line begins at ``span``, ask of its callers."""

    name: str
    contract: Contract
    span: Span


@once_a_package
def annotated_memory(package: Package) -> Mapping[Location, Annotated]:
    """The fields and variables of the package that have annotations, tests' aside."""
    found: dict[Location, Annotated] = {}
    for file in marked_files(package):
        for owner, fields in structs(package, file):
            found.update(_annotated_fields(package, file, memory_of(owner), owner.type, fields))
        for spec in file.tree.file.values:
            for name in () if spec.constant else spec.names:
                variable = AccessPath(Root(RootKind.GLOBAL, 0, f"{package.path}.{name.name}"))
                symbol = package.lookup(name.name)
                lock_of = partial(guarding_lock, struct=variable, type_=UNKNOWN, package=package)
                told = _annotated(file, variable, lock_of, comments_beside(file, spec.pos, spec.end))
                if told is not None and variable.location is not None:
                    found[variable.location] = told
                if type(spec.type) is ast.StructType and isinstance(symbol, Var):
                    found.update(_annotated_fields(package, file, variable, symbol.type, spec.type.fields))
    return found


def _annotated_fields(
    package: Package, file: GoSource, struct: AccessPath, type_: Type, fields: Sequence[ast.Field]
) -> Iterator[tuple[Location, Annotated]]:
    """The annotated fields of the struct at ``struct``, and of structs without a name in it."""
    lock_of = partial(guarding_lock, struct=struct, type_=type_, package=package)
    for field in fields:
        comments = list(comments_beside(file, field.pos, field.end))
        for name in field_names(field):
            selection = lookup_field_or_method(type_, name)
            path = struct.then(field_step(full_name(selection.owner), name)) if selection is not None else None
            if selection is None or path is None or selection.path:
                continue
            told = _annotated(file, path, lock_of, comments)
            if path.location is not None and told is not None:
                yield path.location, told
            if type(field.type) is ast.StructType:
                yield from _annotated_fields(package, file, path, selection.type, field.type.fields)


def _annotated(
    file: GoSource, path: AccessPath, lock_of: Callable[[str], AccessPath | None], comments: Iterable[Comment]
) -> Annotated | None:
    comments = list(comments)
    said = [each for comment in comments for each in annotations_in(comment.text)]
    if not said:
        return None
    words = dict.fromkeys(each.words for each in said if each.name == "checklocks" and each.words)
    names = {each.name for each in said}
    return Annotated(
        path=path,
        wanted=tuple(lock for lock in map(lock_of, words) if lock is not None and lock.location is not None),
        atomic="checkatomic" in names,
        uninferred="checklocksignore" in names,
        span=Span(file.source.path, comments[0].pos, comments[-1].end),
    )


def shared_annotations(package: Package, named: Iterable[Location]) -> dict[Location, Annotated]:
    """What annotations say of the package's own memory, and of that of ``named`` which others of its module declare.

    A lock that the package can't name isn't held against it.
    """
    found = dict(annotated_memory(package))
    for location in named:
        home = home_of(location, package) if is_exported(location) else package
        told = annotated_memory(home).get(location) if home not in (None, package) else None
        if told is not None and all(map(is_exported, told.locks)):
            found[location] = told
    return found


@once_a_package
def aliases(package: Package) -> Mapping[str, tuple[Alias, ...]]:
    """The locks that are one by the annotations of their struct type, by its full name."""
    found: dict[str, tuple[Alias, ...]] = {}
    for file in package.files:
        for owner, _ in structs(package, file) if file.source.holds(b"checklocksalias") else ():
            start = memory_of(owner)
            comments = file.tree.comments_by_place.doc(owner.pos)
            pairs: list[Alias] = []
            for each in annotations_in("\n".join(comment.text for comment in comments)):
                left, _, right = each.words.partition("=")
                one, other = field_lock(left, start, owner.type), field_lock(right, start, owner.type)
                if each.name == "checklocksalias" and one is not None and other is not None and one != other:
                    pair = Alias(one.steps[1:], other.steps[1:])
                    pairs += [pair] if not {pair, Alias(*pair[::-1])} & {*pairs} else []
            if pairs:
                found[owner.full_name] = tuple(pairs)
    return found


class LockNames:
    """One name for each lock, where annotations give it several."""

    def __init__(self, package: Package) -> None:
        """Learn the aliases of ``package`` and of those of its module that it imports."""
        self._aliases = dict(aliases(package))
        for other in neighbours(package).values():
            self._aliases.update(aliases(other))
        self._known: dict[AccessPath, AccessPath] = {}

    def of(self, lock: AccessPath) -> AccessPath:
        """The name that stands for ``lock``."""
        if not self._aliases:
            return lock
        known = self._known.get(lock)
        if known is None:
            known = self._known[lock] = self._followed(lock)
        return known

    def says(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        """Whether an annotation of the type that both ways begin in makes them names of one lock."""
        known = self._aliases.get(one[0].rpartition(".")[0], ()) if one and other else ()
        return Alias(one, other) in known or Alias(other, one) in known

    def _followed(self, lock: AccessPath) -> AccessPath:
        for _ in range(MAX_NAMES):
            other = next(self._others(lock), None)
            if other is None:
                return lock
            lock = other
        return lock

    def _others(self, lock: AccessPath) -> Iterator[AccessPath]:
        for at, step in enumerate(lock.steps):
            for alias in self._aliases.get(step.rpartition(".")[0], ()):
                if lock.steps[at : at + len(alias.one)] == alias.one:
                    rest = lock.steps[at + len(alias.one) :]
                    yield AccessPath(lock.root, (*lock.steps[:at], *alias.other, *rest))


@lru_cache(maxsize=1)
def lock_names(package: Package) -> LockNames:
    """The names of locks in ``package``."""
    return LockNames(package)


@once_a_package
def demands(package: Package) -> Mapping[str, Demand]:
    """What annotated functions of the package ask of those who call them, tests' aside, by full name."""
    found: dict[str, Demand] = {}
    for func, decl, source in marked_functions(package):
        contract = annotated_contract("\n".join(doc_lines(func, source)), func, package)
        if contract is not None:
            head = Span(source.path, decl.pos, decl.pos + len("func"))
            found[func.full_name] = Demand(func.local_name, contract, head)
    return found


def is_another(one: AccessPath, other: AccessPath) -> bool:
    """Whether two locks of one kind are reached by different ways from what the function was given, or from variables.

    That both lead to one object is nothing that an annotation relies on.
    """
    named = (RootKind.PARAM, RootKind.GLOBAL)
    return one != other and one.root.kind in named and other.root.kind in named


def is_taken_on_some_ways(function: FunctionFacts, lock: AccessPath, event: Access | Call, names: LockNames) -> bool:
    """Whether ``lock`` is held at ``event`` on some ways to it only: none that leads there always takes one like it."""
    if function.contract.unknown or not any(names.of(each.path) == lock for each in event.held.may):
        return False
    return not any(
        each.action is not LockAction.RELEASE and function.order.dominates(each.point, event.point)
        for each in function.locks
        if names.of(each.lock.path).location == lock.location
    )

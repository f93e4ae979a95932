"""Annotations that can't be kept: they name no lock, say a thing twice, or two that exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.annotated import Alias, lock_names
from pubcheck.analysis.annotations import (
    AT_FUNCTIONS,
    AT_MEMORY,
    Annotation,
    annotations_in,
    marked_files,
    marked_functions,
)
from pubcheck.analysis.commented import comments_beside, field_names, memory_of
from pubcheck.analysis.contracts import doc_lines
from pubcheck.analysis.lock_paths import (
    field_lock,
    guarding_lock,
    has_method,
    lock_path,
    parameters,
    result_lock,
    results,
    type_along,
    why_none,
)
from pubcheck.facts import DEREF
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.structure import deref, underlying
from pubcheck.model.symbols import TypeName, Var
from pubcheck.model.types import UNKNOWN, Struct, Unknown
from pubcheck.source import Span
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.symbols import Func
    from pubcheck.model.types import Type

_SHARED = ("checklocksread", "checklocksacquireread", "checklocksreleaseread")
_TAKING = ("checklocksacquire", "checklocksacquireread")
_FORBIDDING = ("checklocksexclude", "checklocksexcludes")


class Misannotated(NamedTuple):
    """What stands at ``span`` has an annotation with which something is wrong: ``what`` and ``why``."""

    span: Span
    annotation: str
    what: str
    why: str


def misannotated(package: Package) -> Iterator[Misannotated]:
    """The annotations of the package that say nothing a checker could use, tests' aside."""
    for file in marked_files(package):
        for spec in file.tree.file.types:
            owner = package.lookup(spec.name.name)
            if isinstance(owner, TypeName) and owner.decl is spec:
                yield from _at_type(package, file, spec, owner)
                if type(spec.type) is ast.StructType:
                    yield from _at_fields(package, file, owner.type, spec.type.fields)
        for value in file.tree.file.values:
            variable = package.lookup(value.names[0].name) if value.names and not value.constant else None
            if isinstance(variable, Var):
                yield from _at_memory(package, file, value, UNKNOWN)
                if type(value.type) is ast.StructType:
                    yield from _at_fields(package, file, variable.type, value.type.fields)
    for func, _, source in marked_functions(package):
        yield from _at_function(package, func, annotations_in("\n".join(doc_lines(func, source))))


def _at_fields(package: Package, file: GoSource, struct: Type, fields: Sequence[ast.Field]) -> Iterator[Misannotated]:
    lines = file.source.lines
    for field in fields:
        # Above a struct on one line stands what is said of the type.
        if not file.source.text(lines.line_range(lines.line(field.pos))[0], field.pos).strip():
            yield from _at_memory(package, file, field, struct)
        names = field_names(field)
        inner = lookup_field_or_method(struct, names[0]) if names and type(field.type) is ast.StructType else None
        if inner is not None and type(field.type) is ast.StructType:
            yield from _at_fields(package, file, inner.type, field.type.fields)


def _at_memory(
    package: Package, file: GoSource, node: ast.Field | ast.ValueSpec, struct: Type
) -> Iterator[Misannotated]:
    found = [each for comment in comments_beside(file, node.pos, node.end) for each in annotations_in(comment.text)]
    span = Span(file.source.path, node.pos, node.end)
    yield from _in_general(span, found, AT_MEMORY, "a field or variable")
    if {"checkatomic", "checklocksignore"} <= {each.name for each in found}:
        yield Misannotated(
            span, "+checkatomic", "contradicts `+checklocksignore`", "one asks, and the other asks nothing"
        )
    start = memory_of(TypeName("", package, UNKNOWN))
    for each in dict.fromkeys(found):
        if each.name == "checklocks" and guarding_lock(each.words, start, struct, package) is None:
            yield from _no_lock(span, each, why_none(each.words, {}, struct, package))


def _at_function(package: Package, func: Func, found: list[Annotation]) -> Iterator[Misannotated]:
    if func.decl is None or not found:
        return
    span = Span(func.path, func.decl.pos, func.decl.pos + len("func"))
    yield from _in_general(span, found, AT_FUNCTIONS, "a function")
    types = dict(parameters(func))
    given = {name for name, _ in results(func)}
    for each in dict.fromkeys(found):
        if each.name not in AT_FUNCTIONS or each.name in ("checklocksignore", "checklocksalias"):
            continue
        first = each.words.partition(".")[0]
        if lock_path(each.words, func, package) is None:
            if first in given and first not in types:
                if each.name not in _TAKING:
                    why = "nobody can hold its lock before the call; `+checklocksacquire` may name one"
                    yield Misannotated(span, str(each), "names a result", why)
                elif result_lock(each.words, func) is None:
                    yield from _no_lock(span, each, why_none(each.words, dict(results(func)), UNKNOWN, package))
            else:
                yield from _no_lock(span, each, why_none(each.words, types, UNKNOWN, package))
        elif each.name in _SHARED:
            lock = type_along(each.words, types, package)
            if lock is not None and not isinstance(underlying(deref(lock)), Unknown) and not has_method(lock, "RLock"):
                yield Misannotated(span, str(each), "names a lock that can't be held for reading", "it has no `RLock`")
    wanted = {
        each.words for each in found if each.name in AT_FUNCTIONS and each.name.startswith("checklocks") and each.words
    }
    for words in sorted(wanted):
        ways = {each.name for each in found if each.words == words} - {"checklocksalias"}
        if ways & {*_FORBIDDING} and ways - {*_FORBIDDING}:
            one = next(each for each in found if each.words == words and each.name in _FORBIDDING)
            yield Misannotated(span, str(one), "contradicts another one", "the same lock is asked for and forbidden")


def _in_general(span: Span, found: Sequence[Annotation], allowed: frozenset[str], where: str) -> Iterator[Misannotated]:
    """What doesn't exist, doesn't belong there, or is there twice."""
    for each in dict.fromkeys(found):
        if not each.is_known:
            yield Misannotated(span, str(each), "is no annotation", "no checker knows it")
        elif each.name not in allowed:
            yield Misannotated(span, str(each), f"doesn't belong at {where}", "there it asks nothing")
        elif found.count(each) > 1:
            yield Misannotated(span, str(each), "is there twice", "once is enough")


def _no_lock(span: Span, annotation: Annotation, why: str) -> Iterator[Misannotated]:
    if why:
        yield Misannotated(span, str(annotation), "names no lock", why)


def _at_type(package: Package, file: GoSource, spec: ast.TypeSpec, owner: TypeName) -> Iterator[Misannotated]:
    doc = file.tree.comments_by_place.doc(spec.pos)
    found = [each for comment in doc for each in annotations_in(comment.text) if each.name == "checklocksalias"]
    span = Span(file.source.path, spec.name.pos, spec.name.end)
    before: list[Alias] = []
    for each in found:
        left, equals, right = each.words.partition("=")
        wrong = ""
        if not equals:
            wrong, why = "has no form that can be read", "it is `+checklocksalias:one.mu=other.mu`"
        elif not isinstance(underlying(deref(owner.type)), Struct):
            wrong, why = "doesn't belong there", "only a struct has locks with several names"
        elif left == right:
            wrong, why = "names one lock twice", "both names are the same"
        else:
            wrong, why = _alias_fault(package, owner, left, right, before)
        if wrong:
            yield Misannotated(span, str(each), wrong, why)


def _alias_fault(package: Package, owner: TypeName, left: str, right: str, before: list[Alias]) -> tuple[str, str]:
    start = memory_of(owner)
    for words in (left, right):
        if field_lock(words, start, owner.type) is None:
            why = why_none(words, {}, owner.type, package)
            return ("names no lock", why) if why else ("", "")
    one, other = (field_lock(words, start, owner.type) for words in (left, right))
    assert one is not None  # noqa: S101 as the loop has seen
    assert other is not None  # noqa: S101 likewise
    pair = Alias(one.steps[1:], other.steps[1:])
    if DEREF not in (*pair.one, *pair.other):
        return "can't hold", "neither way leads through a pointer or an interface: they are two locks"
    if _is_told(pair, before, package):
        return "is redundant", "another one says so already"
    before.append(pair)
    return "", ""


def _is_told(pair: Alias, before: list[Alias], package: Package) -> bool:
    """Whether an alias of the type, or of what both ways lead through, says the same."""
    if pair in before or Alias(*pair[::-1]) in before:
        return True
    names = lock_names(package)
    for at in range(1, min(len(pair.one), len(pair.other))):
        if pair.one[:at] != pair.other[:at]:
            return False
        if names.says(pair.one[at:], pair.other[at:]):
            return True
    return False

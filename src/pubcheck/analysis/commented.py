"""Declarations of memory with the comments that stand beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import DEREF, AccessPath, Root, RootKind
from pubcheck.model.symbols import TypeName
from pubcheck.model.type_expressions import embedded_name
from pubcheck.syntax import ast, remark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.model.package import GoSource, Package

_MARKS = re.compile(r"^(?://|/\*+)|\*/$|^\s*\*", re.MULTILINE)


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
        text = "\n".join(_MARKS.sub("", remark(one)).strip() for one in doc)
        yield Comment(doc[0].pos, doc[-1].end, text)
    trailing = comments.trailing(end)
    if trailing is not None:
        yield Comment(trailing.pos, trailing.end, _MARKS.sub("", remark(trailing)).strip())


def memory_of(owner: TypeName) -> AccessPath:
    """What stands for some object of a declared type."""
    return AccessPath(Root(RootKind.PARAM, 0, owner.name), (DEREF,))


def structs(package: Package, file: GoSource) -> Iterator[tuple[TypeName, Sequence[ast.Field]]]:
    """The struct types that ``file`` declares, with their fields."""
    for spec in file.tree.file.types:
        symbol = package.lookup(spec.name.name)
        if type(spec.type) is ast.StructType and isinstance(symbol, TypeName) and symbol.decl is spec:
            yield symbol, spec.type.fields


def field_names(field: ast.Field) -> list[str]:
    """The names that one line of a struct declares; an embedded field's is its type's."""
    return [name.name for name in field.names or embedded_name(field.type)]

"""A 64-bit atomic function works on a word that 32-bit machines don't align to 8 bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.remembering import once_a_function
from pubcheck.diagnostic import Related
from pubcheck.facts import DEREF, SNAPSHOT, RootKind, Style
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.atomic_accesses import atomic_type
from pubcheck.rules.fixes.declarations import declared_field
from pubcheck.rules.support.layout import Layout, Offset
from pubcheck.rules.support.targets import built_for, is_built
from pubcheck.rules.support.wording import call_trace, listed
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, AccessPath
    from pubcheck.model.types import Type

ALIGNMENT = 8
"""What the 64-bit functions of sync/atomic need, in bytes."""

MAX_ELSEWHERE = 2
"""Other structs that hold the field's own, as far as a finding shows them."""

MAX_ALIKE = 3
"""Other fields of the struct whose access a finding shows."""


def check(package: PackageFacts, *, targets: tuple[str, ...] = ("386", "arm", "mips")) -> Iterator[Finding]:
    """Find 64-bit atomic calls on misaligned fields, once a struct: who mends one field lays out all of it anew.

    Args:
        package: the facts.
        targets: architectures to lay structs out for, by their GOARCH.
    """
    layouts = {target: Layout(package.package, target) for target in targets}
    by_field: dict[Hashable, list[_Word]] = {}
    fields: dict[str, Hashable] = {}  # by the way to them, which a callee's struct is a part of
    for function in package.functions:
        for path, access in _wide(function).items():
            root = _type_of_root(package, function, path)
            for target in built_for(package, function, targets):
                place = _misaligned(layouts[target], access, root)
                if place is not None and _is_declared(place, target) and _is_told_here(package, access, place):
                    field = fields.setdefault(place.name, _field_of(place))
                    by_field.setdefault(field, []).append(_Word(function, access, place, target))
                    break
    by_struct: dict[Hashable, list[_Field]] = {}
    for words in by_field.values():
        field = _told_first(words)
        owner = field.word.place.owner
        by_struct.setdefault(owner.symbol if owner is not None else field.word.place.name, []).append(field)
    for found in by_struct.values():
        yield _finding(package, sorted(found, key=lambda each: (each.word.place.offset, each.word.place.name)))


class _Word(NamedTuple):
    """A misaligned word: ``access``, in ``function``, is of ``place`` on ``target``."""

    function: FunctionFacts
    access: Access
    place: Offset
    target: str


class _Field(NamedTuple):
    """A field, told of by one of its words; others are ``elsewhere``, in other structs that hold the field's own."""

    word: _Word
    elsewhere: tuple[_Word, ...]


def _field_of(place: Offset) -> Hashable:
    """What tells a field from others, whichever structs hold its own; the way to it for what isn't a field."""
    field = place.field
    return (field.path, field.pos) if field is not None and field.path else place.name


@once_a_function
def _wide(function: FunctionFacts) -> dict[AccessPath, Access]:
    """The first 64-bit atomic call on each path."""
    found: dict[AccessPath, Access] = {}
    for access in function.accesses:
        atomic = access.atomic
        if atomic is not None and atomic.style is Style.FUNCTION and atomic.width == 64:
            found.setdefault(access.path, access)
    return found


def _is_declared(place: Offset, target: str) -> bool:
    """Whether the field looks so on ``target``, too: the file that declares it may be for other machines."""
    field = place.field
    return field is None or field.package is None or is_built(field.package, field.path, target)


def _is_told_here(package: PackageFacts, access: Access, place: Offset) -> bool:
    """Whether this package can mend it: what another one does with its own struct is told there."""
    home = place.owner.symbol.package if place.owner is not None else package.package
    return home is package.package or not access.trace


def _type_of_root(package: PackageFacts, function: FunctionFacts, path: AccessPath) -> Type | None:
    """The type of the variable that a path starts from."""
    root, body = path.root, function.ir
    if root.kind is RootKind.PARAM:
        return body.param_types[root.index] if root.index < len(body.param_types) else None
    if root.kind is RootKind.GLOBAL:
        home, _, name = root.name.rpartition(".")
        variable = package.package.lookup(name) if home == package.path else None
        return variable.type if isinstance(variable, Var) else None
    if root.kind is RootKind.CELL:
        declared = (each.var for block in body.blocks for each in block.instructions if isinstance(each, ir.Declare))
        return next((var.type for var in (*body.captures, *declared) if var.pos == root.index), None)
    return None


def _misaligned(layout: Layout, access: Access, root: Type | None) -> Offset | None:
    place = layout.offset(access.path, root)
    if place is None:
        return None
    if not place.is_aligned(ALIGNMENT):
        return place
    # Aligned from its own struct's start: is that start aligned wherever the struct lies inside another?
    if not {DEREF, SNAPSHOT}.isdisjoint(access.path.steps[1:]):
        return None  # what a field points to was mostly allocated as a whole
    field = place.name.partition(".")[2]
    for around in layout.embeddings(place.owner) if place.owner is not None else ():
        whole = Offset(
            around.owner, f"{around.name}.{field}", around.offset + place.offset, around.stride, around.field
        )
        if not whole.is_aligned(ALIGNMENT):
            return whole
    return None


def _told_first(words: list[_Word]) -> _Field:
    """A field in its own struct if it is misaligned there, else in the first that holds that."""
    # Of equal ones the first that isn't told of a callee.
    first = min(words, key=lambda word: (word.place.name.count("."), word.place.name, len(word.access.trace)))
    elsewhere = {word.place.name: word for word in words if word.place.name != first.place.name}
    return _Field(first, tuple(elsewhere.values()))


def _finding(package: PackageFacts, fields: list[_Field]) -> Finding:
    """The finding about the fields of one struct."""
    (first, elsewhere), *alike = fields
    function, access, place, target = first
    return Finding(
        span=access.span,
        values={"location": place.name, "offset": str(place.offset), "target": target},
        because=tuple(_because(place, target, alike)),
        related=(
            *_declaration(place),
            *_others([*elsewhere[:MAX_ELSEWHERE], *(each.word for each in alike[:MAX_ALIKE])]),
        ),
        traces=call_trace(access.trace),
        fixes=atomic_type(package, declared_field(package, place.field)) if place.field is not None else (),
        location=place.name,
        symbol=function.name,
        anywhere=True,
    )


def _because(place: Offset, target: str, alike: list[_Field]) -> Iterator[str]:
    every = f", and every {place.stride} bytes from there" if place.stride % ALIGNMENT else ""
    yield (
        f"only an allocated `{place.name.partition('.')[0]}` as a whole is sure to be aligned to 8 bytes; "
        f"on {target} this word lies {place.offset} bytes into it{every}"
    )
    if alike:
        yield f"so it is with {listed(each.word.place.name for each in alike)}"


def _others(words: list[_Word]) -> Iterator[Related]:
    for word in words:
        yield Related(word.access.span, f"so is `{word.place.name}`, at offset {word.place.offset}")


def _declaration(place: Offset) -> tuple[Related, ...]:
    """Where the field is declared, if that is known."""
    field = place.field
    if field is None or not field.path:
        return ()
    end = field.pos + len(field.name.encode())
    return (Related(Span(field.path, field.pos, end), f"`{place.name}` is declared here"),)

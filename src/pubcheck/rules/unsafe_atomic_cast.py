"""An atomic function is handed the address of a variable of another size."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.facts import Style
from pubcheck.flow import ir
from pubcheck.model.sizes import Sizes
from pubcheck.model.structure import underlying
from pubcheck.model.types import Array, Basic, Named, Pointer, Struct
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.atomic_sites import atomic_sites
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.names import definitions
from pubcheck.rules.support.targets import built_for
from pubcheck.rules.support.wording import type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.facts import Access
    from pubcheck.model.types import Type


def check(package: PackageFacts, *, targets: tuple[str, ...] = ("amd64", "386")) -> Iterator[Finding]:
    """Find casts by unsafe.Pointer that make an atomic operation wider or narrower than its variable.

    Args:
        package: the facts.
        targets: architectures to compare sizes on, by their GOARCH.
    """
    for (function, access), atomic in atomic_sites(package):
        if atomic.style is not Style.FUNCTION:
            continue
        cast = _cast(function.ir, access)
        if cast is not None and not _is_foreign_struct(package, cast.variable):
            yield from _judge(package, Site(function, access), cast, targets)


def _judge(package: PackageFacts, site: Site, cast: _Cast, targets: tuple[str, ...]) -> Iterator[Finding]:
    """The first target on which the sizes differ."""
    function, access = site
    for target in built_for(package, function, targets):
        sizes = Sizes(target)
        given, taken = sizes.sizeof(cast.variable), sizes.sizeof(cast.word)
        if given is None or taken is None or taken in (given, sizes.sizeof(_first_word(cast.variable, sizes))):
            continue
        wide = "what lies behind it is changed too"
        narrow = "it covers a part of the variable, which one depends on the byte order"
        yield Finding(
            span=access.span,
            values={
                "variable": type_name(cast.variable, package),
                "given": str(given * 8),
                "taken": str(taken * 8),
                "target": target,
            },
            because=(wide if taken > given else narrow,),
            location=str(access.location or access.path),
            symbol=function.name,
        )
        return


class _Cast(NamedTuple):
    """A pointer to a ``variable`` of one type is used as one to a ``word`` of another."""

    variable: Type
    word: Type


def _cast(function: ir.Function, access: Access) -> _Cast | None:
    """The cast through unsafe.Pointer in the operation's address, of a whole variable or field."""
    call = call_info(function, access.point)
    word = call.args[0] if call is not None and call.args else None
    if not isinstance(word, int):
        return None
    made = definitions(function)
    outer = made.get(word, ())
    if len(outer) != 1 or not _is_conversion(outer[0][1]):
        return None
    middle = outer[0][1].operands[0]  # type: ignore[attr-defined]
    inner = made.get(middle, ())
    pointer, unsafe = function.register_types.get(word), function.register_types.get(middle)
    if len(inner) != 1 or not _is_conversion(inner[0][1]) or not isinstance(underlying(unsafe), Basic):  # type: ignore[arg-type]
        return None
    source = inner[0][1].operands[0]  # type: ignore[attr-defined]
    variable = function.register_types.get(source)
    if not isinstance(variable, Pointer) or not isinstance(pointer, Pointer) or _is_item(made.get(source, ())):
        return None
    return _Cast(variable.element, pointer.element)


def _is_foreign_struct(package: PackageFacts, type_: Type) -> bool:
    """Whether it is another package's struct: what that begins with is its own affair."""
    foreign = isinstance(type_, Named) and type_.symbol.package is not package.package
    return foreign and isinstance(underlying(type_), Struct)


def _is_conversion(instruction: ir.Instruction) -> bool:
    return isinstance(instruction, ir.Compute) and instruction.op == "convert"


def _is_item(made: object) -> bool:
    """Whether it is the address of an array's or slice's item, behind which others follow."""
    return any(
        isinstance(one, ir.Address) and any(isinstance(step, ir.Element) for step in one.place.steps)
        for _, one in made  # type: ignore[attr-defined]
    )


def _first_word(type_: Type, sizes: Sizes) -> Type:
    """The type at the beginning of a struct or an array: its address is theirs."""
    under = underlying(type_)
    if isinstance(under, Struct):
        first = next((field.type for field in under.fields if sizes.sizeof(field.type)), None)
        return type_ if first is None else _first_word(first, sizes)
    return _first_word(under.element, sizes) if isinstance(under, Array) else type_

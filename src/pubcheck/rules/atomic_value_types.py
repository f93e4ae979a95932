"""One atomic.Value is given values of different types, or nil: the second Store panics."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.writers import same_memory
from pubcheck.diagnostic import Related
from pubcheck.facts import AtomicKind
from pubcheck.flow import ir
from pubcheck.model.printing import type_string
from pubcheck.model.structure import underlying
from pubcheck.model.types import Basic, Interface, TypeParam, Unknown
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.atomic_values import same_type, typed_nil
from pubcheck.rules.support.atomic_sites import atomic_sites
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.names import definitions, source_of
from pubcheck.rules.support.wording import name_of, named_place, short_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Location
    from pubcheck.model.types import Type

_VALUE = ("(*sync/atomic.Value).", "(*go.uber.org/atomic.Value).")
_DEFAULTS = {"untyped int": "int", "untyped float": "float64", "untyped string": "string", "untyped bool": "bool"}
_DEFAULTS |= {"untyped rune": "rune", "untyped complex": "complex128"}


class _Stored(NamedTuple):
    function: FunctionFacts
    access: Access
    type: str
    """Empty where it isn't known."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find stores of nil, and of a type that another store to the same value hasn't."""
    by_location: dict[Location, list[_Stored]] = {}
    nils: list[tuple[FunctionFacts, Access]] = []
    for (function, access), atomic in atomic_sites(package):
        if not atomic.function.startswith(_VALUE) or not atomic.operands or atomic.kind is AtomicKind.LOAD:
            continue
        if _is_nil(_argument(function.ir, access)):
            nils.append((function, access))
            continue
        location = access.location
        if location is not None and access.certain:
            by_location.setdefault(location, []).append(_Stored(function, access, _stored_type(function.ir, access)))
    for function, access in nils:
        stores = by_location.get(access.location, []) if access.location is not None else []
        yield _nil(package, function, access, {each.type for each in stores})
    for location, stores in by_location.items():
        for same in _by_memory(stores):
            yield from _mixed(package, location, same)


def _by_memory(stores: list[_Stored]) -> list[list[_Stored]]:
    """The stores of each variable: those that are fields of one wrapper's type share a location."""
    found: list[list[_Stored]] = []
    for each in stores:
        same = next((one for one in found if same_memory(one[0].access, each.access)), None)
        if same is None:
            found.append([each])
        else:
            same.append(each)
    return found


def _argument(function: ir.Function, access: Access) -> ir.Operand | None:
    """What is stored."""
    call = call_info(function, access.point)
    return call.args[-1] if call is not None and len(call.args) > 1 else None


def _is_nil(operand: ir.Operand | None) -> bool:
    """Whether it is the nil that has no type."""
    if not isinstance(operand, ir.Const) or not operand.known or operand.value is not None:
        return False
    return type_string(operand.type) == "untyped nil" or isinstance(underlying(operand.type), Interface)


def _nil(package: PackageFacts, function: FunctionFacts, access: Access, others: set[str]) -> Finding:
    place = named_place(access.path, package) or "an atomic.Value"
    return Finding(
        span=access.span,
        values={"what": f"nil is stored in `{place}`: that panics"},
        because=("an atomic.Value takes its type from what is stored, and nil has none",),
        help="store a typed nil, or use atomic.Pointer",
        fixes=typed_nil(package, access, others),
        location=str(access.location or access.path),
        symbol=function.name,
    )


def _mixed(package: PackageFacts, location: Location, stores: list[_Stored]) -> Iterator[Finding]:
    kinds = [each.type for each in stores if each.type]
    if not kinds:
        return
    usual = max(dict.fromkeys(kinds), key=kinds.count)
    other = next(each for each in stores if each.type == usual)
    told = {"", usual}
    for each in stores:
        if each.type not in told:
            told.add(each.type)
            name, here, there = name_of(location, package), short_type(each.type), short_type(usual)
            yield Finding(
                span=each.access.span,
                values={"what": f"`{name}` is given a `{here}` here and a `{there}` elsewhere: the later one panics"},
                because=("an atomic.Value keeps the concrete type of its first Store for good",),
                related=(Related(other.access.span, f"a `{there}` is stored here"),),
                fixes=same_type(package, each.access, usual, {one.type for one in stores}),
                location=str(location),
                symbol=each.function.name,
            )


def _stored_type(function: ir.Function, access: Access) -> str:
    """The concrete type that is stored; empty where that isn't known."""
    operand = _argument(function, access)
    if isinstance(operand, ir.Const):
        text = type_string(operand.type)
        return _DEFAULTS.get(text, text) if isinstance(underlying(operand.type), Basic) else ""
    if isinstance(operand, ir.FuncValue):
        return type_string(operand.func.type)
    return _concrete(function, operand) if isinstance(operand, int) else ""


def _concrete(function: ir.Function, register: int) -> str:
    """The type of what a register holds, also where it was made an interface value just before."""
    made = definitions(function).get(register, ())
    type_: Type | None = function.register_types.get(register)
    if isinstance(underlying(type_), Interface) if type_ is not None else True:
        source = source_of(function, made[0][1]) if len(made) == 1 else None
        type_ = function.register_types.get(source) if isinstance(source, int) else None
    if type_ is None or isinstance(type_, TypeParam | Unknown) or isinstance(underlying(type_), Interface | Unknown):
        return ""
    return type_string(type_)

"""A mutex that guards one number, which is only counted: an atomic does the same."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import LocationKind
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Var
from pubcheck.model.types import Basic, Struct
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.counters import atomic_counter
from pubcheck.rules.support.objects import named_type
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Location
    from pubcheck.model.types import Type

_COUNTING = frozenset(("+", "-"))
_INTEGERS = frozenset(
    ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr")
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find locks under which nothing but one integer is touched, by counting and reading."""
    guarded: dict[Location, list[Location]] = defaultdict(list)
    for location, guard in package.guards.items():
        guarded[guard.lock].append(location)
    for lock, locations in guarded.items():
        kind = _integer(package, locations[0]) if len(locations) == 1 else None
        if kind is None:
            continue
        under = _under(package, lock)
        writes = [access for _, access in under if access.writes]
        alone = all(access.location == locations[0] and _does_little(function, lock) for function, access in under)
        counting = {function.name for function, _ in under}
        if (
            alone
            and not any(function.locks_at(lock) for function in package.functions if function.name not in counting)
            and writes
            and len(writes) < len(under)
            and all(_counts(function, access) for function, access in under if access.writes)
        ):
            counter = name_of(locations[0], package)
            # Who lacks the lock may be told to take it.
            yield Finding(
                span=writes[0].span,
                values={"lock": name_of(lock, package), "counter": counter},
                because=(f"all that is done under it is to count and to read `{counter}`",),
                related=tuple(Related(access.span, "and here") for _, access in under if access is not writes[0])[:2],
                fixes=() if package.guards[locations[0]].outside else atomic_counter(package, locations[0], lock, kind),
                location=str(lock),
                anywhere=True,
            )


def _integer(package: PackageFacts, location: Location) -> str | None:
    """The basic type of a variable or field that holds an integer."""
    type_: Type | None = None
    if location.kind is LocationKind.GLOBAL:
        variable = package.package.lookup(location.path)
        type_ = variable.type if isinstance(variable, Var) else None
    elif location.kind is LocationKind.FIELD:
        named = named_type(package.package, location.owner)
        struct = underlying(named) if named is not None else None
        fields = struct.fields if isinstance(struct, Struct) else ()
        type_ = next((field.type for field in fields if field.name == location.path), None)
    under = underlying(type_) if type_ is not None else None
    return under.name if isinstance(under, Basic) and under.name in _INTEGERS else None


def _under(package: PackageFacts, lock: Location) -> list[tuple[FunctionFacts, Access]]:
    """What is touched while the lock is held, the way to its object aside."""
    return [
        (function, access)
        for function in package.functions
        for access in function.accesses
        if any(held.location == lock for held in function.protection(access)) and _is_data(access)
    ]


def _does_little(function: FunctionFacts, lock: Location) -> bool:
    """Whether the function decides nothing, calls nothing and waits for nothing while it holds the lock."""
    calls = [each for each in function.calls if not each.callee.endswith((".Unlock", ".RUnlock"))]
    held = [function.protection(each) for each in calls]
    held += [function.protection(each) for each in function.channels]
    held += [function.protection(each) for each in function.spawns]
    return len(function.ir.blocks) == 1 and not any(one.location == lock for locks in held for one in locks)


def _is_data(access: Access) -> bool:
    """Whether it is of a field or a variable of the package, and not of a local."""
    return access.location is not None and access.location.kind is not LocationKind.LOCAL


def _counts(function: FunctionFacts, access: Access) -> bool:
    """Whether a write adds to what was there."""
    store = function.ir.blocks[access.point.block].instructions[access.point.index]
    if access.trace or not isinstance(store, ir.Store) or not isinstance(store.value, int):
        return False
    return any(
        isinstance(each, ir.Compute) and each.target == store.value and each.op in _COUNTING
        for each in function.ir.blocks[access.point.block].instructions
    )

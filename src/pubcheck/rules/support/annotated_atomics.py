"""What is done with atomic fields, and with others beside them, that their annotations don't allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.annotated import demands
from pubcheck.analysis.annotations import excused_lines
from pubcheck.analysis.goroutines import Names
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import LocationKind, Style
from pubcheck.flow import ir
from pubcheck.flow.operands import operands
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import name_of
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.annotated import Annotated
    from pubcheck.facts import Location

_ATOMIC_PACKAGES = frozenset(("atomic", "atomicbitops"))


def unannotated_atomics(package: PackageFacts, annotations: Mapping[Location, Annotated]) -> Iterator[Finding]:
    """Atomic operations on fields without an annotation, in structs where others are annotated as atomic.

    Methods of atomic types need none.
    """
    owners = {location.owner for location, told in annotations.items() if told.atomic}
    excused = excused_lines(package)
    for location, sites in package.locations.items():
        if location.kind is not LocationKind.FIELD or location.owner not in owners or location in annotations:
            continue
        for function, access in sites:
            atomic = access.atomic
            if atomic is None or atomic.style is not Style.FUNCTION or access.owned or access.trace:
                continue
            if function.test or excused.covers(function, access.span):
                continue
            name = name_of(location, package)
            yield Finding(
                span=access.span,
                message=f"`{name}` is accessed atomically, and its struct's annotations don't say so of it",
                because=("other fields there have `+checkatomic`: without it, plain accesses go unnoticed",),
                location=str(location),
                symbol=function.name,
                confidence=Confidence.HIGH,
                help="add `+checkatomic` to the field",
            )


def addresses(package: PackageFacts, annotations: Mapping[Location, Annotated]) -> Iterator[Finding]:
    """Addresses of atomic fields that go elsewhere than to an atomic operation."""
    fields = {
        (location.owner, location.path): (location, told)
        for location, told in annotations.items()
        if told.atomic and location.kind is LocationKind.FIELD
    }
    excused = excused_lines(package)
    for function in package.functions if fields else ():
        for address, (location, told) in _taken(function, fields):
            span = Span(function.path, address.pos, address.end)
            if not function.test and not excused.covers(function, span) and _goes_on(package, function, address):
                name = name_of(location, package)
                yield Finding(
                    span=span,
                    message=f"the address of `{name}` is given to what is no atomic operation, against its annotation",
                    because=("`+checkatomic` asks for one: what is done through the address isn't known",),
                    related=(Related(told.span, "the annotation"),),
                    location=str(location),
                    symbol=function.name,
                    confidence=Confidence.HIGH,
                )


def _taken(
    function: FunctionFacts, fields: Mapping[tuple[str, str], tuple[Location, Annotated]]
) -> Iterator[tuple[ir.Address, tuple[Location, Annotated]]]:
    """Where the function takes the address of one of ``fields`` of an object that it hasn't made itself."""
    taken = [one for one in _instructions(function.ir) if isinstance(one, ir.Address) and one.place.steps]
    names = Names(function) if taken else None
    for one in taken:
        last = one.place.steps[-1]
        if not isinstance(last, ir.Field) or last.owner is None or names is None:
            continue
        found = fields.get((last.owner.full_name, last.name))
        root = one.place.root
        own = names.origin(root) if isinstance(root, int) else None
        if found is not None and not isinstance(own, ir.Alloc):
            yield one, found


def _goes_on(package: PackageFacts, function: FunctionFacts, address: ir.Address) -> bool:
    """Whether something else than an atomic operation, or a function that annotations excuse, gets the address."""
    uses = [one for one in _instructions(function.ir) if address.target in operands(one)]
    return bool(uses) and not all(_is_atomic(package, one) for one in uses)


def _is_atomic(package: PackageFacts, instruction: ir.Instruction) -> bool:
    callee = instruction.call.callee if isinstance(instruction, ir.Call | ir.Defer | ir.Go) else None
    if not isinstance(callee, ir.StaticCallee) or callee.func.package is None:
        return False
    told = demands(callee.func.package).get(callee.func.full_name) if callee.func.package is package.package else None
    ignored = told is not None and told.contract.ignored
    return ignored or callee.func.package.path.rpartition("/")[2] in _ATOMIC_PACKAGES


def _instructions(function: ir.Function) -> Iterable[ir.Instruction]:
    return (instruction for block in function.blocks for instruction in block.instructions)

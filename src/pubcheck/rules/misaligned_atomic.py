"""A 64-bit atomic function works on a word that 32-bit machines don't align to 8 bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import Style
from pubcheck.model.project.constraints import read_constraint
from pubcheck.model.project.target import Target
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.layout import Layout, Offset
from pubcheck.rules.support.wording import call_trace
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, AccessPath

ALIGNMENT = 8
"""What the 64-bit functions of sync/atomic need, in bytes."""

_SYSTEMS = ("linux", "windows", "freebsd", "android")
"""Systems that still run on 32-bit machines."""


def check(package: PackageFacts, *, targets: tuple[str, ...] = ("386", "arm", "mips")) -> Iterator[Finding]:
    """Find 64-bit atomic calls on misaligned fields, once a field.

    Args:
        package: the facts.
        targets: architectures to lay structs out for, by their GOARCH.
    """
    layouts = {target: Layout(package.package, target) for target in targets}
    reported: set[str] = set()
    seen: set[tuple[str, AccessPath]] = set()
    for function in package.functions:
        for access in function.accesses:
            atomic = access.atomic
            if atomic is None or atomic.style is not Style.FUNCTION or atomic.width != 64:
                continue
            if (function.ir.path, access.path) in seen:
                continue
            seen.add((function.ir.path, access.path))
            for target in _built_for(package, function, targets):
                place = _misaligned(layouts[target], access)
                if place is not None and place.name not in reported:
                    reported.add(place.name)
                    yield _finding(function, access, place, target)
                    break


def _misaligned(layout: Layout, access: Access) -> Offset | None:
    place = layout.offset(access.path)
    if place is None:
        return None
    if not place.is_aligned(ALIGNMENT):
        return place
    # Aligned from its own struct's start: is that start aligned wherever the struct lies inside another?
    field = place.name.partition(".")[2]
    for around in layout.embeddings(place.owner):
        whole = Offset(
            around.owner, f"{around.name}.{field}", around.offset + place.offset, around.stride, around.field
        )
        if not whole.is_aligned(ALIGNMENT):
            return whole
    return None


def _built_for(package: PackageFacts, function: FunctionFacts, targets: tuple[str, ...]) -> Iterator[str]:
    """The targets that the function's file is built for."""
    source = package.package.source
    file = next((one for one in source.files if one.source.path == function.ir.path), None) if source else None
    if file is None:
        yield from targets
        return
    constraint = read_constraint(file.header.build_lines)
    for target in targets:
        machines = [Target(goos=goos, goarch=target) for goos in _SYSTEMS]
        if any(machine.admits(constraint) and machine.admits_name(file.path.name) for machine in machines):
            yield target


def _finding(function: FunctionFacts, access: Access, place: Offset, target: str) -> Finding:
    field = place.field
    related: tuple[Related, ...] = ()
    if field is not None and field.path:
        end = field.pos + len(field.name.encode())
        related = (Related(Span(field.path, field.pos, end), f"`{place.name}` is declared here"),)
    every = f", and every {place.stride} bytes from there" if place.stride % ALIGNMENT else ""
    return Finding(
        span=access.span,
        values={"location": place.name, "offset": str(place.offset), "target": target},
        because=(
            (
                f"a `{place.owner.symbol.name}` is only sure to start on a multiple of 8 bytes; "
                f"on {target} this word lies {place.offset} bytes into it{every}"
            ),
        ),
        related=related,
        traces=call_trace(access.trace),
        location=place.name,
        symbol=function.name,
    )

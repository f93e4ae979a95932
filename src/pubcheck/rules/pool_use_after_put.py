"""An object is used after it went back into its pool, where the next Get finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import PublicationKind
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.given_back import givers
from pubcheck.rules.support.pooled import late_uses
from pubcheck.rules.support.slow import after_failure
from pubcheck.rules.support.wording import path_name, source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.analysis.portions import Portion
    from pubcheck.rules.support.names import Name
    from pubcheck.rules.support.pooled import LateUse


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find uses that a Put leads to, and returned memory that a deferred Put gives away; one for each Put."""
    helpers = givers(package)
    for function in portion.functions:
        if not any(each.kind is PublicationKind.POOL for each in function.publications):
            continue
        told = set()
        for use in sorted(late_uses(function, helpers), key=lambda use: use.kept):
            if use.given.point not in told and not _fails(function, use):
                told.add(use.given.point)
                yield _kept(package, function, use) if use.kept else _finding(package, function, use)


def _kept(package: PackageFacts, function: FunctionFacts, use: LateUse) -> Finding:
    """That it is kept in a field: sure where others look there, who haven't set it themselves."""
    put = function.ir.blocks[use.given.point.block].instructions[use.given.point.index]
    store = function.ir.blocks[use.point.block].instructions[use.point.index]
    write = next(one for one in function.accesses if one.point == use.point and one.writes)
    field = path_name(write.path, package)
    sites = package.locations.get(write.location, ()) if write.location is not None else ()
    reader = next((site for site in sites if _looks(package, function, site)), None)
    look = Related(reader.access.span, f"`{reader.function.name}` reads it here") if reader is not None else None
    return Finding(
        span=Span(function.path, store.pos, store.end),
        values={"what": f"{_name(package, function, use.name, put)} is put back into the pool, but kept in `{field}`"},
        because=(f"the next `Get`, on whatever goroutine, may be given the memory that `{field}` still leads to",),
        related=(Related(Span(function.path, put.pos, put.end), "it is put back here"), *([look] if look else [])),
        symbol=function.name,
        location=field,
        confidence=None if reader is not None else Confidence.LOW,
    )


def _looks(package: PackageFacts, function: FunctionFacts, site: Site) -> bool:
    """Whether somebody reads the field for callers in other packages, and hasn't set it before."""
    other, access = site.function, site.access
    if access.writes or access.trace or other.test or not is_exported(other):
        return False
    if other is function or other.name in callers_of(package).helpers(function):
        return False
    return not any(
        one.writes and one.path == access.path and other.order.dominates(one.point, access.point)
        for one in other.accesses
    )


def _fails(function: FunctionFacts, use: LateUse) -> bool:
    """Whether it is a bare return after a failure: who is given an error looks at no other result."""
    leave = function.ir.blocks[use.point.block].instructions[use.point.index]
    bare = isinstance(leave, ir.Return) and leave.end - leave.pos == len("return")
    return bare and not use.given.late and after_failure(function, use.point)


def _is_certain(function: FunctionFacts, use: LateUse) -> bool:
    """Whether the use comes with the Put: what decides on one of two that go apart may decide on the other, too."""
    order, given = function.order, use.given
    if given.late or order.dominates(given.point, use.point) or order.always_passes(given.point, use.point):
        return True
    return isinstance(function.ir.blocks[use.point.block].instructions[use.point.index], ir.Go)


def _finding(package: PackageFacts, function: FunctionFacts, use: LateUse) -> Finding:
    instruction = function.ir.blocks[use.point.block].instructions[use.point.index]
    put = function.ir.blocks[use.given.point.block].instructions[use.given.point.index]
    put_span = Span(function.path, put.pos, put.end)
    name = _name(package, function, use.name, put)
    if isinstance(instruction, ir.Go):
        what = f"{name} is put back into the pool while the goroutine that is started here may use it"
    elif use.given.late:
        what = f"{name} is returned, and goes back into the pool at the same moment"
    elif isinstance(instruction, ir.Return):
        what = f"{name} is returned after it was put back into the pool"
    else:
        what = f"{name} is used after it was put back into the pool"
    return Finding(
        span=Span(function.path, instruction.pos, instruction.end),
        values={"what": what},
        because=("the next `Get`, on whatever goroutine, may be given this memory and write it",),
        related=(Related(put_span, "it is put back here"),),
        symbol=function.name,
        location=name.strip("`"),
        confidence=None if _is_certain(function, use) else Confidence.LOW,
    )


def _name(package: PackageFacts, function: FunctionFacts, name: Name, put: ir.Instruction) -> str:
    """What the programmer calls it."""
    var = name if isinstance(name, Var) else function.ir.register_vars.get(name)
    if var is not None:
        return f"`{var.name}`"
    text = source_text(Span(function.path, put.pos, put.end), package)
    return "what the pool has" if len(text) > 60 else f"the memory of `{text}`"

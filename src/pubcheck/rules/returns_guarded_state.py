"""A method returns or sends what its lock guards, a map, a slice or an object, rather than a copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.by_key import one_by_one
from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import DEREF, ELEMENT, PublicationKind
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.copies import clone
from pubcheck.rules.support.escaping import header_reads, leads_to, shared_by_copies, written_in_place
from pubcheck.rules.support.handed_out import handed_out, leaves_locked
from pubcheck.rules.support.sides import sides_of
from pubcheck.rules.support.wording import name_of
from pubcheck.rules.support.written import comment_above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Access, AccessPath, Location
    from pubcheck.rules.support.handed_out import HandedOut


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find functions that give out what others write under the lock, one finding a function and location."""
    yield from _given_out(package)
    yield from _copied(package)
    yield from (_object(package, one) for one in handed_out(package))


@one_by_one(lambda package: package.guards)
def _given_out(package: PackageFacts, location: Location) -> Iterator[Finding]:
    callers, guard = callers_of(package), package.guards[location]
    write = written_in_place(guard, package)
    if write is None:
        return
    functions = {use.function.name: use.function for use in guard.inside}
    for function in functions.values():
        if function.contract.unknown or callers.only_tests_call(function) or leaves_locked(function, guard.lock):
            continue
        reads = header_reads(function, guard)
        sent = _sent(function, reads)
        if sent is not None:
            yield _finding(package, guard, write, _Gift(function, sent, "sends"))
        elif not function.enclosing and is_exported(function):
            returned = next((read for read in reads if _is_returned(function, leads_to(read.path))), None)
            item = next((read for read in reads if _is_returned(function, _item(read.path))), None)
            returned = returned or _returned_within(function, guard, location.owner)
            if returned is not None:
                yield _finding(package, guard, write, _Gift(function, returned, "returns"))
            elif item is not None:
                yield _finding(package, guard, write, _Gift(function, item, "returns", item=True))


@one_by_one(lambda package: package.guards)
def _copied(package: PackageFacts, location: Location) -> Iterator[Finding]:
    callers, guard = callers_of(package), package.guards[location]
    for header, write in shared_by_copies(guard, package).items():
        for function in {use.function.name: use.function for use in guard.inside}.values():
            offered = not function.enclosing and is_exported(function) and not function.contract.unknown
            if not offered or callers.only_tests_call(function) or leaves_locked(function, guard.lock):
                continue
            read = _returned_within(function, guard, header.owner)
            if read is not None:
                yield _finding(package, guard, write, _Gift(function, read, "returns", of=header))


def _is_returned(function: FunctionFacts, target: AccessPath | None) -> bool:
    return any(target in result.targets for result in function.summary.results)


def _returned_within(function: FunctionFacts, guard: Guard, owner: str) -> Access | None:
    """The read of a struct of type ``owner`` that is returned as it is, and stays where it is."""
    if any(one.writes and one.whole == owner for one in function.accesses):
        return None
    returns = [block.instructions[-1] for block in function.ir.blocks if block.instructions]
    given = {value for leave in returns if isinstance(leave, ir.Return) for value in leave.values}
    for use in guard.inside:
        access = use.site.access
        if use.function is function and not (access.writes or access.trace) and access.whole == owner:
            load = function.ir.blocks[access.point.block].instructions[access.point.index]
            if isinstance(load, ir.Load) and load.target in given:
                return access
    return None


def _item(header: AccessPath) -> AccessPath | None:
    """An item of the slice, to which a pointer may lead."""
    return header.then(DEREF, ELEMENT)


def _sent(function: FunctionFacts, reads: list[Access]) -> Access | None:
    """The read whose value goes over a channel: who receives it is another goroutine, and holds no lock for it."""
    for publication in function.publications:
        if publication.kind is not PublicationKind.SEND or publication.trace:
            continue
        before = [
            read
            for read in reads
            if leads_to(read.path) in publication.value and function.order.reaches(read.point, publication.point)
        ]
        if before:
            return max(before, key=lambda read: read.span)
    return None


class _Gift(NamedTuple):
    """``function`` reads the header under the guard at ``read``, and gives it out; ``way`` is the verb for that.

    With ``item`` it gives out the address of one item. ``of`` is the field that it copies along with a guarded struct.
    """

    function: FunctionFacts
    read: Access
    way: str
    item: bool = False
    of: Location | None = None


def _finding(package: PackageFacts, guard: Guard, write: Use, gift: _Gift) -> Finding:
    function, read, way, item, of = gift
    location = of or guard.location
    lock = name_of(guard.lock, package)
    sides = sides_of(package, Site(function, read), write.site)
    message = f"`{function.name}` returns the address of an item of `{name_of(location, package)}`: "
    return Finding(
        span=read.span,
        message=f"{message}it is used after `{lock}` was given back" if item else "",
        values={"location": name_of(location, package), "lock": lock, "function": function.name, "way": way},
        because=(
            f"`{write.function.name}` writes its elements under `{lock}`; who gets it from here doesn't hold that then",
        ),
        related=sides.around(
            Related(write.site.access.span, f"`{write.function.name}` writes it under `{lock}` here", sides.theirs)
        ),
        fixes=clone(package, location, read.span) if not item else (),
        location=str(location),
        symbol=function.name,
        confidence=_confidence(package, function),
        goroutine=sides.mine,
    )


def _object(package: PackageFacts, given: HandedOut) -> Finding:
    function, read, lock, location, write = given
    named, field = name_of(lock, package), name_of(location, package)
    sides = sides_of(package, Site(function, read), write.site)
    found = name_of(read.location.container, package) if read.location is not None else "it"
    return Finding(
        span=read.span,
        message=f"`{function.name}` returns the object in `{found}` itself: callers read `{field}` without `{named}`",
        values={"location": found, "lock": named, "function": function.name, "way": "returns"},
        because=(f"`{write.function.name}` writes it under `{named}`, which other packages can't take",),
        related=sides.around(
            Related(write.site.access.span, f"`{write.function.name}` writes it under `{named}` here", sides.theirs)
        ),
        help="return a copy of the object that is made under the lock, or what callers ask it for",
        location=str(location),
        symbol=function.name,
        confidence=_confidence(package, function),
        goroutine=sides.mine,
    )


def _confidence(package: PackageFacts, function: FunctionFacts) -> Confidence | None:
    return Confidence.LOW if _WARNS.search(comment_above(package, function.span)) else None


_WARNS = re.compile(
    r"\bconcurren|\bgoroutine|\bthread|\bun?safe|\bread[- ]only|\bimmutable|\b(only|just|sole).{0,30}\btest"
    r"|\b(not|n't|never)\b.{0,20}\b(modif|chang|mutat|writ|copy|copied|safe)",
    re.IGNORECASE | re.DOTALL,
)
"""What a comment says to callers who get more than a copy."""

"""A variable is tested without the lock, and tested again and written with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import all_once_a_function
from pubcheck.analysis.writers import is_private
from pubcheck.diagnostic import Related
from pubcheck.facts import LocationKind, Mode
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.once import once
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.sides import calls_of
from pubcheck.rules.support.wording import name_of, path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, LockEvent, LockSet
    from pubcheck.rules.support.decisions import Decision
    from pubcheck.source import Span


class DoubleCheck(NamedTuple):
    """``outer`` is read without the lock that ``acquire`` takes; ``inner`` is read, and ``write`` done, under it."""

    outer: Access
    acquire: LockEvent
    inner: Access
    write: Access


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find plain reads that skip a critical section which tests the same memory again before it writes it."""
    for function in portion.functions:
        if function.test or not function.locks:
            continue
        told: set[Span] = set()
        for found in _double_checks(function):
            if found.outer.span not in told and not is_private(Site(function, found.write), callers_of(package)):
                told.add(found.outer.span)
                yield _finding(package, function, found)


@all_once_a_function
def _double_checks(function: FunctionFacts) -> Iterator[DoubleCheck]:
    writes = [access for access in function.accesses if _is_locked_write(access)]
    if not writes:
        return
    decisions = Decisions(function)
    for write in writes:
        tests = [each for each in decisions.of(write.point) if each.read.path == write.path]
        second = next((test for test in tests if _common(test.read, write)), None)
        first = next((test for test in tests if not function.maybe_protected(test.read)), None)
        if first is None or second is None or _operator(function, first) != _operator(function, second):
            continue
        inner, outer = second.read, first.read
        lock = min(_common(inner, write))
        acquire = function.acquisition(lock.path, inner.point)
        if acquire is not None and function.order.dominates(outer.point, acquire.point):
            yield DoubleCheck(outer, acquire, inner, write)


def _operator(function: FunctionFacts, test: Decision) -> str:
    """By what the test compares, as it came out; empty for what is no comparison.

    Who asks for something else the second time doesn't expect another answer than the first one.
    """
    instructions = function.ir.blocks[test.point.block].instructions
    branch = instructions[-1]
    made = next((each for each in instructions if type(each) is ir.Compute and each.target == branch.condition), None)  # type: ignore[attr-defined]
    if made is None:
        return ""
    return made.op if test.taken else _OPPOSITE.get(made.op, made.op)


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def _common(read: Access, write: Access) -> LockSet:
    """The locks that both hold, so that nobody else does: who holds one for reading only doesn't write for others."""
    return frozenset(lock for lock in read.held.must & write.held.must if lock.mode is Mode.EXCLUSIVE)


def _is_locked_write(access: Access) -> bool:
    """Whether the function itself writes memory that others can name, with a lock held."""
    if not access.writes or access.atomic is not None or access.trace or not access.held.must:
        return False
    return access.location is not None and access.location.kind is not LocationKind.LOCAL


def _finding(package: PackageFacts, function: FunctionFacts, found: DoubleCheck) -> Finding:
    location = found.write.location
    sides = calls_of(function.name, function.name)
    return Finding(
        span=found.outer.span,
        values={
            "location": name_of(location, package) if location is not None else str(found.write.path),
            "lock": path_name(found.acquire.lock.path, package),
        },
        because=("the second test under the lock says that another goroutine may have written it since the first",),
        related=(
            Related(found.acquire.span, "the lock is taken here", sides.theirs),
            Related(found.inner.span, "it is tested again here", sides.theirs),
            Related(found.write.span, "and written here, under the lock", sides.theirs),
        ),
        fixes=once(package, location, found.outer.span, found.write.span) if location is not None else (),
        location=str(location),
        symbol=function.name,
        goroutine=sides.mine,
    )

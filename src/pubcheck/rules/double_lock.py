"""A lock that is taken again by the goroutine that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.ambient import Ambient
from pubcheck.analysis.annotations import excused_lines
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import ELEMENT, LockAction, Mode, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.decisions import nil_tests
from pubcheck.rules.support.handing import is_named_for_locking, unlocks_elsewhere
from pubcheck.rules.support.paths import leads_elsewhere, same_item
from pubcheck.rules.support.wording import call_trace, path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Location, Lock, LockEvent, Trace
    from pubcheck.source import Span


MANY = 3
"""Other places that a finding names."""


class _Again(NamedTuple):
    """``event`` takes a lock that ``function`` holds as ``held``, since ``taken`` unless its callers hold it."""

    function: FunctionFacts
    event: LockEvent
    held: Lock
    taken: LockEvent | None

    @property
    def trace(self) -> Trace:
        """The calls that lead out of the function; what literals do that it runs, the function does."""
        steps = self.event.trace
        return steps[1:] if self.in_literal else steps

    @property
    def in_literal(self) -> bool:
        """Whether it happens in a literal that the function, or somebody for it, runs."""
        steps = self.event.trace
        return bool(steps) and steps[0].callee.startswith(self.function.name + ".func")

    @property
    def span(self) -> Span:
        """The call, or the `Lock`, in the function or in a literal that it runs."""
        return self.trace[0].span if self.trace else self.event.origin or self.event.span


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find acquisitions, also in callees, of a lock that is certainly held by the same goroutine."""
    for function in portion.functions:
        if function.test:
            continue
        sections: dict[object, list[_Again]] = {}
        for event in (*function.locks, *function.inner_locks):
            again = _again(function, event, package)
            if again is None or excused_lines(package).covers(function, event.span):
                continue
            if _deadlocks(again) or _may_be_passed(again, package):
                key = (event.lock.path, again.taken.point if again.taken else None)
                sections.setdefault(key, []).append(again)
        for section in sections.values():
            section.sort(key=lambda one: (one.span, len(one.event.trace)))
            yield _finding(section, package)


@once_for_facts
def _writers(package: PackageFacts) -> dict[Location | None, frozenset[Location]]:
    """Locks that somebody takes for writing, and those that all who do hold exclusively: nobody holds one beside them.

    A writer is who comes between two readers, unless the readers hold a lock that shuts him out.
    """
    found: dict[Location | None, frozenset[Location]] = {}
    for function in package.functions:
        for event in function.locks:
            if event.action is LockAction.ACQUIRE and event.lock.mode is Mode.EXCLUSIVE and not function.test:
                held = locations(lock for lock in function.protection(event) if lock.mode is Mode.EXCLUSIVE)
                held |= _around(package, function).exclusive
                found[event.lock.location] = found.get(event.lock.location, held) & held
    return found


def _may_be_passed(again: _Again, package: PackageFacts) -> bool:
    """Whether a writer may come between two readers."""
    outer = _writers(package).get(again.event.lock.location)
    if not outer:
        return outer is not None
    around = _around(package, again.function)
    held = locations(again.function.protection(again.event)) | around.always | around.sometimes
    return outer.isdisjoint(held)


def _around(package: PackageFacts, function: FunctionFacts) -> Ambient:
    return package.ambient.get(function.name, Ambient())


def _deadlocks(again: _Again) -> bool:
    """Whether it waits for itself without anybody's help."""
    return Mode.EXCLUSIVE in (again.held.mode, again.event.lock.mode)


def _again(function: FunctionFacts, event: LockEvent, package: PackageFacts) -> _Again | None:
    """What ``event`` takes again; None if it may be another lock, or somebody nearer to it tells."""
    path = event.lock.path
    if event.action is not LockAction.ACQUIRE or event.needs or not event.certain:
        return None
    held = next((lock for lock in event.held.must if lock.path == path), None)
    if held is None:
        # Where only the callers say so, the mistake is theirs.
        entry = function.protection(event) if event.trace and _says_so(function) else ()
        held = next((lock for lock in entry if lock.path == path), None)
        if held is None or any(is_named_for_locking(flag.root.name) for flag, _ in event.under):
            return None
        if ELEMENT in path.steps:
            return None
        again = _Again(function, event, held, None)
    else:
        taken = function.acquisition(path, event.point)
        again = _Again(function, event, held, taken)
        if taken is None and not again.in_literal:
            return None
        if taken is event or (taken and leads_elsewhere(function, path, taken.point, event.point)):
            return None
        if ELEMENT in path.steps and (taken is None or not same_item(function, taken, event)):
            return None
    if _told(event, package) or _needs_nothing(event, package):
        return None
    return None if unlocks_elsewhere(function, held) else again


def _needs_nothing(event: LockEvent, package: PackageFacts) -> bool:
    """Whether a callee gets there only where it was given nil: who holds the lock has something to give it."""
    ends = (event.origin or event.span,) if event.trace else ()
    spans = [*(step.span for step in event.trace[1:]), *ends]
    for step, span in zip(event.trace, spans, strict=True):
        callee = package.function(step.callee)
        if callee is None:
            continue
        points = [call.point for call in callee.calls if call.span == span]
        points += [lock.point for lock in callee.locks if lock.span == span]
        given = {param for param in callee.ir.params if isinstance(param, int)}
        if points and all(any(nil and one in given for one, nil in nil_tests(callee, at)) for at in points):
            return True
    return False


def _told(event: LockEvent, package: PackageFacts) -> bool:
    """Whether the callee, which is only called with the lock held, calls somebody else who takes it."""
    if len(event.trace) < 2:
        return False
    callee = package.function(event.trace[0].callee)
    if callee is None or not _says_so(callee):
        return False
    return any(lock.location == event.lock.location for lock in callee.contract.held)


def _says_so(function: FunctionFacts) -> bool:
    """Whether a function states itself that it is called with a lock held."""
    return function.contract.unknown and not function.enclosing


def _finding(section: list[_Again], package: PackageFacts) -> Finding:
    first = section[0]
    event = first.event
    name = path_name(event.lock.path, package)
    how = "locked again" if event.lock.mode is Mode.EXCLUSIVE else "read-locked again"
    callee = f" by `{first.trace[0].name}`" if first.trace else ""
    end = Related(event.origin, f"`{name}` is {how} here") if first.trace and event.origin is not None else None
    more = {one.span: Related(one.span, "and again here") for one in section if one.span != first.span}
    return Finding(
        span=first.span,
        values={"lock": name, "how": how + callee},
        because=(_because(first),),
        related=(_since(first, name), *((end,) if end else ()), *list(more.values())[:MANY]),
        traces=call_trace(first.trace, end),
        location=str(event.lock.location or name),
        symbol=first.function.name,
        confidence=Confidence.LOW if _deadlocks(first) and _comes_back(first, package) else None,
    )


def _comes_back(again: _Again, package: PackageFacts) -> bool:
    """Whether the calls lead back to the function itself, or who locks again calls somebody on the way to it.

    Where it waits for itself it would never have worked if they always did: what is asked on the way mostly bars it.
    """
    if any(package.function(step.callee) is again.function for step in again.trace):
        return True
    last = package.function(again.trace[-1].callee) if again.trace else None
    way = {step.callee for step in again.trace}
    return last is not None and any(
        call.callee in way and again.event.lock.location in locations(call.held.must) for call in last.calls
    )


def _because(again: _Again) -> str:
    if again.held.mode is Mode.EXCLUSIVE:
        return "the goroutine waits for itself: a mutex doesn't know who holds it"
    if again.event.lock.mode is Mode.EXCLUSIVE:
        return "`Lock` waits for all readers to leave, and this goroutine is one of them"
    return "a writer that comes between the two waits for the first, and the second waits for the writer"


def _since(again: _Again, name: str) -> Related:
    if again.taken is not None:
        return Related(again.taken.span, f"`{name}` is locked here")
    if again.in_literal:
        return Related(again.event.span, f"what is called here holds `{name}` while it runs the function")
    return Related(again.function.span, again.function.contract.evidence)

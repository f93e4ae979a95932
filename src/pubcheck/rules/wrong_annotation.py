"""An annotation that can't be kept, or that its function doesn't keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.annotated import annotated_memory, demands, lock_names
from pubcheck.analysis.annotations import MARK, excused_lines
from pubcheck.analysis.misannotated import misannotated
from pubcheck.facts import NOTHING_HELD, LockAction
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.handing import binds_unlock, is_named_for_locking
from pubcheck.rules.support.wording import name_of, path_name, source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.misannotated import Misannotated
    from pubcheck.facts import AccessPath, Held, Location, Lock


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find annotations without a meaning, and returns that leave locks otherwise than they say."""
    if not any(file.source.holds(MARK) for file in package.package.files):
        return
    for each in misannotated(package.package):
        yield _meaningless(each)
    excused = excused_lines(package)
    watched = _watched(package)
    for function in package.functions:
        declared = not function.enclosing and not function.test and function.ir.func is not None
        if not declared or function.contract.ignored or _is_lock_itself(function):
            continue
        for span, message in _at_returns(package, function, watched):
            if not excused.covers(function, span):
                yield _unkept(function, span, message)
                break


def _watched(package: PackageFacts) -> frozenset[Location]:
    """The locks that annotations of the package speak of: who leaves one locked has to say so."""
    names = lock_names(package.package)
    wanted = [lock for told in annotated_memory(package.package).values() for lock in told.wanted]
    for demand in demands(package.package).values():
        contract = demand.contract
        wanted += [lock.path for lock in contract.held | contract.taken]
    return frozenset(location for path in wanted if (location := names.of(path).location) is not None)


def _is_lock_itself(function: FunctionFacts) -> bool:
    """Whether it is how a type of lock is locked: nobody could call it otherwise."""
    func = function.ir.func
    return func is not None and func.receiver is not None and func.name in _METHODS


_METHODS = frozenset(("Lock", "Unlock", "RLock", "RUnlock", "TryLock", "TryRLock", "NestedLock", "NestedUnlock"))


def _at_returns(
    package: PackageFacts, function: FunctionFacts, watched: frozenset[Location]
) -> Iterator[tuple[Span, str]]:
    """What is wrong about the locks at returns, and where."""
    for block in function.ir.blocks:
        leave = block.instructions[-1]
        if not isinstance(leave, ir.Return):
            continue
        held = function.exits.get(block.index, NOTHING_HELD)
        span = Span(function.path, leave.pos, leave.end)
        written = source_text(span, package).startswith("return")
        message = _Ending(package, function, block.index, held, written=written).fault(watched)
        if message:
            yield span if written else Span(span.path, function.pos, function.pos + len("func")), message


class _Ending:
    """One return of a function: the locks that are held there, each by its one name."""

    def __init__(
        self, package: PackageFacts, function: FunctionFacts, block: int, held: Held, *, written: bool
    ) -> None:
        """What is ``held`` at the end of ``block``; ``written`` tells a statement from the end of the body."""
        self._package = package
        self._end = function.order.end(block)
        self._function = function
        self._written = written
        self._names = lock_names(package.package)
        self._must, self._may = self._named(held.must), self._named(held.may)
        self._gone = self._named(held.released)

    def _named(self, locks: Iterable[Lock]) -> set[AccessPath]:
        return {self._names.of(lock.path) for lock in locks}

    def fault(self, watched: frozenset[Location]) -> str:
        """What is wrong with it; empty if nothing is."""
        contract = self._function.contract
        entry = self._named(contract.held) if contract.annotated else set()
        back, taken = self._named(contract.given_back), self._named(contract.taken)
        for path in sorted((entry - back) | taken):
            if self._lacks(path, entered=path in entry):
                how = f"with `{self._shown(path)}` held on some ways only" if path in self._may else "without the lock"
                return f"returns {how}: its annotation says that it {'keeps' if path in entry else 'takes'} it"
        for path in sorted(back - self._gone):
            return f"returns with `{self._shown(path)}` held, which its annotation says it gives back"
        handed = sorted(contract.handed - {path.location for path in self._may})
        if handed and not self._is_told():
            return (
                f"returns without `{name_of(handed[0], self._package)}` held, which its annotation says of the result"
            )
        for path in sorted(self._may - entry - taken - self._gone):
            if path.location in watched - contract.handed and self._is_left(path):
                how = "" if path in self._must else " on some ways"
                return f"returns with `{self._shown(path)}` held{how}, and no annotation says so"
        return ""

    def _lacks(self, lock: AccessPath, *, entered: bool) -> bool:
        """Whether a lock isn't held that should be: callees without an annotation leave what was held as it was."""
        if lock in self._must | self._named(self._function.forced_at(self._end)):
            return False
        own = [event for event in self._function.locks if self._names.of(event.lock.path) == lock and not event.trace]
        if entered:
            order = self._function.order
            given = [event.point for event in own if event.action is LockAction.RELEASE and event.certain]
            again = [event.point for event in own if event.action is not LockAction.RELEASE]
            anew = any(
                order.dominates(point, self._end) and not any(order.reaches(point, later) for later in given)
                for point in again
            )
            return lock in self._gone and bool(given) and not anew
        # What has no statement for it only asserts that the lock is held.
        return self._written or bool(own)

    def _is_told(self) -> bool:
        """Whether a callee's annotation says that it takes a lock, whichever that is."""
        told = demands(self._package.package)
        called = (told[call.callee].contract for call in self._function.calls if call.callee in told)
        return any(contract.taken or contract.handed for contract in called)

    def _is_left(self, lock: AccessPath) -> bool:
        """Whether a lock is left to nobody: on all ways here, or on some and the function never unlocks any like it.

        One that is named for locking needs no annotation to say so.
        """
        func = self._function.ir.func
        if self._is_given_away(lock) or (func is not None and is_named_for_locking(func.name)):
            return False
        mine = [event for event in self._function.locks if self._names.of(event.lock.path).location == lock.location]
        return lock in self._must or all(
            event.action is LockAction.ACQUIRE and event.certain and not event.needs for event in mine
        )

    def _is_given_away(self, lock: AccessPath) -> bool:
        """Whether something that the function makes unlocks it: a literal, or the method as a value."""
        literals = (each for each in self._package.functions if each.enclosing == self._function.name)
        return binds_unlock(self._function) or any(
            event.action is LockAction.RELEASE and event.lock.location == lock.location
            for literal in literals
            for event in literal.locks
        )

    def _shown(self, path: AccessPath) -> str:
        return path_name(path, self._package)


def _meaningless(each: Misannotated) -> Finding:
    return Finding(
        span=each.span,
        message=f"`{each.annotation}` {each.what}",
        because=(each.why,),
        location=each.annotation,
    )


def _unkept(function: FunctionFacts, span: Span, message: str) -> Finding:
    return Finding(
        span=span,
        message=f"`{function.name}` {message}",
        because=(
            (function.contract.evidence,)
            if function.contract.annotated
            else ("callers go by annotations: `+checklocksacquire` would tell them",)
        ),
        symbol=function.name,
        help="do what the annotation says, or mend it",
    )

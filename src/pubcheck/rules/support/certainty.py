"""How sure a finding about guarded state is: what speaks for it beside the count of accesses.

That most accesses hold a lock says that it is needed, not that it is needed here: read on real code, hardly every
second access that lacked it could meet a write. What tells is a function that touches the same memory under the
lock and outside of it; a map that is looked into, which no lucky order makes safe; a goroutine or a handler that is
seen to be on the other side. Without any of them a finding is a hint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.analysis.contracts import forbids_lock
from pubcheck.analysis.guards import (
    MOST_OUTLAWS,
    SAME_FUNCTION,
    Kinship,
    Threshold,
    has_accessors,
    is_all_there_is,
    is_common,
    is_contested,
    is_known_to_all,
    is_looked_up,
)
from pubcheck.analysis.mutexes import struct_of
from pubcheck.analysis.parallel import Origin
from pubcheck.analysis.uses import takes_itself
from pubcheck.diagnostic import Confidence
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Array, Slice
from pubcheck.rules.support.arrangements import is_left_to_callers, is_set_once, is_set_up
from pubcheck.rules.support.deviations import (
    asks_getter,
    comes_after_sections,
    goes_on_to_lock,
    has_barrier,
    has_written,
    is_of_receiver,
    just_left,
    looks_again,
    only_keeps_up,
    outsiders,
    passes_getter,
    takes_too,
    writes_too,
)
from pubcheck.rules.support.excuses import tests_for_nil
from pubcheck.rules.support.filling import looks_first
from pubcheck.rules.support.memory_types import underlying_type
from pubcheck.rules.support.unguarded import Kind, looks_into
from pubcheck.rules.support.written import comment_above, comments_before, comments_beside
from pubcheck.source import Span

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location
    from pubcheck.rules.support.unguarded import Violation

SURE_SHARE = 2 / 3
"""Of all accesses, under the lock: with less of them a finding is of medium confidence."""
ALL_BUT_ONE = 5 / 6
"""The share of the accesses under a lock of an object around, where it is to tell."""
MOST_GETTERS = 2
"""Methods that read without the lock what a goroutine changes under it."""
MOST_LEAVING = 2
"""Functions that go on with what they found under such a lock when they have given it back."""
MOST = 1 / 2
"""Share of the accesses under the lock from which on the others are thought to have forgotten it."""
MANY = Threshold(5, 7 / 8)
"""Functions that take the lock, and the share of the accesses that they make."""
SETTERS = 3
"""Functions that take the lock before a method that doesn't is taken for the one that forgets it."""
MOST_LOOKED_AT = 3
"""Fields of another object that a function compares or takes over while it may be in use."""
MOST_OUTSIDE = 3
"""Functions that lack the lock: where there are more of them they have an order of their own."""

_REMARK = re.compile(
    r"\b(un)?(lock|mutex|mu\b|rac(e|y)|concurren|synchron|serial|goroutine|atomic|thread|protect)", re.IGNORECASE
)
_OBLIGES = re.compile(
    r"\b(must|should)\b(?!\s+not be called[\s/]+after).{0,40}\b(call(?!ing)|lock|held|hold)"
    r"|\bcallers?\b.{0,20}\b(must|should|ensure|hold)"
    r"|\b(must|should|may|can)('t|\s?n[o']t) be (us|call|access|modif)\w+\b"
    r".{0,40}\b(concurren|parallel|simultan|same time)"
    r"|\bnot (thread[- ]?|goroutine[- ]?)?safe\b|\b(no|without)\b.{0,20}\block|\bsingle goroutine",
    re.IGNORECASE | re.DOTALL,
)
_NEEDLESS = re.compile(
    r"(\bno need|\bnot need|n't need|needn't|\bnot necessary|\bunnecessary)\b.{0,40}(lock|mutex|mtx|\bmu\b)",
    re.IGNORECASE,
)
_UNGUARDED = re.compile(
    r"\bnot? (guarded|protected|locked|covered|lock|mutex|synchroni[sz])|\b(unguarded|unprotected|unlocked)\b|"
    r"\bwithout (a |the |any |holding )*(lock|mutex)",
    re.IGNORECASE,
)
_FOR_TESTS = re.compile(
    r"(^|[/_.-])(test|mock|fake|bench(mark)?s?(/|$))|(test|tests|testing|mock|mocks|fake|fakes)(/|$)"
    r"|(^|/)(assert|e2e|integration)(/|$)"
)


def certainty(violation: Violation, package: PackageFacts) -> Confidence | None:
    """How sure the finding about ``violation`` is; None for the rule's own confidence."""
    guard, use = violation.guard, violation.use
    if _keeps_owners_apart(guard.lock, package):
        return Confidence.LOW
    if guard.declared is not None:
        # A comment that a good part of the code doesn't follow may be what is wrong.
        sure = guard.share >= SURE_SHARE or _alone_meets(violation, package)
        sure = sure and not _waives(package, use) and _is_telling(violation, package)
        return None if sure else Confidence.LOW
    if is_for_tests(package) or is_left_to_callers(package, guard, use) or has_barrier(package, guard.lock):
        return Confidence.LOW
    if only_keeps_up(violation) or _is_denied(package, guard):
        return Confidence.LOW
    if is_set_up(package, guard) or (guard.share < MOST and is_set_once(package, guard)):
        return Confidence.LOW  # mostly those look at it who come when it is set
    if guard.kinship is Kinship.AROUND and not _stands_out(violation, package):
        return Confidence.LOW
    if violation.kind is Kind.SHARED_WRITE and (_is_for_one(package, guard) or _has_an_item(use, package)):
        return Confidence.LOW
    if violation.kind is not Kind.SHARED_WRITE and (
        _is_remarked(package, violation) or not _is_telling(violation, package)
    ):
        return Confidence.LOW
    return None if guard.share >= SURE_SHARE else Confidence.MEDIUM


def _keeps_owners_apart(lock: Location, package: PackageFacts) -> bool:
    """Whether most of what is written under the lock is written under its read side.

    Then that holds off who closes the object, and not other users of it: there is one.
    """
    beside = (guard for guard in package.guards.values() if guard.lock == lock and guard.kinship is not Kinship.AROUND)
    found = (use for guard in beside for use in guard.inside)
    writes = [use.holds_exclusively(lock) for use in found if use.writes]
    return 2 * sum(writes) < len(writes)


def _is_telling(violation: Violation, package: PackageFacts) -> bool:
    guard, use = violation.guard, violation.use
    if not use.writes and tests_for_nil(use.function, use.site.access):
        return False
    if guard.lock in use.beside:
        return _looks_at(use) <= MOST_LOOKED_AT
    if has_accessors(guard):
        return True
    believed = _is_believed(violation, package)
    if not believed and (outsiders(guard) > MOST_GETTERS or writes_too(violation)):
        return False
    meets = package.sharing.meet(use.site, violation.against.site) is not None
    if is_contested(guard):
        again = (looks_again(violation) and not has_written(violation)) or asks_getter(violation, package)
        return again or (meets and is_exported(use.function) and is_of_receiver(use))
    if meets or (believed and guard.share >= SURE_SHARE and looks_again(violation)):
        return True
    if outsiders(guard) > MOST_OUTSIDE and not (is_all_there_is(guard) and takes_too(violation)):
        return False
    if package.sharing.both_kept(use.site, violation.against.site) or _is_beside_a_goroutine(violation, package):
        return True
    if _stops_a_goroutine(violation, package):
        return True
    return believed and _deviates(violation, package)


def _alone_meets(violation: Violation, package: PackageFacts) -> bool:
    """Whether one function alone lacks the lock, however often it looks, and a goroutine is known to be beside it."""
    meets = package.sharing.meet(violation.use.site, violation.against.site)
    return outsiders(violation.guard) == 1 and meets is not None


def _is_believed(violation: Violation, package: PackageFacts) -> bool:
    """Whether so many hold the lock that it tells of who doesn't, whichever goroutine that is."""
    guard, use = violation.guard, violation.use
    if guard.declared is not None or is_common(guard):
        return True
    if is_of_receiver(use) and (is_looked_up(guard) or is_all_there_is(guard)):
        return True
    known = is_known_to_all(guard) and (looks_into(guard, use, package) or goes_on_to_lock(violation))
    few = guard.share >= SAME_FUNCTION.share or known
    return few and len(guard.outside) <= MOST_OUTLAWS and takes_itself(use, guard.lock)


def _deviates(violation: Violation, package: PackageFacts) -> bool:
    """Whether what the function does beside the access, or what all others do, speaks against it."""
    guard, use = violation.guard, violation.use
    if takes_too(violation) or goes_on_to_lock(violation) or asks_getter(violation, package):
        return True
    if comes_after_sections(violation, package) or passes_getter(violation, package):
        return True
    if forbids_lock(comment_above(package, use.function.span)):
        return True  # so that none of its callers is meant to keep others away
    if just_left(use, guard.lock) and use.function.name not in package.unseen:
        return True  # unless it is handed on as a value: who runs it, and when, isn't known
    if violation.kind is Kind.WRONG:
        if (guard.share >= MANY.share or _is_the_only_one(guard)) and _take_one_lock(guard):
            return True  # who takes a lock means to keep others away
        if any(other.writes and not use.locks.keys().isdisjoint(_exclusive(other)) for other in guard.inside):
            return False  # who writes holds both, and may well be the only one to be kept away
    if use.writes and (_sets_like_others(violation) or not looks_first(guard, use.function)):
        # Who else writes without the lock mostly sets the object up, unless a goroutine does.
        return _sets_like_others(violation) or _fills_on_a_goroutine(violation, package)
    return looks_into(guard, use, package) or _handles(use, package) or _is_overwhelming(violation)


def _is_beside_a_goroutine(violation: Violation, package: PackageFacts) -> bool:
    """Whether goroutines of the package change it under the lock, and a method reads it that others than they call.

    Who calls isn't seen to wait for them, so that the lock is all that could keep both apart.
    """
    use, against = violation.use, violation.against
    func = use.function.ir.func
    if func is None or not func.name[:1].isupper() or not is_of_receiver(use):
        return False  # what has no name for others is mostly called by the goroutine that has the object
    if use.writes or not against.writes:
        return False
    theirs = package.threads_of(against.function)
    if not any(thread.started for thread in theirs) or any(thread.origin is Origin.CALLER for thread in theirs):
        return False
    return outsiders(violation.guard) <= MOST_GETTERS and not package.threads_of(use.function) <= theirs


def _stops_a_goroutine(violation: Violation, package: PackageFacts) -> bool:
    """Whether a method sets the flag that a goroutine's loop asks under the lock: it is called while that runs."""
    use, value = violation.use, violation.use.site.access.value
    if not use.writes or value is None or not (value.known and isinstance(value.value, bool)):
        return False
    mine = package.threads_of(use.function)
    return is_of_receiver(use) and any(
        all(thread.started for thread in theirs) and not mine <= theirs
        for other in violation.guard.inside
        if not other.writes and other.function.in_loop(other.site.access.point)
        if (theirs := package.threads_of(other.function))
    )


def _fills_on_a_goroutine(violation: Violation, package: PackageFacts) -> bool:
    """Whether goroutines alone run the one function that fills a map without the lock, and others look into it."""
    guard, use = violation.guard, violation.use
    mine = package.threads_of(use.function)
    if outsiders(guard) > 1 or not (looks_into(guard, use, package) and all(thread.started for thread in mine)):
        return False
    return not package.threads_of(violation.against.function) <= mine


def _exclusive(use: Use) -> set[Location]:
    return {lock for lock in use.locks if use.holds_exclusively(lock)}


def _stands_out(violation: Violation, package: PackageFacts) -> bool:
    """Whether one function alone reads without the lock of an object around what all others take it for.

    It looks into what it has found under the lock when it has given that back, or goes over a container. What it has
    looked at under the lock already, it knows to be in use.
    """
    guard, use = violation.guard, violation.use
    if not use.writes and looks_again(violation, perhaps=True) and not has_written(violation):
        return guard.share >= SURE_SHARE and outsiders(guard) <= MOST_LEAVING
    left = just_left(use, guard.lock)
    if guard.share < ALL_BUT_ONE or outsiders(guard) > (MOST_LEAVING if left else 1):
        return False
    if use.writes or violation.against.function is use.function:
        return False
    if not any(other.writes and other.function is not use.function for other in guard.inside):
        return False  # a part that one function alone changes mostly belongs to the goroutine that runs it
    return left or (looks_into(guard, use, package) and is_exported(use.function))


def _sets_like_others(violation: Violation) -> bool:
    """Whether it is the one exported method of many that changes its object without the lock."""
    guard, use = violation.guard, violation.use
    others = {each.function.name for each in guard.inside}
    own = is_of_receiver(use) and is_exported(use.function)
    return own and len(others) >= SETTERS and outsiders(guard) == 1


def _looks_at(use: Use) -> int:
    """How many fields of the object the function touches: who adds up all of them has a result that nobody works on."""
    root = use.site.access.path.root
    return len(
        {one.location for one in use.function.accesses if one.path.root == root and one.path.location is not None}
    )


def _is_overwhelming(violation: Violation) -> bool:
    """Whether all others take the lock, and they are many, while this one is there for everybody to call."""
    guard = violation.guard
    functions = {use.function.name for use in guard.inside}
    many = len(functions) >= MANY.held and guard.share >= ALL_BUT_ONE
    only = all(use.function is violation.use.function or use.function.name in functions for use in guard.outside)
    return many and only and is_exported(violation.use.function)


def _take_one_lock(guard: Guard) -> bool:
    """Whether the few who lack the lock all hold the same one instead."""
    held = [{*use.locks, *use.ambient.always} for use in guard.outside]
    return outsiders(guard) <= MOST_LEAVING and bool(set.intersection(*held))


def _is_the_only_one(guard: Guard) -> bool:
    """Whether a single access lacks the lock that several functions take."""
    return len(guard.outside) == 1 and len({use.function.name for use in guard.inside}) >= SETTERS


def _handles(use: Use, package: PackageFacts) -> bool:
    """Whether nobody but handlers of requests runs the function."""
    return all(thread.origin is Origin.HANDLER for thread in package.threads_of(use.function))


def _is_remarked(package: PackageFacts, violation: Violation) -> bool:
    """Whether a comment right above the access speaks of locking, or the function's of what its callers must do.

    One further up than where the lock was given back is about what was done under it.
    """
    use = violation.use
    function, span = use.function, use.site.access.span
    steps = [
        event.span.start for event in function.locks_at(violation.guard.lock) if not (event.deferred or event.trace)
    ]
    beside = comments_beside(package, span, max((start for start in steps if start < span.start), default=0))
    # That another lock is held excuses nothing, nor that callers mustn't hold this one.
    if _REMARK.search(beside) and not (forbids_lock(beside) or any(lock.path in beside for lock in use.locks)):
        return True
    if function.ir.func is None:
        return False
    if use.beside:
        return _REMARK.search(comment_above(package, function.span)) is not None
    # Who takes the lock around the same doesn't leave it to callers.
    return not looks_again(violation) and _obliges(package, function)


def _is_for_one(package: PackageFacts, guard: Guard) -> bool:
    """Whether who writes under the read side says in a comment what callers must see to: the lock is for others."""
    return any(
        use.writes and not use.holds_exclusively(guard.lock) and _obliges(package, use.function) for use in guard.inside
    )


def _has_an_item(use: Use, package: PackageFacts) -> bool:
    """Whether it writes the item of a slice at an index that varies: each may have its own."""
    access = use.site.access
    location, step = access.location, access.path.steps[-1] if access.path.steps else ""
    if location is None or not location.is_element or step != "[]" or access.trace or access.via:
        return False
    return isinstance(underlying_type(location.container, package), Slice | Array)


def _is_denied(package: PackageFacts, guard: Guard) -> bool:
    """Whether the comment of the field says that no lock guards it."""
    owner = package.package.lookup(guard.location.owner.rpartition(".")[2])
    struct = struct_of(owner) if isinstance(owner, TypeName) else None
    fields = struct.fields if struct is not None else ()
    symbol = next((field.symbol for field in fields if field.name == guard.location.path), None)
    if symbol is None:
        return False
    place = Span(symbol.path, symbol.pos, symbol.pos + len(symbol.name))
    said = f"{comment_above(package, place)} {comments_beside(package, place, place.start)}"
    return _UNGUARDED.search(said) is not None


def _waives(package: PackageFacts, use: Use) -> bool:
    """Whether the function says before the access that it needs no lock."""
    return _NEEDLESS.search(comments_before(package, use.function, use.site.access.span)) is not None


def _obliges(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether the comment of a function, or of each that calls it, says what its callers must do."""
    calling = [] if is_exported(function) else callers_of(package).calls(function)
    return _asks(comment_above(package, function.span)) or (
        bool(calling) and all(_asks(comment_above(package, caller.span)) for caller, _ in calling)
    )


def _asks(comment: str) -> bool:
    return _OBLIGES.search(comment) is not None and not forbids_lock(comment)


def is_for_tests(package: PackageFacts) -> bool:
    """Whether the package is there for tests: they put up with what nobody waits for."""
    host, _, within = package.path.partition("/")
    return _FOR_TESTS.search(within if "." in host else package.path) is not None

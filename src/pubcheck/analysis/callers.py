"""Who runs a function: on which goroutines, and with what in its hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.by_key import by_key, merged
from pubcheck.analysis.callgraph import ONCE
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.relevance import Mention, is_test
from pubcheck.analysis.remembering import for_each_asker, once_for_facts
from pubcheck.facts import DEREF, NO_LOCKS, PublicationKind, RootKind, Start, held_by_all
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import AccessPath, Call, LockSet, Point, Root, Spawn

T = TypeVar("T")

ANYBODY: frozenset[str] = frozenset(("",))
"""Goroutines that aren't known, or that there may be several of."""

MAX_DEPTH = 100
"""How far callers' callers are followed: beyond it nobody owns anything, and anybody may run it."""

_ON_ANOTHER = frozenset((Start.GO, Start.STARTER, Start.HANDLER))


_TO_OTHERS = frozenset((PublicationKind.GO, PublicationKind.CAPTURE, PublicationKind.SEND, PublicationKind.ATOMIC))
"""Whoever gets a value that way may work on it at once; what is only stored is still made ready by its maker."""


@for_each_asker
def callers_of(package: PackageFacts) -> Callers:
    """The callers in ``package``, for the rules that ask one after the other."""
    return Callers(package)


class _Ways(NamedTuple):
    """How functions are run, by the callee's full name or a literal's name."""

    calls: dict[str, list[tuple[FunctionFacts, Call]]]
    starts: dict[str, list[tuple[FunctionFacts, Spawn]]]
    deferred: dict[str, FunctionFacts]


@by_portion
def _ways(_package: PackageFacts, portion: Portion) -> Iterator[_Ways]:
    """The calls and goroutine starts of ``portion``, tests apart."""
    found = _Ways({}, {}, {})
    for function in portion.functions:
        for call in function.calls if not function.test else ():
            found.calls.setdefault(call.callee, []).append((function, call))
        for spawn in function.spawns:
            if spawn.start is Start.DEFER:
                found.deferred[spawn.callee] = function
            elif spawn.callee and not function.test:
                found.starts.setdefault(spawn.callee, []).append((function, spawn))
    yield found


@by_key
def _all_calls(package: PackageFacts) -> Mapping[str, list[tuple[FunctionFacts, Call]]]:
    return merged(each.calls for each in _ways(package))


@by_key
def _all_starts(package: PackageFacts) -> Mapping[str, list[tuple[FunctionFacts, Spawn]]]:
    return merged(each.starts for each in _ways(package))


@by_key
def _all_deferred(package: PackageFacts) -> Mapping[str, FunctionFacts]:
    return {name: function for each in _ways(package) for name, function in each.deferred.items()}


@finds_more
class Callers:
    """Who calls or starts each function of a package."""

    def __init__(self, package: PackageFacts) -> None:
        """Of the functions of ``package``."""
        self._package = package
        self._helpers: dict[str, frozenset[str]] = {}
        self._goroutines: dict[str, frozenset[str]] = {}
        self._own: dict[tuple[str, int], bool] = {}
        self._depth = 0
        self._held: dict[tuple[FunctionFacts, int | None], LockSet] = {}
        self._tests_alone: dict[str, bool] = {}
        self.private: dict[tuple[int, int], bool] = {}
        """What ``writers.is_private`` has told, by function and access."""

    # --- on which goroutines

    def goroutines(self, function: FunctionFacts) -> frozenset[str]:
        """The goroutines that run ``function``, each by the name of its first function.

        An exported function of a package that shares state may be called by anybody. A goroutine that is started at one
        place, outside of a loop, is taken for the only one of its kind: such is a worker's main loop. What only such a
        goroutine calls runs there too. So it is taken with a function that nobody is seen to call.
        """
        known = self._goroutines.get(function.name)
        if known is not None:
            return known
        if self._depth >= MAX_DEPTH:
            return ANYBODY
        self._goroutines[function.name] = frozenset()  # a cycle of calls adds no caller from outside
        self._depth += 1
        try:
            known = self._goroutines[function.name] = self._run_by(function)
        finally:
            self._depth -= 1
        return known

    def _run_by(self, function: FunctionFacts) -> frozenset[str]:
        if function.name in ("main", "init"):
            return frozenset((function.name,))
        starts = self._starts(function)
        if Start.HANDLER in function.starts or any(spawn.looped for _, spawn in starts):
            return ANYBODY
        found = {function.name} if starts else set()
        if not function.enclosing and is_exported(function):
            return ANYBODY
        callers = {id(caller): caller for caller, _ in self._calls(function) if caller is not function}
        deferring = _all_deferred(self._package).get(function.name)
        around = (*callers.values(), *([deferring] if deferring is not None else []))
        for caller in around:
            found |= self.goroutines(caller)
        return frozenset(found if found or around else (function.name,))

    def calls(self, function: FunctionFacts) -> list[tuple[FunctionFacts, Call]]:
        """The calls of ``function`` in the package, each with the function that makes it."""
        return self._calls(function)

    def runs_in_parallel_with_itself(self, function: FunctionFacts) -> bool:
        """Whether two runs of ``function`` are likely to overlap."""
        return "" in self.goroutines(function)

    def starts_several(self, function: FunctionFacts) -> bool:
        """Whether one run of the function around starts several goroutines of it."""
        return any(spawn.looped for _, spawn in self._starts(function))

    def take_turns(self, one: FunctionFacts, other: FunctionFacts) -> bool:
        """Whether one goroutine runs both functions, so that they never overlap.

        A method that nobody is seen to call may be called through an interface, on one object by several; what it
        calls itself mostly works on what it made or was given.
        """
        here = self.goroutines(one)
        if len(here) != 1 or "" in here or here != self.goroutines(other):
            return False
        return not any(each.name in here and self._answers_an_interface(each) for each in (one, other))

    def helpers(self, first: FunctionFacts) -> frozenset[str]:
        """Names of ``first`` and of the functions that only it, and they, call."""
        known = self._helpers.get(first.name)
        if known is None:
            known = self._helpers[first.name] = self._find_helpers(first)
        return known

    def _find_helpers(self, first: FunctionFacts) -> frozenset[str]:
        found = {first.name}
        work = [first]
        while work:
            function = work.pop()
            called = (self._package.function(call.callee) for call in function.calls)
            for callee in (*called, *self._literals(function)):
                if callee is None or callee.name in found or self._starts(callee):
                    continue
                by = {caller.name for caller, _ in self._calls(callee)} or {callee.enclosing}
                if by <= found:  # asked again when another of its callers is found
                    found.add(callee.name)
                    work.append(callee)
        return frozenset(found)

    def is_there_for_an_interface(self, function: FunctionFacts) -> bool:
        """Whether it is a method with an exported name that nobody is seen to call: who calls it isn't known."""
        return self.goroutines(function) == {function.name} and self._answers_an_interface(function)

    def _answers_an_interface(self, function: FunctionFacts) -> bool:
        func = function.ir.func
        is_method = func is not None and func.receiver is not None and func.name[:1].isupper()
        return is_method and not self._starts(function)

    def _calls(self, function: FunctionFacts) -> list[tuple[FunctionFacts, Call]]:
        return _named(_all_calls(self._package), function)

    def _starts(self, function: FunctionFacts) -> list[tuple[FunctionFacts, Spawn]]:
        return _named(_all_starts(self._package), function)

    def _literals(self, function: FunctionFacts) -> Iterator[FunctionFacts]:
        functions = self._package.portion_of(function).functions
        return (each for each in functions if each.enclosing == function.name and each.enclosing)

    # --- with what in its hands

    def owns(self, function: FunctionFacts, path: AccessPath) -> bool:
        """Whether nobody but the callers of ``function`` can reach the memory at ``path`` while it runs.

        So it is with what a constructor hands to its helpers, and with what a literal is given that nobody is seen to
        call: an option, that is applied before the object is known to anyone.
        """
        root = path.root
        if path.steps[:1] != (DEREF,):
            return False
        if root.kind is RootKind.CELL and function.enclosing and not function.starts & _ON_ANOTHER:
            return self._owns_captured(function, root)
        if root.kind is RootKind.CELL:
            # A parameter whose address is taken; what it points to then is what was given, as far as can be seen.
            params = function.ir.params
            at = (index for index, param in enumerate(params) if not isinstance(param, int) and param.pos == root.index)
            index = next(at, None)
            return index is not None and self._hands_own(function, index)
        return root.kind is RootKind.PARAM and self._hands_own(function, root.index)

    def _owns_captured(self, function: FunctionFacts, cell: Root) -> bool:
        """As ``owns``, of a parameter of the function around that a literal works on before that one returns."""
        around = self._package.function(function.enclosing)
        if around is None or function.name not in {spawn.callee for spawn in around.spawns}:
            return False
        for index, param in enumerate(around.ir.params):
            if not isinstance(param, int) and param.pos == cell.index:
                return self._hands_own(around, index)
        return False

    def _hands_own(self, function: FunctionFacts, index: int) -> bool:
        key = (function.name, index)
        known = self._own.get(key)
        if known is not None or self._depth >= MAX_DEPTH:
            return bool(known)
        self._own[key] = True  # a recursive call hands on what it was given
        self._depth += 1
        try:
            known = self._own[key] = self._decide_own(function, index)
        finally:
            self._depth -= 1
        return known

    def _decide_own(self, function: FunctionFacts, index: int) -> bool:
        if function.starts & _ON_ANOTHER:
            return False
        calls = self._calls(function)
        if not calls:
            return bool(function.enclosing)
        if not function.enclosing and is_exported(function):
            return False
        return all(self._is_own(caller, call, index) for caller, call in calls)

    def _is_own(self, caller: FunctionFacts, call: Call, index: int) -> bool:
        targets = call.args[index].targets if index < len(call.args) else ()
        return bool(targets) and all(self.reaches_alone(caller, call, target) for target in targets)

    def reaches_alone(self, caller: FunctionFacts, call: Call, target: AccessPath) -> bool:
        """Whether nobody but ``caller`` (or its callers) can reach ``target`` when it makes ``call``."""
        if target.root.kind is not RootKind.FRESH and not declares(caller, target):
            return self.owns(caller, target)
        return not handed_out(caller, target, call.point)

    def gets_from_constructor(self, function: FunctionFacts, root: Root) -> bool:
        """Whether ``root`` is what a constructor of the package returned that started no goroutine.

        Such an object may be known to a registry already, but who calls the constructor makes it ready for others.
        """
        if root.kind is not RootKind.OPAQUE:
            return False
        point = function.results.get(root.index)
        for call in function.calls_at(point) if point is not None else ():
            callee = self._package.function(call.callee)
            func = callee.ir.func if callee is not None else None
            if callee is not None and func is not None and func.name.startswith(("New", "new")):
                return not callee.summary.spawns
        return False

    def held_around(self, function: FunctionFacts, path: AccessPath) -> LockSet:
        """Locks that all callers hold who share with others what ``path`` starts from, in one of the callers' terms.

        So a helper of a constructor and of critical sections is protected. Comparing locks across goroutines goes by
        location, so that any caller's terms will do.
        """
        given = path.root.index if path.root.kind is RootKind.PARAM else None
        known = self._held.get((function, given))
        if known is None:
            known = self._held[function, given] = self._held_around(function, given)
        return known

    def _held_around(self, function: FunctionFacts, given: int | None) -> LockSet:
        """As ``held_around``, of what the parameter number ``given`` leads to, or of what is no parameter's."""
        if function.starts & _ON_ANOTHER or (not function.enclosing and is_exported(function)):
            return NO_LOCKS
        sharing = [
            frozenset(lock for lock in caller.protection(call) if lock.location is not None)
            for caller, call in self._calls(function)
            if given is None or not self._is_own(caller, call, given)
        ]
        return held_by_all(sharing)

    def may_hold_around(self, function: FunctionFacts) -> bool:
        """Whether ``held_around`` tells a lock of any path of ``function``."""
        return any(caller.protection(call) for caller, call in self._calls(function))

    def may_lock(self, function: FunctionFacts) -> bool:
        """Whether the function is a helper that some caller calls with what may be a lock held."""
        if function.starts & _ON_ANOTHER or (not function.enclosing and is_exported(function)):
            return False
        return any(caller.maybe_protected(call) for caller, call in self._calls(function))

    def runs_once(self, function: FunctionFacts) -> bool:
        """Whether the function runs under a ``sync.Once`` alone, whose ``Do`` orders it before all that follows."""
        calls = self._calls(function)
        return bool(calls) and all(
            any(each.callee == ONCE for each in caller.calls_at(call.point)) for caller, call in calls
        )

    def runs_at_init(self, function: FunctionFacts) -> bool:
        """Whether the package calls the function only while it is initialised: so registries are filled."""
        return function.name == "init" or function in _at_init(self._package)

    def only_tests_call(self, function: FunctionFacts) -> bool:
        """Whether tests of the package name an unexported function, and nothing else does."""
        name = function.ir.func.name if function.ir.func is not None else ""
        if not name or name[:1].isupper() or self._calls(function):
            return False
        known = self._tests_alone.get(function.full_name)
        if known is None:
            mention = ("." if function.name.startswith("(") else "") + name
            known = not self._mentions(mention, tests=False) and self._mentions(mention, tests=True)
            self._tests_alone[function.full_name] = known
        return known

    def _mentions(self, name: str, *, tests: bool) -> bool:
        """Whether the package's files, or its tests, mention ``name``, a field with its dot."""
        return any(
            file.source.holds(Mention(name.encode()))
            for file in self._package.package.files
            if is_test(file.source.path) is tests
        )


def _named(found: Mapping[str, list[T]], function: FunctionFacts) -> list[T]:
    known = found.get(function.full_name, [])
    return known if function.name == function.full_name else [*found.get(function.name, ()), *known]


@once_for_facts
def _at_init(package: PackageFacts) -> frozenset[FunctionFacts]:
    """What ``init`` functions call and nobody else does, and what only such functions call."""
    calls, starts = _all_calls(package), _all_starts(package)
    work = [function for function in package.functions if function.name == "init"]
    found = set(work)
    while work:
        for call in work.pop().calls:
            callee = package.function(call.callee)
            if callee is None or callee in found or _named(starts, callee):
                continue
            if all(caller in found or caller is callee for caller, _ in _named(calls, callee)):
                found.add(callee)
                work.append(callee)
    return frozenset(found)


def declares(function: FunctionFacts, target: AccessPath) -> bool:
    """Whether the memory is that of a variable which a call of ``function`` has for itself."""
    root = target.root
    return (
        root.kind is RootKind.CELL
        and DEREF not in target.steps
        and any(
            type(each) is ir.Declare and each.var.pos == root.index
            for block in function.ir.blocks
            for each in block.instructions
        )
    )


def handed_out(function: FunctionFacts, path: AccessPath, point: Point, *, alone: bool = False) -> bool:
    """Whether the function gave what it allocated as the root of ``path`` to others who may work on it at ``point``.

    What a pointer in it leads to counts, too, unless it is asked for the memory at ``path`` ``alone``.
    """
    return any(
        publication.kind in _TO_OTHERS
        and function.order.reaches(publication.point, point)
        and not (alone and all(_is_further(value) and not path.starts_with(value) for value in publication.value))
        for publication in function.published.get(path.root, ())
    )


def _is_further(path: AccessPath) -> bool:
    """Whether it is another object than its root, that a pointer in one of that one's fields leads to."""
    field = next((at for at, step in enumerate(path.steps) if step != DEREF), len(path.steps))
    return DEREF in path.steps[field:]


def is_exported(function: FunctionFacts) -> bool:
    """Whether other packages can call it: the function's own name and its receiver's begin with a capital."""
    words = function.name.replace("(", "").replace(")", "").replace("*", "").split(".")
    return all(word[:1].isupper() for word in words)

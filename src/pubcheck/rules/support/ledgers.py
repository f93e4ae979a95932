"""The balance of a wait group that one function and its literals keep to themselves.

Who reaches ``Wait`` has added at least what dominates it, and nobody can be done more often than there are places for
it: if that is less, ``Wait`` never returns. Likewise a ``Done`` that others dominate is one too many if all that is
ever added before is less. Where a loop, a value or a helper leaves open how often, nothing is said.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Count, Names, counts
from pubcheck.flow import ir
from pubcheck.rules.support.counted import is_own
from pubcheck.rules.support.lending import lends, operands, variable_of
from pubcheck.rules.support.names import points

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import AccessPath, Point

_METHODS = "(*sync.WaitGroup)."
_CALLS = frozenset(_METHODS + name for name in ("Add", "Done", "Wait"))


class Unpaid(NamedTuple):
    """``add`` is more than what ``wait`` can get back."""

    add: Count
    wait: Count


class _Body(NamedTuple):
    """A function, or a literal in it that begins at ``begin`` in what is ``around``.

    Attributes:
        facts: what it is.
        counts: what it does to groups.
        runs: how often at most in one run of the outermost function.
        around: what has the literal in it.
        begin: the one place that starts or calls it.
        joins: whether ``WaitGroup.Go`` runs it, which counts it in and out.
    """

    facts: FunctionFacts
    counts: tuple[Count, ...]
    runs: float
    around: FunctionFacts | None = None
    begin: Point | None = None
    joins: bool = False


def ledgers(functions: Sequence[FunctionFacts]) -> Iterator[Ledger]:
    """The groups that one of ``functions`` keeps to itself and its literals, which are among them."""
    known = {each.name: each for each in functions if not each.test}
    using = (each for each in known.values() if any(call.callee in _CALLS for call in each.calls))
    for name in dict.fromkeys(each.name.partition(".func")[0] for each in using):
        function = known.get(name)
        if function is not None and not function.ir.partial:
            own = {each.group for each in counts(function, Names(function)) if is_own(each.group, function)}
            bodies = _bodies(known, function) if own else ()
            for group in sorted(own):
                variable = variable_of(function.ir, group)
                if bodies and variable is not None and not any(lends(each.facts.ir, variable) for each in bodies):
                    yield Ledger(tuple(_only(each, group) for each in bodies))


def _only(body: _Body, group: AccessPath) -> _Body:
    return body._replace(counts=tuple(each for each in body.counts if each.group == group))


def _bodies(known: Mapping[str, FunctionFacts], function: FunctionFacts) -> tuple[_Body, ...]:
    """``function`` and the literals in it; none where one isn't known from inside."""
    found: list[_Body] = []
    stack = [_Body(function, tuple(counts(function, Names(function))), 1)]
    while stack:
        body = stack.pop()
        found.append(body)
        for at, each in points(body.facts.ir):
            if type(each) is ir.Closure:
                literal = known.get(each.function.name)
                if literal is None:
                    return ()
                begin, joins = _started(body.facts, each.target)
                once = begin is not None and not body.facts.in_loop(begin) and not body.facts.in_loop(at)
                own = tuple(counts(literal, Names(literal)))
                stack.append(_Body(literal, own, body.runs if once else math.inf, body.facts, begin, joins))
    return tuple(found)


def _started(function: FunctionFacts, literal: int) -> tuple[Point | None, bool]:
    """Where the one statement that uses a literal starts or calls it, and whether the group itself counts it."""
    uses = [(at, each) for at, each in points(function.ir) if literal in operands(each)]
    at, use = uses[0] if len(uses) == 1 else (None, None)
    if not isinstance(use, ir.Go | ir.Defer | ir.Call):
        return None, False
    callee = use.call.callee
    if type(callee) is ir.DynamicCallee:
        return (at, False) if callee.value == literal else (None, False)
    joins = type(callee) is ir.StaticCallee and callee.func.full_name == _METHODS + "Go"
    return (at, True) if joins else (None, False)


class Ledger:
    """What all bodies of a function do to one group."""

    def __init__(self, bodies: tuple[_Body, ...]) -> None:
        """Of the group that all the counts of ``bodies`` are about."""
        self._bodies = bodies

    def unpaid(self) -> Iterator[Unpaid]:
        """The first wait that gets back less than what was added before it."""
        if self._is_open() or self._is_meant():
            return
        for body in self._bodies:
            for wait in body.counts:
                if wait.method != "Wait" or wait.call.deferred or body.facts.in_loop(wait.call.point):
                    continue
                adds = self._before(body, wait)
                if sum(each.delta or 0 for each in adds) > self._paid(body, wait):
                    yield Unpaid(max(adds, key=lambda each: each.delta or 0), wait)
                    return

    def _is_open(self) -> bool:
        """Whether something is added that isn't a constant."""
        return any(each.delta is None for body in self._bodies for each in body.counts)

    def _is_meant(self) -> bool:
        """Whether a function that starts nothing waits without anything that could ever be done: for ever."""
        done = any((each.delta or 0) < 0 for body in self._bodies for each in body.counts)
        return not done and len(self._bodies) == 1 and not self._bodies[0].facts.spawns

    def _before(self, body: _Body, wait: Count) -> list[Count]:
        """What has certainly been added when ``wait`` begins."""
        found: list[Count] = []
        here: _Body | None = body
        point: Point | None = wait.call.point
        while here is not None and point is not None:
            order = here.facts.order
            found += [
                each
                for each in here.counts
                if (each.delta or 0) > 0 and not each.call.deferred and order.dominates(each.call.point, point)
            ]
            around = here.around
            point = here.begin
            here = next((one for one in self._bodies if one.facts is around), None)
        return found

    def _paid(self, waiting: _Body, wait: Count) -> float:
        """How often others can be done while ``wait`` waits, and all before."""
        paid: float = 0
        for body in self._bodies:
            taken = [each for each in body.counts if (each.delta or 0) < 0]
            if not taken or self._is_behind(body, waiting, wait):
                continue
            for each in taken:
                late = body is waiting and (
                    each.call.deferred or body.facts.order.dominates(wait.call.point, each.call.point)
                )
                if not late:
                    looped = body.facts.in_loop(each.call.point)
                    paid += math.inf if looped else -(each.delta or 0) * body.runs
        return paid

    def _is_behind(self, body: _Body, waiting: _Body, wait: Count) -> bool:
        """Whether ``body`` begins only when ``wait`` has ended."""
        here = body
        while here.around is not None and here.begin is not None:
            if here.around is waiting.facts:
                begin = here.around.ir.blocks[here.begin.block].instructions[here.begin.index]
                return type(begin) is ir.Defer or here.around.order.dominates(wait.call.point, here.begin)
            around = here.around
            here = next(one for one in self._bodies if one.facts is around)
        return False

    def overdrawn(self) -> Iterator[Count]:
        """The first that takes more than all that may have been added."""
        first, *literals = self._bodies
        if self._is_open() or any(each.joins for each in literals):
            return
        if any((each.delta or 0) > 0 for body in literals for each in body.counts):
            return
        order = first.facts.order
        for last in first.counts:
            if (last.delta or 0) >= 0 or last.call.deferred:
                continue
            here = last.call.point
            added = [each for each in first.counts if (each.delta or 0) > 0 and order.reaches(each.call.point, here)]
            taken = [
                each
                for each in first.counts
                if (each.delta or 0) < 0
                and not each.call.deferred
                and (each is last or order.dominates(each.call.point, here))
            ]
            if any(first.facts.in_loop(each.call.point) for each in added):
                return
            if sum(each.delta or 0 for each in (*added, *taken)) < 0:
                yield last
                return

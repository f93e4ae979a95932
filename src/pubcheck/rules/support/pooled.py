"""Objects that a function puts back into a sync.Pool, and what it does with them afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.remembering import all_once_a_function
from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Var, VarKind
from pubcheck.model.types import UNKNOWN, Slice
from pubcheck.rules.support.given_back import given_back
from pubcheck.rules.support.held import Held, assigned, field_of, touched, variable_of
from pubcheck.rules.support.names import definitions, origins, points, source_of, type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pubcheck.analysis import FunctionFacts
    from pubcheck.rules.support.given_back import Given
    from pubcheck.rules.support.names import Name

MAX_WAYS = 32
"""States of one object at the beginning of one block: what leads to it on one path doesn't on another."""


class LateUse(NamedTuple):
    """What was given at ``given`` is used at ``point``, by ``name``; or it is ``kept`` in a field that is set there."""

    given: Given
    point: Point
    name: Name
    kept: bool = False


class _State(NamedTuple):
    """The names that lead to the object: while it is ours, when it is given back, and when it will be at the return.

    ``flags`` are the names that were made true or false since it was given back: they tell of that.
    """

    ours: frozenset[Held] = frozenset()
    gone: frozenset[tuple[Held, Given]] = frozenset()
    due: frozenset[tuple[Held, Given]] = frozenset()
    flags: frozenset[tuple[Held, bool]] = frozenset()


def late_uses(function: FunctionFacts, helpers: Mapping[str, frozenset[int]]) -> tuple[LateUse, ...]:
    """Uses of an object after it went back into its pool, and returns of what goes back at that moment."""
    gifts = tuple(given_back(function, helpers))
    return _late(function, gifts=gifts) if gifts else ()


@all_once_a_function
def _late(function: FunctionFacts, *, gifts: tuple[Given, ...]) -> Iterator[LateUse]:
    made = definitions(function.ir)
    roots: dict[Name, tuple[Point, ...]] = {}
    for given in gifts:
        roots |= origins(function.ir, given.operand, made)
    by_point: dict[Point, list[Given]] = {}
    for given in gifts:
        by_point.setdefault(given.point, []).append(given)
    for name, births in roots.items():
        yield from _Walk(function, name, births, by_point, made).found()


class _Walk:
    """One object, from where it is got, along all paths."""

    def __init__(
        self,
        function: FunctionFacts,
        root: Name,
        births: tuple[Point, ...],
        gifts: dict[Point, list[Given]],
        made: dict[Name, list[tuple[Point, ir.Instruction]]],
    ) -> None:
        self._function = function
        self._made = made
        self._births = frozenset(births)
        self._root = root
        self._gifts = gifts
        self._literals = {
            each.target: var
            for _, each in points(function.ir)
            if isinstance(each, ir.Closure) and (var := variable_of(each.function, function.ir)) is not None
        }
        self._left_alone = {
            point: touched(each)
            for point, each in points(function.ir)
            if isinstance(each, ir.Go) and not self._may_wait(point)
        }
        self._stored = {
            place: point
            for point, each in points(function.ir)
            if isinstance(each, ir.Store) and (place := field_of(each)) is not None and self._is_anothers(place.root)
        }
        self._by_value = all(
            isinstance(underlying(type_of(function.ir, given.operand) or UNKNOWN), Slice)
            for each in gifts.values()
            for given in each
        )

    def found(self) -> Iterator[LateUse]:
        """The late uses, in order; none where there are too many ways to tell apart."""
        entry = _State() if self._births else _State(ours=frozenset((self._root,)))
        seen = {(0, entry)}
        stack = [(0, entry)]
        ways: dict[int, int] = {}
        found: set[LateUse] = set()
        while stack:
            block, state = stack.pop()
            ways[block] = ways.get(block, 0) + 1
            if ways[block] > MAX_WAYS:
                return
            for index, instruction in enumerate(self._function.ir.blocks[block].instructions):
                point = Point(block, index)
                found.update(self._uses(state, point, instruction))
                state = self._after(state, point, instruction)
            following = {(each, state) for each in self._next(block, state)} - seen
            seen |= following
            stack += following
        yield from sorted(found, key=lambda use: (use.point, use.given.point))

    def _next(self, block: int, state: _State) -> Iterable[int]:
        """Where ``block`` leads to, as far as flags don't tell that it leads elsewhere."""
        last = self._function.ir.blocks[block].instructions[-1]
        known = [way for name, way in state.flags if isinstance(last, ir.Branch) and last.condition == name]
        if isinstance(last, ir.Branch) and known:
            return (last.then if known[0] else last.orelse,)
        return self._function.order.successors[block]

    def _after(self, state: _State, point: Point, instruction: ir.Instruction) -> _State:
        if point in self._births:
            # What the other names led to was born in an earlier turn of the loop.
            state = self._assign(state, (self._root,), None)
            return _State(frozenset((self._root, field_of(instruction) or self._root)), state.gone, state.due)
        source = self._source(instruction)
        names = assigned(instruction) or self._refilled(instruction)
        if names:
            state = self._assign(state, names, source)
            state = self._flagged(state, names, instruction) if state.gone else state
        state = self._past_a_call(state, point, instruction)
        for given in self._gifts.get(point, ()):
            if given.operand in state.ours:
                known = frozenset((name, given) for name in state.ours)
                state = (
                    state._replace(due=state.due | known)
                    if given.late
                    else state._replace(ours=frozenset(), gone=state.gone | known)
                )
        return state

    def _is_anothers(self, root: Name) -> bool:
        """Whether it is there when the function returns: what a variable of the package or a parameter leads to."""
        roots = origins(self._function.ir, root, self._made) if isinstance(root, int) else (root,)
        return all(
            one.kind is VarKind.GLOBAL if isinstance(one, Var) else one in self._function.ir.params for one in roots
        )

    def _may_wait(self, start: Point) -> bool:
        """Whether the function calls anything, or does anything with a channel, after it has started a goroutine."""
        reaches = self._function.order.reaches
        for point, each in points(self._function.ir):
            quick = not isinstance(each, ir.Call | ir.Defer | ir.Receive | ir.Send | ir.Select) or point in self._gifts
            if not quick and (isinstance(each, ir.Defer) or reaches(start, point)):
                return True
        return False

    def _past_a_call(self, state: _State, point: Point, instruction: ir.Instruction) -> _State:
        """What is called may write the fields of what it is given, or has captured."""
        if not isinstance(instruction, ir.Call) or point in self._gifts:
            return state
        call = instruction.call
        fields = {
            each for each in (*state.ours, *(held for held, _ in state.gone | state.due)) if isinstance(each, ir.Place)
        }
        lost = {each for each in fields if each.root in call.args or isinstance(call.callee, ir.DynamicCallee)}
        return self._assign(state, tuple(lost), None) if lost else state

    def _source(self, instruction: ir.Instruction) -> Held | None:
        """What leads where the result does: to the field that is read, or to what a literal uses."""
        match instruction:
            case ir.Load() if (place := field_of(instruction)) is not None:
                return place
            case ir.Store(value=int() as value) if field_of(instruction) is not None or self._refilled(instruction):
                return value
            case ir.Closure(target=target):
                return self._literals.get(target)
        return source_of(self._function.ir, instruction)

    def _assign(self, state: _State, names: tuple[Held, ...], source: Held | None) -> _State:
        """The first of ``names`` leads where ``source`` did, the others elsewhere, and so do fields behind them."""

        def stays(held: Held) -> bool:
            return held not in names and not (isinstance(held, ir.Place) and held.root in names)

        ours = frozenset(each for each in state.ours if stays(each))
        if source in state.ours:
            ours |= {names[0]}
        gone = frozenset(pair for pair in state.gone if stays(pair[0]))
        due = frozenset(pair for pair in state.due if stays(pair[0]))
        gone |= {(names[0], given) for name, given in state.gone if name == source}
        due |= {(names[0], given) for name, given in state.due if name == source}
        return _State(ours, gone, due, frozenset(pair for pair in state.flags if pair[0] not in names))

    def _refilled(self, instruction: ir.Instruction) -> tuple[Name, ...]:
        """The pointer to a slice that is given another one, where slices go into the pool and no pointers to them."""
        match instruction:
            case ir.Store(place=ir.Place(root=root, steps=(ir.Deref(),), type=type_), value=value) if self._by_value:
                return (root,) if isinstance(underlying(type_), Slice) and value != root else ()
        return ()

    def _flagged(self, state: _State, names: tuple[Held, ...], instruction: ir.Instruction) -> _State:
        match instruction:
            case ir.Compute(op="move", operands=(ir.Const(value=bool() as way),)):
                return state._replace(flags=state.flags | {(names[0], way)})
            case _:
                return state

    def _uses(self, state: _State, point: Point, instruction: ir.Instruction) -> Iterator[LateUse]:
        yield from self._uses_of_started(state, point)
        if not state.gone and not state.due:
            return
        if isinstance(instruction, ir.Return):
            yield from self._keeps(state)
        names = set(touched(instruction)).difference(self._refilled(instruction))
        for name, given in sorted(state.gone, key=lambda pair: pair[1].point):
            if name in names and given.point != point and not isinstance(name, ir.Place):
                yield LateUse(given, point, self._meant(name))
        if isinstance(instruction, ir.Return) or point in self._left_alone:
            for name, given in sorted(state.due, key=lambda pair: pair[1].point):
                if name in names and not isinstance(name, ir.Place):
                    yield LateUse(given, point, self._meant(name))

    def _keeps(self, state: _State) -> Iterator[LateUse]:
        """Fields of others' objects that the function has set, and that lead to what is given back when it returns."""
        for held, given in state.gone | state.due:
            if held in self._stored:
                yield LateUse(given, self._stored[held], self._meant(given.operand), kept=True)

    def _uses_of_started(self, state: _State, point: Point) -> Iterator[LateUse]:
        """Goroutines that were started with the object, and that nobody has waited for when it is given back."""
        for given in self._gifts.get(point, ()) if self._left_alone else ():
            if given.late or given.operand not in state.ours:
                continue
            for start, names in self._left_alone.items():
                for name in names:
                    if name in state.ours and self._function.order.dominates(start, point):
                        yield LateUse(given, start, self._meant(name))

    def _meant(self, name: Name) -> Name:
        return self._literals.get(name, name) if isinstance(name, int) else name

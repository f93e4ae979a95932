"""Races on variables that the literals of a function share."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.function import FunctionFacts
from pubcheck.analysis.goroutines.cases import is_of_its_case
from pubcheck.analysis.goroutines.edges import Edge
from pubcheck.analysis.goroutines.helpers import helper_of
from pubcheck.analysis.goroutines.items import holds_items, index_of, is_captured, same_items
from pubcheck.analysis.goroutines.order import HappensBefore, started_together
from pubcheck.analysis.goroutines.threads import PARALLEL, Side, Thread
from pubcheck.analysis.goroutines.uses import fields, uses
from pubcheck.facts import DEREF, ELEMENT, Access, AccessPath, Root, Spawn, Start
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Var
from pubcheck.model.types import Map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pubcheck.analysis.goroutines.families import Goroutines
    from pubcheck.analysis.goroutines.threads import Family, Touch
    from pubcheck.source import Span

    Touches = Callable[[Thread], tuple[Touch, ...]]
    Meet = Callable[[Side, Side], bool]

MAX_ASSIGNMENT = 16
"""Bytes between a variable and the call whose result it is assigned."""


class Against(StrEnum):
    """Who the other side of a race is."""

    STARTER = "starter"  # the function that started the goroutine
    ITSELF = "itself"  # the same goroutine, started more than once
    SIBLING = "sibling"  # another goroutine that the function started


class LocalRace(msgspec.Struct, frozen=True):  # a function that is kept knows its races: a circle
    """Two accesses of one local variable that nothing orders, one of them a write.

    Attributes:
        variable: the variable, or what it holds: its path ends in ``[]`` for an item of a map or slice, in a field
            for one of the object that it points to.
        var: the variable's declaration.
        function: what starts the goroutine.
        spawn: the goroutine's start, the witness.
        access: the goroutine's side.
        other: the other side.
        against: whose that is.
        early: the goroutine announces that it is done, and only then accesses the variable: where it does so.
        append: the variable's slice is appended to on one of the sides.
        map: the variable is a map.
        used: it is about calls of methods of an object of this type; empty for plain accesses.
    """

    variable: AccessPath
    var: Var
    function: FunctionFacts
    spawn: Spawn
    access: Access
    other: Access
    against: Against
    early: Edge | None = None
    append: bool = False
    map: bool = False
    used: str = ""

    @property
    def element(self) -> bool:
        """Whether it is about items of a map, slice or array."""
        return self.variable.is_element

    @property
    def inside(self) -> bool:
        """Whether it is about the object that the variable points to."""
        return not self.element and self.variable.steps[:1] == (DEREF,)

    @property
    def name(self) -> str:
        """What both sides access, as a message calls it."""
        return str(self.variable) if self.inside else self.var.name


def local_races(goroutines: Goroutines) -> tuple[LocalRace, ...]:
    """The races on local variables, one or more for each variable, in order of position."""
    return _races(goroutines, lambda thread: thread.touches)


def handler_races(goroutines: Goroutines) -> tuple[LocalRace, ...]:
    """Races on local variables between several runs of one handler, or of another function that is run so."""
    found = _races(goroutines, lambda thread: thread.touches, requests=True)
    return tuple(race for race in found if race.spawn.start is Start.HANDLER and race.spawn.by != PARALLEL)


def object_races(goroutines: Goroutines) -> tuple[LocalRace, ...]:
    """As ``local_races``, of the fields of what local variables point to; literals share these variables, too."""

    def touches(thread: Thread) -> tuple[Touch, ...]:
        return tuple(fields(thread))

    return tuple(race for race in _races(goroutines, touches) if not _reassigned(race, goroutines))


def unordered_uses(goroutines: Goroutines, types: Mapping[str, frozenset[str]]) -> tuple[LocalRace, ...]:
    """As ``local_races``, of calls that work on objects of ``types`` (see ``uses``) which local variables lead to.

    A handler that is given to a server meets itself: requests come at once.
    """

    def touches(thread: Thread) -> tuple[Touch, ...]:
        return tuple(uses(thread, types))

    found = (race for race in _races(goroutines, touches, requests=True) if not _reassigned(race, goroutines))
    return tuple(msgspec.structs.replace(race, used=race.access.via) for race in found)


def _races(goroutines: Goroutines, touches: Touches, *, requests: bool = False) -> tuple[LocalRace, ...]:
    searches = (_Search(family, goroutines, touches, requests=requests) for family in goroutines.families)
    return in_order(race for search in searches for race in search.races())


def in_order(races: Iterable[LocalRace]) -> tuple[LocalRace, ...]:
    """``races`` in order of position."""
    return tuple(sorted(races, key=lambda race: (race.access.span, race.other.span)))


def _reassigned(race: LocalRace, goroutines: Goroutines) -> bool:
    """Whether the variable is assigned after its declaration: it may hold another object by then."""
    root = race.variable.root
    return any(
        touch.access.writes and touch.path == AccessPath(root)
        for family in goroutines.families
        for thread in family.threads
        if thread.facts is not None and thread.facts.path == root.file
        for touch in thread.touches
    )


class _Search:
    """The search for races in one family."""

    def __init__(self, family: Family, goroutines: Goroutines, touches: Touches, *, requests: bool) -> None:
        self._goroutines = goroutines
        self._requests = requests
        self._touches = touches
        self._threads = threads = family.threads
        self._starters = [thread for thread in threads if thread.facts is not None and thread.children]
        self._order = HappensBefore(threads)
        self._variables = {
            (var.pos, thread.facts.path): var
            for thread in threads
            if thread.facts is not None
            for var in _variables(thread.facts.ir)
        }

    def races(self) -> Iterator[LocalRace]:
        for starter in self._starters:
            if not any(self._touches(thread) for child in starter.children for thread in child.descendants):
                continue
            mine = _by_variable(Side(starter, touch) for touch in self._touches(starter))
            children = [(child, self._shared(child)) for child in starter.children]
            for number, (child, theirs) in enumerate(children):
                for root, sides in theirs.items():
                    if child.spawn is None or (root.index, root.file) not in self._variables:
                        continue
                    if child.spawn.start is not Start.HANDLER:
                        yield from self._with_starter(child, self._open(child, mine.get(root, ())), sides)
                    if child.declares(root):
                        continue
                    for other, others in ((child, theirs), *children[number + 1 :]):
                        if other is child and _has_its_own(child, root):
                            continue
                        if started_together(child, other) or not (self._is_awaited(child) and self._is_awaited(other)):
                            yield from self._with_another(child, sides, other, others.get(root, ()))

    def _shared(self, child: Thread) -> dict[Root, list[Side]]:
        """What ``child`` and all that it starts touch."""
        return _by_variable(Side(thread, touch) for thread in child.descendants for touch in self._touches(thread))

    def _open(self, child: Thread, mine: Sequence[Side]) -> Sequence[Side]:
        """Accesses of the starter that may come before the end of ``child``, by the way in which that was started.

        A helper that starts it may wait for it, too. If it also selects, it may have left before; whether the starter
        goes on then depends on what the helper gave, but not that this is assigned.
        """
        helper = helper_of(self._goroutines, child)
        if helper is None or not helper.waits:
            return mine
        return [side for side in mine if _assigns(side, helper.call.targets)] if helper.may_leave else ()

    def _is_awaited(self, child: Thread) -> bool:
        helper = helper_of(self._goroutines, child)
        return helper is not None and helper.waits

    def _with_starter(self, child: Thread, mine: Sequence[Side], theirs: Sequence[Side]) -> Iterator[LocalRace]:
        pairs = [(one, own) for one in theirs for own in mine if own.touch.access.point != child.point]
        for kind in (False, True):
            for one, own in pairs:
                if one.touch.element is kind and self._conflict(one, own) and self._order.after_start(child, own, one):
                    # What is only read after the announcement, nobody waits for.
                    early = self._order.announced_early(child, own, one) if one.touch.access.writes else None
                    yield self._race(child, one, own, early)
                    break
        yield from self._announced_unfinished(child, pairs)

    def _announced_unfinished(self, child: Thread, pairs: Sequence[tuple[Side, Side]]) -> Iterator[LocalRace]:
        """Items that are written after what the starter waits for before it goes on with all of them."""
        for one, own in pairs:
            if one.touch.access.writes and not own.touch.access.writes and holds_items(own, one):
                early = self._order.announced_early(child, own, one)
                if early is not None and self._order.after_start(child, own, one):
                    yield self._race(child, one, own, early)
                    return

    def _with_another(
        self, child: Thread, mine: Sequence[Side], other: Thread, theirs: Sequence[Side]
    ) -> Iterator[LocalRace]:
        def meet(one: Side, two: Side) -> bool:
            return self._order.at_once(child, one, other, two) or self._serves(child, one, other, two)

        def is_one(one: Side, two: Side) -> bool:
            own = other is child and _has_its_own(child, one.touch.root)
            return not own and meet(one, two)

        for kind in (False, True):
            for one, two in product(mine, theirs):
                if other is child and is_of_its_case(one.thread.facts, one.touch.access):
                    continue
                conflict = self._conflict(one, two) or (kind and self._have_one_index(one, two, is_one))
                if one.touch.element is kind and conflict and meet(one, two):
                    writes = one.touch.access.writes
                    yield self._race(child, one, two) if writes else self._race(other, two, one)
                    break

    def _serves(self, child: Thread, one: Side, other: Thread, two: Side) -> bool:
        """Whether it is a handler that runs for several requests at once, with no lock."""
        handler = child.spawn is not None and child.spawn.start is Start.HANDLER and child.spawn.by != PARALLEL
        mine, theirs = one.touch.access, two.touch.access
        return (
            self._requests
            and child is other
            and handler
            and not (mine.held.may or theirs.held.may)
            and (mine.atomic is None or theirs.atomic is None)
            and mine.certain
            and theirs.certain
        )

    def _conflict(self, one: Side, other: Side) -> bool:
        """Whether the two accesses may be of the same memory, and one writes."""
        mine, theirs = one.touch, other.touch
        if not (mine.access.writes or theirs.access.writes) or not _overlap(mine.path, theirs.path):
            return False
        if mine.element and theirs.element and not self._is_map(mine.root):
            return same_items(one, other)
        return True

    def _have_one_index(self, one: Side, other: Side, meet: Meet) -> bool:
        """Whether one variable tells both sides the item, is never assigned again, and is no other one for either."""
        if one.touch.path != other.touch.path or not (one.touch.access.writes or other.touch.access.writes):
            return False
        mine, theirs = index_of(one), index_of(other)
        if mine is None or theirs is None or mine.touch.path != theirs.touch.path:
            return False
        facts = one.thread.facts
        if facts is other.thread.facts and not is_captured(facts, mine.touch.root):
            return False  # each has a variable of its own
        return mine.touch.path not in self._reassigned and meet(mine, theirs)

    @cached_property
    def _reassigned(self) -> frozenset[AccessPath]:
        return frozenset(touch.path for thread in self._threads for touch in thread.touches if touch.access.writes)

    def _is_map(self, root: Root) -> bool:
        return isinstance(underlying(self._variables[root.index, root.file].type), Map)

    def _race(self, child: Thread, mine: Side, theirs: Side, early: Edge | None = None) -> LocalRace:
        starter, spawn = child.starter, child.spawn
        assert starter is not None  # noqa: S101 a child was started by somebody
        assert starter.facts is not None  # noqa: S101
        assert spawn is not None  # noqa: S101
        root = mine.touch.root
        against = Against.SIBLING
        if theirs.thread is starter:
            against = Against.STARTER
        elif theirs.thread in child.descendants:
            against = Against.ITSELF
        return LocalRace(
            variable=mine.touch.path,
            var=self._variables[root.index, root.file],
            function=starter.facts,
            spawn=spawn,
            access=mine.touch.access,
            other=theirs.touch.access,
            against=against,
            early=early,
            append=_appends(mine) or _appends(theirs),
            map=self._is_map(root),
        )


def _has_its_own(child: Thread, root: Root) -> bool:
    """Whether each ``child`` is started by another call of the literal that declares the variable."""
    starter, spawn, facts = child.starter, child.spawn, child.facts
    if starter is None or starter.facts is None or spawn is None or facts is None or spawn.looped:
        return False
    if spawn in starter.facts.spawns or facts.path != root.file:
        return False
    return any(
        instruction.function.name == facts.enclosing
        and instruction.function.pos <= root.index < instruction.function.end
        for block in starter.facts.ir.blocks
        for instruction in block.instructions
        if type(instruction) is ir.Closure
    )


def _assigns(side: Side, registers: tuple[int, ...]) -> bool:
    """Whether the access stores one of ``registers``."""
    facts, point = side.thread.facts, side.touch.access.point
    instruction = facts.ir.blocks[point.block].instructions[point.index] if facts is not None else None
    return type(instruction) is ir.Store and instruction.value in registers


def _appends(side: Side) -> bool:
    """Whether the variable is written to hold what ``append`` gave."""
    access = side.touch.access
    at, origin = access.point, access.origin
    return access.writes and any(
        other.access.via == "append"
        and other.root == side.touch.root
        and other.access.point.block == at.block
        and (_near(other.access.origin, origin) if origin else 0 <= at.index - other.access.point.index <= 1)
        for other in side.thread.touches
    )


def _near(inner: Span | None, outer: Span) -> bool:
    """Whether the call at ``inner`` gives what the assignment at ``outer`` stores."""
    if inner is None or inner.path != outer.path:
        return False
    return outer.start <= inner.start < outer.end + MAX_ASSIGNMENT


def _variables(function: ir.Function) -> Iterator[Var]:
    """The variables of ``function``, those last that it has in memory."""
    yield from function.register_vars.values()
    yield from function.captures
    for each in (*function.params, *function.results):
        if not isinstance(each, int):
            yield each
    for block in function.blocks:
        for instruction in block.instructions:
            if type(instruction) is ir.Declare:
                yield instruction.var


def _by_variable(sides: Iterable[Side]) -> dict[Root, list[Side]]:
    """``sides`` by the variable that they touch, writes first."""
    found: dict[Root, list[Side]] = {}
    for side in sides:
        found.setdefault(side.touch.root, []).append(side)
    for each in found.values():
        each.sort(key=lambda side: not side.touch.access.writes)
    return found


def _overlap(one: AccessPath, other: AccessPath) -> bool:
    """Whether two paths of one variable may be the same memory, or a part of it."""
    longer, shorter = (one.steps, other.steps) if len(one.steps) > len(other.steps) else (other.steps, one.steps)
    if DEREF in longer[len(shorter) :]:
        return False
    return all(mine == theirs or ELEMENT in (mine, theirs) for mine, theirs in zip(longer, shorter, strict=False))

"""The goroutines that one declared function and its literals start, each with what it touches and how it is ordered."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.goroutines.naming import Names
from pubcheck.analysis.kinds import has_synchronisation
from pubcheck.facts import DEREF, Access, AccessKind, Point, RootKind, Spawn, Start
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.goroutines.edges import Edge, Edges
    from pubcheck.facts import AccessPath, Call, Root

_GROUPS = frozenset(
    (
        "(*sync.WaitGroup).Go",
        "(*golang.org/x/sync/errgroup.Group).Go",
        "(*golang.org/x/sync/errgroup.Group).TryGo",
        "(*github.com/sourcegraph/conc.WaitGroup).Go",
    )
)
_GIVES_HANDLE = frozenset(("time.AfterFunc", "(*golang.org/x/sync/singleflight.Group).DoChan"))
PARALLEL = "(*testing.T).Parallel"
MAX_THREADS = 64
"""Goroutines of one function that are looked at."""


class Touch(NamedTuple):
    """An access of a variable that literals share. ``path`` is the access's in common terms."""

    access: Access
    path: AccessPath

    @property
    def root(self) -> Root:
        """The variable."""
        return self.path.root

    @property
    def element(self) -> bool:
        """Whether it is an item of the map, slice or array that the variable holds, not the variable."""
        return self.path.is_element


class Beginning(NamedTuple):
    """How a goroutine begins: ``spawn`` starts it, at ``point`` of ``starter`` or in a literal that is called there."""

    spawn: Spawn
    starter: Thread
    point: Point
    announces: AccessPath | None = None


@finds_more
class Thread:
    """One goroutine: a function or literal that runs in order.

    Attributes:
        facts: what it runs; None where that is a function that isn't known from inside.
        names: what it calls things.
        spawn: how it is started; None for the function that everything begins with.
        starter: who starts it.
        point: where its starter does.
        announces: what its end releases, other than by what it does itself.
    """

    def __init__(
        self, family: Family, facts: FunctionFacts | None, names: Names, beginning: Beginning | None = None
    ) -> None:
        """A goroutine of ``family`` that runs ``facts``; the first one of all has no ``beginning``."""
        self.family = family
        self.facts = facts
        self.names = names
        self.spawn = beginning.spawn if beginning is not None else None
        self.starter = beginning.starter if beginning is not None else None
        self.point = beginning.point if beginning is not None else None
        self.announces = beginning.announces if beginning is not None else None

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """What orders it after others, and others after it."""
        if self.facts is None:
            return ()
        return tuple(self.family.edges.of(self.facts, self.names))

    @cached_property
    def touches(self) -> tuple[Touch, ...]:
        """Plain accesses of variables that literals share, and of the items of maps, slices and arrays in them."""
        if self.facts is None:
            if self.spawn is None or self.starter is None:
                return ()
            return tuple(_touches(self.spawn.accesses, self.starter.names))
        found = (*_touches(self.facts.accesses, self.names), *_receivers(self.facts, self.names))
        since = parallel_from(self.facts)
        if since is None:
            return found
        return tuple(each for each in found if self.facts.order.reaches(since, each.access.point))

    @cached_property
    def children(self) -> tuple[Thread, ...]:
        """The goroutines that it starts, those of literals that it calls included."""
        return tuple(self.family.started(self)) if self.facts is not None else ()

    @cached_property
    def descendants(self) -> tuple[Thread, ...]:
        """Itself and all that it starts, directly or not."""
        found = [self]
        for child in self.children:
            found += child.descendants
        return tuple(found)

    def declares(self, root: Root) -> bool:
        """Whether the variable is declared in what it runs: each of its runs has its own."""
        facts = self.facts
        return facts is not None and facts.path == root.file and facts.pos <= root.index < facts.end


class Side(NamedTuple):
    """One side of what may be a race: what a goroutine touches."""

    thread: Thread
    touch: Touch


def _touches(accesses: Iterable[Access], names: Names) -> Iterator[Touch]:
    for access in accesses:
        if access.init or access.atomic is not None:
            continue
        path = names.path(access.path)
        if path is not None and path.root.kind is RootKind.CELL and _is_variable(path):
            yield Touch(access, path)


def _receivers(facts: FunctionFacts, names: Names) -> Iterator[Touch]:
    """Variables that methods of other packages are called on: such a method reads its receiver at least."""
    for call in facts.calls:
        point = call.point
        each = facts.ir.blocks[point.block].instructions[point.index]
        if type(each) is ir.Call or type(each) is ir.Defer:
            callee = each.call.callee
            if type(callee) is not ir.StaticCallee or callee.func.receiver is None or not each.call.args:
                continue
            receiver = each.call.args[0]
            address = names.made.get(receiver) if isinstance(receiver, int) else None
            if type(address) is not ir.Address or isinstance(address.place.root, int):
                continue
            path = names.place(address.place)
            foreign = callee.func.package is not address.place.root.package
            if foreign and path is not None and not has_synchronisation(address.place.type):
                yield Touch(Access(AccessKind.READ, path, point, call.span, facts.name, call.held), path)


def _is_variable(path: AccessPath) -> bool:
    """Whether it is the variable or a part of it, or an item of the map or slice that it holds."""
    steps = path.steps
    if DEREF not in steps:
        return True
    return len(steps) == 2 and steps[0] == DEREF and steps[1][0] == "["


@finds_more
class Family:
    """A declared function and its literals."""

    def __init__(self, members: tuple[FunctionFacts, ...], edges: Edges) -> None:
        """``members`` begins with the declared function."""
        self.edges = edges
        self._members = {each.name: each for each in members}
        self._count = 0
        self.roots: list[Thread] = []
        seen: set[str] = set()
        for member in members:
            if member.name not in seen and (not member.enclosing or any(_starts(each) for each in member.spawns)):
                root = Thread(self, member, Names(member))
                self.roots.append(root)
                seen.update(each.facts.name for each in root.descendants if each.facts is not None)

    @cached_property
    def threads(self) -> tuple[Thread, ...]:
        """All goroutines, the one that the declared function runs on first."""
        return tuple(thread for root in self.roots for thread in root.descendants)

    def started(self, thread: Thread) -> Iterator[Thread]:
        """The goroutines that ``thread`` starts."""
        facts = thread.facts
        if facts is None:
            return
        for spawn in _started_directly(facts):
            if self._count < MAX_THREADS:
                self._count += 1
                yield self._thread(thread, spawn)
        for call in facts.calls:
            literal = self._members.get(call.callee)
            if literal is None or literal is facts or not literal.enclosing or self._count >= MAX_THREADS:
                continue
            if parallel_from(literal) is not None:
                self._count += 1
                yield self._subtest(thread, literal, call)
                continue
            inner = Thread(self, literal, Names(literal))
            if any(edge.acquires for edge in inner.edges):
                continue  # it may wait itself for what it starts
            for spawn in _started_directly(literal):
                if self._count < MAX_THREADS:
                    self._count += 1
                    yield self._thread(inner, spawn, thread, call.point)

    def _subtest(self, thread: Thread, literal: FunctionFacts, call: Call) -> Thread:
        """A subtest that goes on in parallel with others when the test that runs it is over."""
        spawn = Spawn(Start.HANDLER, literal.name, call.point, call.span, looped=False, held=call.held, by=PARALLEL)
        return Thread(self, literal, Names(literal), Beginning(spawn, thread, call.point))

    def _thread(
        self, within: Thread, spawn: Spawn, starter: Thread | None = None, point: Point | None = None
    ) -> Thread:
        """What ``spawn`` of ``within`` starts; ``starter`` calls that at ``point`` where it isn't the same."""
        starter, point = starter or within, point or spawn.point
        body = self._members.get(spawn.callee)
        facts = within.facts
        if body is None or facts is None or body is facts:
            return Thread(self, None, within.names, Beginning(spawn, starter, point))
        instruction = facts.ir.blocks[spawn.point.block].instructions[spawn.point.index]
        arguments = within.names.arguments(instruction.call) if type(instruction) is ir.Go else ()
        beginning = Beginning(spawn, starter, point, _announces(spawn, instruction, within.names))
        return Thread(self, body, Names(body, arguments), beginning)


def _announces(spawn: Spawn, instruction: ir.Instruction, names: Names) -> AccessPath | None:
    """What the end of a goroutine releases: the group that counts it, or the handle that its start gave.

    A group may be anything that has a method which starts goroutines: what it waits for then is a part of it.
    """
    if type(instruction) is not ir.Call:
        return None
    callee = instruction.call.callee
    if spawn.by in _GROUPS or (type(callee) is ir.StaticCallee and callee.func.receiver is not None):
        return names.pointer(instruction.call.args[0]) if instruction.call.args else None
    if spawn.by in _GIVES_HANDLE and instruction.targets:
        return names.pointer(instruction.targets[0])
    return None


def parallel_from(facts: FunctionFacts) -> Point | None:
    """Where a subtest lets others go on beside it; None for what is none, or doesn't."""
    return next((call.point for call in facts.calls if call.callee == PARALLEL), None)


def _started_directly(facts: FunctionFacts) -> Iterator[Spawn]:
    """What ``facts`` starts; functions that a started one calls in its turn run in order with it."""
    seen: set[Point] = set()
    for spawn in facts.spawns:
        late = type(facts.ir.blocks[spawn.point.block].instructions[spawn.point.index]) is ir.Defer
        # What a deferred call starts runs beside nothing that the function does.
        if _starts(spawn) and not late and (spawn.item or spawn.point not in seen):
            seen.add(spawn.point)
            yield spawn


def _starts(spawn: Spawn) -> bool:
    return spawn.start is not Start.DEFER

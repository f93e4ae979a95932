"""Objects that a function finds under a lock, and goes on with when it has given the lock back.

The pointer that was read under the lock is the function's own; what it leads to isn't: others who hold the lock change
it. So it is unless the function took the object out of where it found it, so that nobody finds it any more.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.handshakes import ends_of
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.uses import same_object
from pubcheck.facts import DEREF, AccessPath, ChannelAction, Location, LocationKind, LockAction, RootKind, locations
from pubcheck.flow import ir
from pubcheck.rules.support.excuses import makes, tests_for_nil
from pubcheck.rules.support.getters import given, let_go
from pubcheck.rules.support.names import definitions
from pubcheck.rules.support.overlap import after_a_wait
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Access, LockSet, Point
    from pubcheck.rules.support.names import Name


class Late(NamedTuple):
    """``function`` finds an object at ``found``, under ``lock``, and touches ``location`` of it at ``access`` without.

    ``other`` changes the same field under the lock, or finds such objects in the same place and looks at it.
    """

    function: FunctionFacts
    lock: Location
    location: Location
    found: Span
    access: Access
    other: Use


class _Source(NamedTuple):
    """Where a pointer comes from: what was read at ``point``, under ``held``, from one of ``paths``.

    ``let_go`` are locks that whoever was called there for it held, and gave back.
    """

    point: Point
    held: LockSet
    paths: tuple[AccessPath, ...]
    locations: frozenset[Location]
    let_go: frozenset[AccessPath] = frozenset()


@by_portion
def late_uses(package: PackageFacts, portion: Portion) -> Iterator[Late]:
    """All of ``package``, one a function and field."""
    for function in portion.functions:
        if function.name not in package.unseen and not function.contract.unknown:
            finder = _Finder(package, function)
            if finder.given_back:
                yield from finder.late_uses()


MOST_MOVES = 3
"""How many variables a pointer is followed through."""
MOST_CALLERS = 3
"""How many calls deep a write may lie below the function that holds the lock."""


class _Finder:
    """What one function finds under locks that it gives back itself."""

    def __init__(self, package: PackageFacts, function: FunctionFacts) -> None:
        self._package = package
        self._function = function
        self.given_back: dict[AccessPath, list[Point]] = {}
        for event in function.locks:
            if event.action is LockAction.RELEASE and not (event.deferred or event.trace):
                self.given_back.setdefault(event.lock.path, []).append(event.point)
        for at in self._helped():
            call = self._at(at)
            for index in range(len(call.targets) if isinstance(call, ir.Call) else 0):
                for path in self._let_go(at, index):
                    self.given_back.setdefault(path, []).append(at)
        self._made: dict[Name, list[tuple[Point, ir.Instruction]]] = {}
        self._reads: dict[Point, list[Access]] = {}

    def _helped(self) -> dict[Point, None]:
        """Where functions of the package are called that take locks."""
        calls = ((call.point, self._package.function(call.callee)) for call in self._function.calls)
        return dict.fromkeys(point for point, callee in calls if callee is not None and callee.locks)

    def late_uses(self) -> Iterator[Late]:
        """Each with what it may meet."""
        self._index()
        seen: set[Location] = set()
        for access in self._function.accesses:
            location = access.location
            if location is None or location in seen or not self._counts(access):
                continue
            sources = self._sources(self._register(access), access.point)
            for lock in self.given_back if sources else ():
                guard = lock.location
                late = self._late(access, lock, sources) if guard is not None else None
                if guard is None or late is None:
                    continue
                other = self._other(access, location, guard, sources)
                if other is not None:
                    seen.add(location)
                    yield Late(self._function, guard, location, self._span(late.point), access, other)
                    break

    def _index(self) -> None:
        self._made = definitions(self._function.ir)
        for access in self._function.accesses:
            if not (access.writes or access.trace):
                self._reads.setdefault(access.point, []).append(access)

    def _counts(self, access: Access) -> bool:
        location = access.location
        plain = access.atomic is None and not (access.trace or access.owned or access.init)
        # What the function may have made instead it has not found.
        plain = plain and access.path.root.kind is not RootKind.FRESH
        if not plain or location is None or location.kind is not LocationKind.FIELD:
            return False
        # What is only asked whether it is there is mostly set once.
        return access.writes or not tests_for_nil(self._function, access)

    def _at(self, point: Point) -> ir.Instruction:
        return self._function.ir.blocks[point.block].instructions[point.index]

    def _span(self, point: Point) -> Span:
        instruction = self._at(point)
        return Span(self._function.ir.path, instruction.pos, instruction.end)

    def _register(self, access: Access) -> int:
        """The pointer that is followed; -1 for another kind of memory."""
        instruction = self._at(access.point)
        if isinstance(instruction, ir.Load | ir.Store):
            place = instruction.place
            if isinstance(place.root, int) and place.steps and isinstance(place.steps[0], ir.Deref):
                return place.root
        return -1

    def _sources(self, register: int, at: Point, depth: int = MOST_MOVES) -> list[_Source]:
        """Where the pointer in ``register`` may come from, as far as it is known; ``at`` is where it is followed."""
        found: list[_Source] = []
        made = self._made.get(register, ())
        for point, instruction in made:
            others = [other for other, _ in made if other != point]
            if point != at and others and self._function.order.passes_one(point, at, others):
                continue
            if isinstance(instruction, ir.Load):
                found += self._read(point)
            elif isinstance(instruction, ir.Call):
                found += self._called(point, instruction.targets.index(register))
            elif isinstance(instruction, ir.Range):
                found += self._read(point)
                if isinstance(instruction.subject, int) and instruction.value == register and depth > 0:
                    found += self._items(instruction.subject, depth - 1)
            elif depth > 0 and (moved := _moved(instruction)) is not None:
                found += self._sources(moved, point, depth - 1)
        return found

    def _items(self, items: int, depth: int) -> list[_Source]:
        """Where the pointers come from that were put into a slice of the function's own."""
        found: list[_Source] = []
        for point, instruction in self._made.get(items, ()):
            match instruction:
                case ir.Call(call=ir.CallInfo(callee=ir.BuiltinCallee("append"), args=(_, *values), spread=False)):
                    for value in values:
                        found += self._sources(value, point, depth) if isinstance(value, int) else ()
                case ir.Call(targets=targets):
                    found += self._called(point, targets.index(items))
                case ir.Compute(op="move" | "slice", operands=(int() as moved, *_)) if depth > 0 and moved != items:
                    found += self._items(moved, depth - 1)
        return found

    def _read(self, point: Point) -> list[_Source]:
        reads = self._reads.get(point)
        if not reads:
            return []
        held = frozenset.intersection(*map(self._function.protection, reads))
        return [_Source(point, held, tuple(one.path for one in reads), _containers(one.path for one in reads))]

    def _called(self, point: Point, index: int) -> list[_Source]:
        """What a call returned as its result ``index``, or the items of it, if it reads that from what it is given."""
        calls = self._function.calls_at(point)
        paths: list[AccessPath] = []
        inner: list[AccessPath] = []
        for call in calls:
            callee = self._package.function(call.callee)
            for path in given(callee, index) if callee is not None else ():
                if path.root.kind is RootKind.FRESH:
                    continue  # made where none was found
                if path.root.kind is not RootKind.PARAM or path.root.index >= len(call.args):
                    return []
                inner.append(path)
                paths += call.args[path.root.index].targets
        if not paths:
            return []
        held = frozenset.intersection(*map(self._function.protection, calls))
        return [_Source(point, held, tuple(paths), _containers(inner), self._let_go(point, index))]

    def _let_go(self, point: Point, index: int) -> frozenset[AccessPath]:
        """Locks under which the calls at ``point`` find their result ``index``, and which they give back."""
        found = [
            let_go(callee, index, call)
            for call in self._function.calls_at(point)
            if (callee := self._package.function(call.callee)) is not None
        ]
        return frozenset.intersection(*found) if found else frozenset()

    def _late(self, access: Access, lock: AccessPath, sources: list[_Source]) -> _Source | None:
        """Where the pointer was read from the lock's object, if it is followed when the lock has been given back."""
        order = self._function.order
        held = locations(self._function.protection(access)) | locations(access.held.may)
        if lock.location in held or not any(order.reaches(point, access.point) for point in self.given_back[lock]):
            return None
        others = (each.path for each in self._function.protection(access) | access.held.may)
        if any(same_object(own, access.path) and len(own.steps) > len(lock.steps) for own in others):
            return None  # the object's own lock
        if after_a_wait(self._function, access) or self._takes_out(sources):
            return None
        for source in sources:
            own = any(same_object(lock, path) for path in source.paths)
            mine = any(each.path == lock for each in source.held)
            left = mine and any(order.reaches(source.point, point) for point in self.given_back[lock])
            if own and (left or lock in source.let_go):
                return source
        return None

    def _takes_out(self, sources: list[_Source]) -> bool:
        """Whether the function removes something from where it found the object, or replaces that."""
        return any(not source.locations.isdisjoint(self._emptied) for source in sources)

    @cached_property
    def _emptied(self) -> frozenset[Location]:
        """From where the function removes something, and what it replaces."""
        return frozenset(
            one.location.container
            for one in self._function.accesses
            if one.writes
            and one.location is not None
            and (one.via in ("delete", "clear") or not (one.via or one.path.is_element))
        )

    def _other(self, access: Access, location: Location, lock: Location, sources: list[_Source]) -> Use | None:
        """Who changes the same field under the lock, or reads what is written here, and may do so at the same time.

        Who reads it must have found the object in the same container: one that a field leads to is mostly set up once.
        """
        places = _places(sources)
        items = _places(each for each in sources if access.writes and _is_item(each))
        guard = self._package.guards.get(location)
        if location.owner == lock.owner or (guard is not None and guard.lock.owner == location.owner):
            return None  # the object has a lock of its own
        for use in sorted(self._package.uses.get(location, ()), key=lambda use: not use.writes):
            other = use.function
            counts = use.writes or _leads_through(use, items)
            if not counts or other is self._function or makes(use) or self._excludes(access, use):
                continue
            if self._is_told_of_the_end(access, use):
                continue
            if callers_of(self._package).take_turns(self._function, other) or _is_made_ready(use, places):
                continue
            if use.holds(lock) or self._is_held_around(other, lock):
                return use
        return None

    def _excludes(self, access: Access, use: Use) -> bool:
        """Whether another lock keeps the write out."""
        return any(use.holds(lock) for lock in locations(self._function.protection(access)))

    def _is_told_of_the_end(self, access: Access, use: Use) -> bool:
        """Whether the function has waited for a channel of the object that is closed some time after the write."""
        written = use.site.access
        owner = written.location.owner if written.location is not None else None
        ends = {
            end
            for at, end in ends_of(use.function)
            if end is not None and end.owner == owner and use.function.order.reaches(written.point, at)
        }
        return bool(ends) and any(
            event.action is ChannelAction.RECEIVE
            and any(target.location in ends for target in event.targets)
            and self._function.order.dominates(event.point, access.point)
            for event in self._function.channels
        )

    def _is_held_around(self, function: FunctionFacts, lock: Location, depth: int = MOST_CALLERS) -> bool:
        """Whether somebody calls ``function`` with the lock held."""
        for edge in self._package.calls.get(function.name, ()):
            calls = edge.caller.calls_at(edge.point)
            if calls and all(lock in locations(edge.caller.protection(call)) for call in calls):
                return True
            if depth > 0 and self._is_held_around(edge.caller, lock, depth - 1):
                return True
        return False


def _moved(instruction: ir.Instruction) -> int | None:
    """The pointer to the same object that ``instruction`` goes on with."""
    match instruction:
        case ir.Compute(op="move", operands=(int() as moved, *_)):
            return moved
        case ir.Address(place=ir.Place(root=int() as moved, steps=(ir.Deref(), *inner))) if all(
            isinstance(step, ir.Field) for step in inner
        ):
            return moved
    return None


def _is_item(source: _Source) -> bool:
    """Whether the pointer was one of those in a container."""
    return all(any(step[0] == "[" for step in path.steps[-2:]) for path in source.paths)


def _places(sources: Iterable[_Source]) -> frozenset[Location]:
    return frozenset[Location]().union(*(source.locations for source in sources))


def _leads_through(use: Use, places: frozenset[Location]) -> bool:
    """Whether the object was found in one of ``places``."""
    path = use.site.access.path
    return any(prefix.location is not None and prefix.location.container in places for prefix in path.prefixes)


def _is_made_ready(write: Use, places: frozenset[Location]) -> bool:
    """Whether the function puts an object in one of ``places`` after the write, and that isn't of what was there."""
    at, order = write.site.access.point, write.function.order
    if _leads_through(write, places):
        return False
    return any(
        one.writes
        and one.location is not None
        and one.location.container in places
        and one.via != "delete"
        and order.reaches(at, one.point)
        and not order.reaches(one.point, at)
        for one in write.function.accesses
    )


def _containers(paths: Iterable[AccessPath]) -> frozenset[Location]:
    """What holds the pointers that were read: a field, a map, a slice."""
    read = (AccessPath(path.root, path.steps[:-1]) if path.steps[-1:] == (DEREF,) else path for path in paths)
    return frozenset(path.location.container for path in read if path.location is not None)

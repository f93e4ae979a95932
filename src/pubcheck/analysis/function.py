"""What is known about one function: what rules read, with questions about order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import msgspec

from pubcheck.analysis.order import Order
from pubcheck.facts import (
    NO_CONTRACT,
    Access,
    AccessPath,
    Blocking,
    Call,
    ChannelEvent,
    Contract,
    Held,
    Location,
    Lock,
    LockAction,
    LockEvent,
    LockSet,
    Mode,
    Operand,
    Point,
    Publication,
    Root,
    Spawn,
    Start,
    Summary,
    locations,
)
from pubcheck.flow import ir
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Condition(msgspec.Struct, frozen=True, gc=False):
    """A branch that decides whether a point is reached: ``value`` is tested at ``point``, and was ``taken``."""

    point: Point
    span: Span
    value: Operand
    taken: bool


class Events(msgspec.Struct, frozen=True, gc=False):
    """All events of a function, each kind in source order of its blocks.

    ``edges`` tells what is held on the way from one block to the next, and ``exits`` what is held after the return that
    ends a block, when the deferred calls have run; both only where the function has to do with locks.
    """

    accesses: tuple[Access, ...] = ()
    publications: tuple[Publication, ...] = ()
    locks: tuple[LockEvent, ...] = ()
    blocking: tuple[Blocking, ...] = ()
    channels: tuple[ChannelEvent, ...] = ()
    spawns: tuple[Spawn, ...] = ()
    calls: tuple[Call, ...] = ()
    branches: tuple[Condition, ...] = ()
    inner_locks: tuple[LockEvent, ...] = ()
    edges: Mapping[tuple[int, int], Held] = {}
    exits: Mapping[int, Held] = {}


class Forced(NamedTuple):
    """From ``point`` on ``lock`` counts as held: so an annotation in the code says."""

    point: Point
    lock: AccessPath


class FunctionFacts:
    """One declared function, method or function literal.

    Attributes:
        name: ``(*Cache).Get``; literals are ``(*Cache).Get.func1``.
        full_name: as ``Summary.name``: with the import path for declared functions.
        enclosing: name of the function whose literal it is; empty for a declared one.
        starts: how it is known to be started other than by a plain call; empty when only called.
        constructor: it makes and returns a new value of its package's type (``New...``, or a fresh result), or it is
            ``init`` or a package-level initialiser: nobody else has what it writes yet.
        initialises: its comment, or its name, says that it initialises its receiver, which then nobody else has yet.
        test: it stands in a ``_test.go`` file.
        contract: what it relies on at entry.
        forced: locks that count as held from somewhere on, until it unlocks them.
        summary: what its callers know.
        kept: whether it stays the same object while its package is edited (``kept``).
    """

    kept: ClassVar[bool] = False

    def __init__(  # noqa: PLR0913 a function has these parts
        self,
        function: ir.Function,
        full_name: str,
        enclosing: str,
        events: Events,
        summary: Summary,
        *,
        starts: frozenset[Start] = frozenset(),
        constructor: bool = False,
        initialises: bool = False,
        test: bool = False,
        contract: Contract = NO_CONTRACT,
        forced: tuple[Forced, ...] = (),
    ) -> None:
        """Bundle what was found."""
        self.ir = function
        self.path = function.path
        self.pos = function.pos
        self.end = function.end
        self.name = function.name
        self.full_name = full_name
        self.enclosing = enclosing
        self.events = events
        self.summary = summary
        self.starts = starts
        self.constructor = constructor
        self.initialises = initialises
        self.test = test
        self.contract = contract
        self.forced = forced
        self.told: dict[object, object] = {}
        """See ``remembering.once_a_function``."""

    def __repr__(self) -> str:
        return f"<FunctionFacts {self.name}>"

    def is_made_of(self, events: Events, summary: Summary | None, starts: frozenset[Start], contract: Contract) -> bool:
        """Whether these are its parts; what else it says follows from them, or from its text."""
        return self.events is events and self.summary is summary and self.starts == starts and self.contract == contract

    def says_the_same(self, other: FunctionFacts) -> bool:
        """Whether ``other`` was made of the same events, and is as sure of the same things."""
        return (
            self.ir is other.ir
            and self.events is other.events
            and self.summary is other.summary
            and (self.name, self.full_name, self.enclosing, self.starts, self.contract, self.forced)
            == (other.name, other.full_name, other.enclosing, other.starts, other.contract, other.forced)
            and (self.constructor, self.initialises) == (other.constructor, other.initialises)
        )

    @property
    def span(self) -> Span:
        """The whole function."""
        return Span(self.path, self.pos, self.end)

    @property
    def accesses(self) -> tuple[Access, ...]:
        """Plain and atomic accesses of named memory, those of callees through what they were given included."""
        return self.events.accesses

    @property
    def atomics(self) -> tuple[Access, ...]:
        """Only the atomic ones."""
        return tuple(access for access in self.accesses if access.atomic)

    @property
    def publications(self) -> tuple[Publication, ...]:
        """Where values become reachable by other goroutines; ``Access.after`` holds indices into it."""
        return self.events.publications

    @cached_property
    def published(self) -> dict[Root, list[Publication]]:
        """The publications of each root's memory."""
        found: dict[Root, list[Publication]] = {}
        for publication in self.publications:
            for root in {value.root for value in publication.value}:
                found.setdefault(root, []).append(publication)
        return found

    @property
    def locks(self) -> tuple[LockEvent, ...]:
        """Acquisitions and releases."""
        return self.events.locks

    @property
    def inner_locks(self) -> tuple[LockEvent, ...]:
        """Locks that callees take on their way, left locked or not, with what is held here and there."""
        return self.events.inner_locks

    @property
    def blocking(self) -> tuple[Blocking, ...]:
        """What may wait, callees' included."""
        return self.events.blocking

    @property
    def channels(self) -> tuple[ChannelEvent, ...]:
        """Channel operations."""
        return self.events.channels

    @property
    def spawns(self) -> tuple[Spawn, ...]:
        """Goroutines that it starts, and functions that it defers or hands to starters."""
        return self.events.spawns

    @property
    def calls(self) -> tuple[Call, ...]:
        """Calls by name."""
        return self.events.calls

    @property
    def branches(self) -> tuple[Condition, ...]:
        """What decides where control goes on."""
        return self.events.branches

    @property
    def edges(self) -> Mapping[tuple[int, int], Held]:
        """What is held on the way from one block to the next, where it has to do with locks."""
        return self.events.edges

    @property
    def exits(self) -> Mapping[int, Held]:
        """As ``edges``, after the return that ends a block."""
        return self.events.exits

    def calls_at(self, point: Point) -> Sequence[Call]:
        """The calls that one instruction makes: of several literals that it may mean, say."""
        return self._calls_at.get(point, ())

    @cached_property
    def _calls_at(self) -> dict[Point, list[Call]]:
        found: dict[Point, list[Call]] = {}
        for call in self.calls:
            found.setdefault(call.point, []).append(call)
        return found

    @cached_property
    def results(self) -> dict[int, Point]:
        """Where each register gets a call's result."""
        return {
            target: Point(block.index, at)
            for block in self.ir.blocks
            for at, instruction in enumerate(block.instructions)
            if isinstance(instruction, ir.Call)
            for target in instruction.targets
        }

    @cached_property
    def order(self) -> Order:
        """Order of points: ``dominates``, ``reaches``, ``always_passes``, ``same_turn``, ``passes_one``."""
        return Order(self.ir)

    def acquisition(self, lock: AccessPath, point: Point) -> LockEvent | None:
        """Where the lock that is held at ``point`` was acquired: the last place of those that lead there."""
        found = self._acquisitions.get(lock, [])
        before = bisect_left(found, point, key=lambda event: event.point)
        nearest = (*reversed(found[:before]), *reversed(found[before:]))
        return next((event for event in nearest if self.order.reaches(event.point, point)), None)

    def locks_at(self, location: Location | None) -> Sequence[LockEvent]:
        """What is done to the locks of ``location``, in source order of the blocks."""
        return self._locks_at.get(location, ())

    @cached_property
    def _locks_at(self) -> dict[Location | None, list[LockEvent]]:
        found: dict[Location | None, list[LockEvent]] = {}
        for event in self.locks:
            found.setdefault(event.lock.location, []).append(event)
        return found

    @cached_property
    def _acquisitions(self) -> dict[AccessPath, list[LockEvent]]:
        """Where each lock is acquired, in order."""
        found: dict[AccessPath, list[LockEvent]] = {}
        for event in self.locks:
            if event.action is not LockAction.RELEASE and not event.deferred:
                found.setdefault(event.lock.path, []).append(event)
        for events in found.values():
            events.sort(key=lambda event: event.point)
        return found

    def in_loop(self, point: Point) -> bool:
        """Whether ``point`` stands in a loop: it may run more than once in one call, unless it always ends the loop."""
        return self.ir.blocks[point.block].loop > 0 or self.order.reaches(point, point)

    def writes_through(self, publication: Publication) -> Iterator[Access]:
        """Plain writes, after ``publication``, to memory that is reachable from what was published.

        Callees' writes are included. A value that was replaced, made anew in the next turn of a loop, or handed back by
        a receive or a Wait since is not the published one any more.
        """
        return iter(self._late_writes.get(publication.index, ()))

    @cached_property
    def _late_writes(self) -> dict[int, list[Access]]:
        """Plain writes by the publications that they come after."""
        found: dict[int, list[Access]] = {}
        for access in self.accesses:
            if access.after and access.writes and access.atomic is None:
                for index in access.after:
                    found.setdefault(index, []).append(access)
        return found

    def snapshot_writes(self) -> Iterator[Access]:
        """Plain writes to memory that was reached through an atomic load (``access.path.snapshot`` names its source).

        Writes to a copy are not among them, as far as the copy goes.
        """
        return (
            access
            for access in self.accesses
            if access.writes and access.atomic is None and access.path.snapshot is not None
        )

    def protection(self, event: Access | Publication | Blocking | LockEvent | ChannelEvent | Call | Spawn) -> LockSet:
        """Locks that are certainly held at ``event``: acquired here, and by contract with the callers or a checker."""
        entry = self.contract.held
        if not (entry or self.contract.aliases or self.forced):
            return event.held.must
        gone = {lock.path for lock in event.held.released}
        held = event.held.must | {lock for lock in entry if lock.path not in gone} | self.forced_at(event.point)
        for pair in self.contract.aliases:
            for one, other in (pair, pair[::-1]):
                held |= {Lock(other, lock.mode) for lock in held if lock.path == one}
        return held

    def forced_at(self, point: Point) -> LockSet:
        """Locks that count as held at ``point``."""
        return frozenset(
            Lock(each.lock, Mode.EXCLUSIVE)
            for each in self.forced
            if self.order.dominates(each.point, point)
            and not any(
                event.action is LockAction.RELEASE
                and event.lock.path == each.lock
                and not event.deferred
                and self.order.reaches(each.point, event.point)
                and self.order.reaches(event.point, point)
                for event in self.locks
            )
        )

    def handed_at(self, point: Point) -> frozenset[Location]:
        """Locks that are unlocked after ``point`` without having been locked here: somebody left them so for this."""
        return frozenset(
            location for location, event in self._gives_back if event.deferred or self.order.reaches(point, event.point)
        )

    @cached_property
    def _gives_back(self) -> tuple[tuple[Location, LockEvent], ...]:
        """The releases, which happen in any case, of locks that the function hasn't taken."""
        return tuple(
            (location, event)
            for event in self.locks
            if event.action is LockAction.RELEASE and event.certain and (location := event.lock.location) is not None
            if location not in locations(event.held.may) | locations(self.forced_at(event.point))
        )

    def maybe_protected(self, event: Access | Publication | Blocking | LockEvent | ChannelEvent | Call | Spawn) -> bool:
        """Whether some lock may be held at ``event``, an unknown one of the callers' included."""
        return bool(event.held.may) or self.contract.unknown or bool(self.contract.held)

    def conditions(self, point: Point) -> tuple[Condition, ...]:
        """Branches that ``point`` is only reached past, with the outcome that leads to it, the nearest first."""
        known = self._conditions.get(point)
        if known is None:
            known = self._conditions[point] = tuple(self._find_conditions(point))
        return known

    @cached_property
    def _conditions(self) -> dict[Point, tuple[Condition, ...]]:
        return {}

    def _find_conditions(self, point: Point) -> Iterator[Condition]:
        order = self.order
        for branch in reversed(self.branches):
            end = self.ir.blocks[branch.point.block].instructions[-1]
            if branch.point.block == point.block or not order.dominates(branch.point, point):
                continue
            for block, taken in ((end.then, True), (end.orelse, False)):  # type: ignore[attr-defined]
                if order.dominates(Point(block, 0), point) and self._is_entered_from(block, branch.point.block):
                    yield msgspec.structs.replace(branch, taken=taken)

    def _is_entered_from(self, block: int, before: int) -> bool:
        """Whether ``block`` is come to from ``before`` alone, but for the turns of a loop that it begins."""
        order, begin = self.order, Point(block, 0)
        return order.predecessors[block].count(before) == 1 and all(
            each == before or order.dominates(begin, Point(each, 0)) for each in order.predecessors[block]
        )

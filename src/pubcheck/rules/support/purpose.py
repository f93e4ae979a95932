"""What a lock is there for, told from what all of its critical sections do.

A lock that is held over I/O by accident has critical sections that are quick, whose callers don't expect to wait. One
that is held over it on purpose shows that too: it keeps users of one file or connection apart, most of its sections are
slow in the same way, or nobody wants it for anything that could go on meanwhile.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of
from pubcheck.facts import DEREF, BlockKind, Mode, Point, RootKind
from pubcheck.model.types import Map, Slice
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.memory_types import underlying_type
from pubcheck.rules.support.slow import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.located import Section
    from pubcheck.facts import Access, AccessPath, Blocking, Location, Lock, LockEvent
    from pubcheck.rules.support.slow import Slow
    from pubcheck.source import Span

SLOW = frozenset(
    (
        *FILES,
        BlockKind.NETWORK,
        BlockKind.PROCESS,
        BlockKind.DATABASE,
        BlockKind.RPC,
        BlockKind.SLEEP,
        BlockKind.INPUT,
        BlockKind.CUSTOM,
        BlockKind.STREAM,
    )
)
_FAMILIES = (
    FILES | {BlockKind.STREAM},
    frozenset((BlockKind.NETWORK, BlockKind.RPC, BlockKind.STREAM)),
    frozenset((BlockKind.DATABASE,)),
    frozenset((BlockKind.PROCESS,)),
)

MOSTLY = 0.75
"""The share of a lock's critical sections that are slow from which on the lock is there for what they do."""
OFTEN, SHARE = 3, 0.2
"""So many critical sections, and this share of them, don't do the same slow thing by accident."""


class Purposes:
    """What the locks of one package are there for."""

    def __init__(self, package: PackageFacts) -> None:
        """Look at ``package`` when asked."""
        self._package = package
        self._callers = callers_of(package)
        self._sections: dict[Location, tuple[Section, ...]] = {}
        self._subjects: dict[tuple[Location | None, frozenset[BlockKind]], frozenset[Location]] = {}
        self._accesses: dict[tuple[str, LockEvent], list[Access]] = {}

    def sections(self, lock: Lock) -> tuple[Section, ...]:
        """The critical sections of ``lock``, and of those that can't be told from it."""
        location = lock.location
        if location is None:
            return ()
        known = self._sections.get(location)
        if known is None:
            known = self._sections[location] = self._package.sections(location)
        return known

    def serialises(self, lock: Lock, event: Blocking) -> bool:
        """Whether the lock is there to keep apart what ``event`` does: such a lock guards no data that others want.

        That is so where nearly every one of several critical sections is slow, where every one works on the same file
        or connection, and where there is but one and no way through it without I/O.
        """
        sections = self.sections(lock)
        busy = sum(any(other.kind in SLOW for other in section.blocking) for section in sections)
        if len(sections) > 1 and busy >= len(sections) * MOSTLY:
            return True
        family = _family(event)
        if family is None or not sections:
            return False
        if len(sections) == 1 and _unavoidable(sections[0], family):
            return True
        subject = event.subject.location if event.subject is not None else None
        shared = self._shared(lock, family)
        return bool(shared) and (subject is None or subject in shared)

    def keeps_many_waiting(self, slow: Slow) -> bool:
        """Whether most who take the lock want it for something quick, and keep others out no longer than that.

        A critical section that stands alone keeps itself waiting at least, if it changes what its lock can guard.
        """
        sections = self.sections(slow.lock)
        if slow.lock.mode is Mode.SHARED:
            return False
        if len(sections) == 1 and not slow.trace:
            return any(access.writes and _beside(access, slow.lock) for access in _under(slow.function, slow.lock))
        quick = sum(not any(other.kind in SLOW for other in section.blocking) for section in sections)
        return quick >= len(sections) * MOSTLY and quick >= (OFTEN if slow.trace else 1)

    def _shared(self, lock: Lock, family: frozenset[BlockKind]) -> frozenset[Location]:
        """The files or connections that all critical sections of ``lock``, of which there are some, work on."""
        key = (lock.location, family)
        known = self._subjects.get(key)
        if known is None:
            sections = self.sections(lock)
            known = self._subjects[key] = frozenset.intersection(*(_subjects(each, family) for each in sections))
        return known

    def doubt(self, slow: Slow) -> int:
        """0 where nothing speaks for a purpose; 1 where nobody else is known to need the lock; 2 where it is meant."""
        meant = (
            self._kept_for(slow)
            or self._keeps_apart(slow)
            or self._initialises(slow)
            or self._starts(slow)
            or self._hands_over_what_is_guarded(slow)
            or self._switches(slow)
            or self._callers.runs_once(slow.function)
            or _awaits(slow)
            or self._keeps_few_waiting(slow)
        )
        if meant:
            return 2
        return int(bool(slow.trace) and len(self.sections(slow.lock)) == 1)

    def _keeps_few_waiting(self, slow: Slow) -> bool:
        """Whether it is files, and hardly anybody wants the lock for anything quick: it keeps files as memory is."""
        if slow.event.kind not in FILES:
            return False
        quick = [one for one in self.sections(slow.lock) if not any(other.kind in SLOW for other in one.blocking)]
        return len(quick) < OFTEN

    def _kept_for(self, slow: Slow) -> bool:
        """Whether the lock's other critical sections do the same often enough to tell that this is its use.

        Stores hold their lock over many kinds of file operations; elsewhere the same call makes the same use.
        """
        sections, event = self.sections(slow.lock), slow.event
        files = event.kind in FILES
        alike = sum(
            any(other.kind in FILES if files else other.what == event.what for other in section.blocking)
            for section in sections
        )
        if files and 1 < len(sections) < 2 * alike:
            return True
        return alike >= OFTEN and alike >= len(sections) * SHARE

    def _keeps_apart(self, slow: Slow) -> bool:
        """Whether the lock keeps users of a connection apart, or this very section those of its file."""
        family = _family(slow.event)
        if family is None:
            return False
        sections = self.sections(slow.lock)
        if slow.event.kind in FILES:
            here = next((section for section in sections if section.acquire.span == slow.taken), None)
            return here is not None and bool(_subjects(here, family))
        users = Counter(subject for section in sections for subject in _subjects(section, family))
        return any(count >= OFTEN and count >= len(sections) * SHARE for count in users.values())

    def _initialises(self, slow: Slow) -> bool:
        """Whether it makes, when first asked for, the very thing that all other critical sections want."""
        others = self._others(slow)
        for location in _tested(slow):
            if self._sets(slow, location) and all(
                any(access.location == location for access in accesses) for accesses in others
            ):
                return True
        return False

    def _starts(self, slow: Slow) -> bool:
        """Whether it belongs to what is done once before a goroutine is started: until then nobody has use for it all.

        That it is done once tells a field that is tested before and set before the lock is given back.
        """
        function, event = slow.function, slow.event
        goes_on = any(
            slow.lock in spawn.held.must and function.order.reaches(event.point, spawn.point)
            for spawn in function.spawns
        )
        return goes_on and any(self._sets(slow, location) for location in _tested(slow))

    def _hands_over_what_is_guarded(self, slow: Slow) -> bool:
        """Whether the slow call is given a slice or map that the lock guards: it must stay as it is meanwhile."""
        function = slow.function
        given = {target for call in function.calls_at(slow.event.point) for one in call.args for target in one.targets}
        read = {
            access.location
            for access in _under(function, slow.lock)
            if access.path.then(DEREF) in given
            and access.location is not None
            and isinstance(underlying_type(access.location, self._package), Slice | Map)
        }
        return any(access.writes and access.location in read for accesses in self._others(slow) for access in accesses)

    def _sets(self, slow: Slow, location: Location) -> bool:
        """Whether the function that does the slow work sets ``location`` under the lock."""
        return any(access.writes and access.location == location for access in _under(slow.function, slow.lock))

    def _switches(self, slow: Slow) -> bool:
        """Whether all that others do under the lock is to allow and forbid the slow work: they mean to wait for it."""
        tested = frozenset(_tested(slow))
        changed = {access.location for access in _under(slow.function, slow.lock) if access.writes} - tested
        others = self._others(slow)
        return bool(others) and all(
            any(access.writes for access in accesses)
            and all(
                access.location in tested if access.writes else access.location not in changed for access in accesses
            )
            for accesses in others
        )

    def _others(self, slow: Slow) -> list[list[Access]]:
        """What each of the lock's other critical sections accesses."""
        return [self._within(section) for section in self.sections(slow.lock) if section.acquire.span != slow.taken]

    def _within(self, section: Section) -> list[Access]:
        """What a critical section accesses; kept, because each of a lock's sections is compared with all others."""
        acquire = section.acquire
        key = (section.function.name, acquire)
        known = self._accesses.get(key)
        if known is None:
            known = self._accesses[key] = [
                access
                for access in _under(section.function, acquire.lock)
                if section.function.acquisition(acquire.lock.path, access.point) is acquire
            ]
        return known


def _awaits(slow: Slow) -> bool:
    """Whether goroutines are waited for under the lock: it is held for as long as work takes that is done by others."""
    return any(
        event.kind is BlockKind.WAIT and not event.trace and slow.lock in event.held.must
        for event in slow.function.blocking
    )


def _beside(access: Access, lock: Lock) -> bool:
    """Whether what is accessed is of the same struct as the lock, or both are variables of the package."""
    place, guard = access.location, lock.location
    return guard is None or (place is not None and (place.owner, place.kind) == (guard.owner, guard.kind))


def _under(function: FunctionFacts, lock: Lock) -> Iterator[Access]:
    """Accesses of named memory while ``lock`` is held."""
    for access in function.accesses:
        if access.location is not None and any(held.path == lock.path for held in access.held.must):
            yield access


def _tested(slow: Slow) -> Iterator[Location]:
    """Fields and variables whose value decides, under the lock, whether the slow work is done."""
    reads = [access for access in _under(slow.function, slow.lock) if not access.writes]
    point = slow.event.point
    tested = {each.read for each in Decisions(slow.function).of(point)}
    conditions = slow.function.conditions(point)
    for access in reads:
        location = access.location
        decides = access in tested or any(_inside(access.span, condition.span) for condition in conditions)
        if decides and location is not None and not location.is_element:
            yield location


def _inside(span: Span, around: Span) -> bool:
    return span.path == around.path and around.start <= span.start and span.end <= around.end


def _family(event: Blocking) -> frozenset[BlockKind] | None:
    return next((family for family in _FAMILIES if event.kind in family), None)


def _subjects(section: Section, family: frozenset[BlockKind]) -> frozenset[Location]:
    """The files or connections that a critical section works on, where they are kept beside its lock."""
    lock = section.acquire.lock.path
    return frozenset(
        event.subject.location
        for event in section.blocking
        if event.kind in family
        and event.subject is not None
        and event.subject.location is not None
        and _together(event.subject, lock)
    )


def _together(subject: AccessPath, lock: AccessPath) -> bool:
    """Whether both belong to one object, or to the package."""
    return subject.root == lock.root or subject.root.kind is lock.root.kind is RootKind.GLOBAL


def _unavoidable(section: Section, family: frozenset[BlockKind]) -> bool:
    """Whether there is no way through ``section`` without I/O."""
    order = section.function.order
    blocks = section.function.ir.blocks
    points = [event.point for event in section.blocking if event.kind in family]
    ends = [Point(end, len(blocks[end].instructions) - 1) for end in order.exits]
    return order.all_pass_one(section.acquire.point, ends, points)

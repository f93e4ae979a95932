"""What is known at one point of a function, and what is known where two paths meet.

Every part is a value that is replaced, never changed, so a copy of a state shares all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.flags import Fact, Side, constant_truth, deciding, join_registers, positive
from pubcheck.analysis.values import NOTHING, WIDE, Value, contents, join, key_of, read_from, stored_around
from pubcheck.facts import DEREF, ELEMENT, NOTHING_HELD, SNAPSHOT, AccessPath, Held, Lock, Root, RootKind, longer

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from pubcheck.facts import LockSet, Point

MAX_COPIES = 8

MAX_KNOWN = 64
"""Paths of one root whose content is known; what is stored to others is forgotten."""

MAX_ROOTS = 512
"""Roots whose memory is known: of a function with thousands of variables each state would hold thousands."""

MAX_PUBLISHED = 1024
"""Paths that are known to be published; of what more there is nobody is accused."""

MAX_PUBLICATIONS = 32
"""Publications of one path: of a variable that thousands of goroutines capture the first ones tell enough."""

_EMPTY: dict[AccessPath, Value] = {}
_NO_ROOTS: frozenset[Root] = frozenset()

Deferred = tuple["Point", bool, "LockSet"]
"""A ``defer``, whether every path to here ran it, and the locks that it was run with."""


class State:
    """Registers that are assigned more than once, memory, locks, deferred calls and publications at a point.

    Attributes:
        registers: values of the registers that aren't assigned just once.
        memory: by root, what is stored where, as far as this function stored it.
        held: locks.
        defers: deferred calls so far, in order.
        published: for each path whose memory others can reach, the publications that made it so.
        shared: roots of fresh memory, and cells, that others can reach.
        facts: conditions that are known to hold here.
        conditional: for a lock that may be held, facts each of which decides whether it is.
    """

    __slots__ = ("conditional", "defers", "facts", "held", "memory", "published", "registers", "shared")

    def __init__(self) -> None:
        """Nothing is known."""
        self.registers: Mapping[int, Value] = {}
        self.memory: Mapping[Root, Mapping[AccessPath, Value]] = {}
        self.held: Held = NOTHING_HELD
        self.defers: tuple[Deferred, ...] = ()
        self.published: Mapping[AccessPath, frozenset[int]] = {}
        self.shared: frozenset[Root] = _NO_ROOTS
        self.facts: Mapping[Hashable, bool] = {}
        self.conditional: Mapping[Lock, frozenset[Fact]] = {}

    def copy(self) -> State:
        """A state that goes its own way from here."""
        other = State.__new__(State)
        other.registers = self.registers
        other.memory = self.memory
        other.held = self.held
        other.defers = self.defers
        other.published = self.published
        other.shared = self.shared
        other.facts = self.facts
        other.conditional = self.conditional
        return other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, State):
            return NotImplemented
        # Most of two states of one function is shared, and dictionaries compare item by item with themselves, too.
        return (
            (self.held is other.held or self.held == other.held)
            and (self.registers is other.registers or self.registers == other.registers)
            and (self.memory is other.memory or self.memory == other.memory)
            and (self.published is other.published or self.published == other.published)
            and (self.facts is other.facts or self.facts == other.facts)
            and (self.shared is other.shared or self.shared == other.shared)
            and self.defers == other.defers
            and (self.conditional is other.conditional or self.conditional == other.conditional)
        )

    __hash__ = None  # type: ignore[assignment]

    # --- memory

    def content(self, path: AccessPath, depth: int = 0, met: dict[AccessPath, Value] | None = None) -> Value:
        """What the memory at ``path`` holds; ``met`` is what is known of the copies that it is looked for in."""
        known = self.memory.get(path.root)
        if known is None:
            return contents(path)
        value = known.get(path)
        if value is not None:
            return value
        steps = path.steps
        if steps and steps[-1][0] == "[" and steps[-1] != ELEMENT:
            any_element = known.get(AccessPath(path.root, (*steps[:-1], ELEMENT)))
            if any_element is not None:
                return any_element
        around = stored_around(known, steps)
        # What other elements point to is as it was when one has been stored.
        if around is None or (around.steps[-1:] == (ELEMENT,) and steps[len(around.steps)] == DEREF):
            return contents(path)
        # A copy of a copy of ... of itself ends somewhere.
        if depth > MAX_COPIES:
            return WIDE
        return self._part(known[around], steps[len(around.steps) :], depth, {} if met is None else met)

    def _part(self, whole: Value, steps: tuple[str, ...], depth: int, met: dict[AccessPath, Value]) -> Value:
        """What a part of a struct holds that was stored as a whole."""
        if steps[0] in (DEREF, SNAPSHOT):
            return WIDE
        found: Value | None = None
        for target in whole.targets:
            source = read_from(target)
            path = None if source is None else longer(source, steps)
            if path is not None:
                if path not in met:
                    met[path] = WIDE  # for a copy of itself
                    met[path] = self.content(path, depth + 1, met)
                value = met[path]
                found = value if found is None else join(found, value)
        return NOTHING if found is None else found

    def depends(self, value: Value) -> frozenset[Point]:
        """What ``value``, and what is stored in the memory that it points to, was computed from."""
        found = value.depends
        if self.memory:
            for target in (*value.targets, *value.parts):
                for at, stored in self.memory.get(target.root, _EMPTY).items():
                    if stored.depends and at.starts_with(target):
                        found |= stored.depends
        return found

    def put(self, path: AccessPath, value: Value) -> None:
        """Memory that just came to be holds ``value``."""
        if path.root not in self.memory and len(self.memory) >= MAX_ROOTS:
            return
        self.memory = {**self.memory, path.root: {**self.memory.get(path.root, {}), path: value}}

    def store(self, path: AccessPath, value: Value, *, sure: bool = True) -> None:
        """Memory at ``path`` now holds ``value``; only perhaps, unless ``sure``."""
        known = self.memory.get(path.root)
        if known is None:
            if (value is NOTHING and path.root.kind is RootKind.FRESH) or len(self.memory) >= MAX_ROOTS:
                return
            known = {}
        if not sure:
            value = join(self.content(path), value)
        if len(known) > (path in known):
            known = {at: there for at, there in known.items() if not at.starts_with(path)}
        # Tables of literals have thousands of elements, and each store copies what is known.
        if len(known) < MAX_KNOWN or path in known:
            known = {**known, path: value}
        self.memory = {**self.memory, path.root: known}
        if self.facts:
            self.facts = {key: way for key, way in self.facts.items() if not _mentions(key, path)}

    def forget(self, path: AccessPath) -> None:
        """Somebody else may have written the memory at ``path`` and below."""
        known = self.memory.get(path.root)
        if known:
            kept = {at: value for at, value in known.items() if not at.starts_with(path)}
            self.memory = {**self.memory, path.root: kept}

    def renew(self, root: Root) -> None:
        """From here on ``root`` stands for another instance: what was known about it is about the old one."""
        if root in self.shared:
            self.shared -= {root}
            self.published = {path: by for path, by in self.published.items() if path.root != root}
        if root in self.memory:
            self.memory = {other: known for other, known in self.memory.items() if other != root}

    # --- publication

    def owned(self, root: Root) -> bool:
        """Whether nobody else can reach what was allocated as ``root``."""
        return root.kind is RootKind.FRESH and root not in self.shared

    def reachable(self, paths: Iterable[AccessPath]) -> list[AccessPath]:
        """``paths`` and all that is known to be reachable from the memory that they name."""
        found: dict[AccessPath, None] = {}
        pending = list(paths)
        while pending and len(found) < 32:
            path = pending.pop()
            if path in found:
                continue
            found[path] = None
            for at, value in self.memory.get(path.root, {}).items():
                if at.starts_with(path):
                    pending += value.targets
                    pending += value.parts
        return list(found)

    def publish(self, paths: Iterable[AccessPath], index: int) -> list[AccessPath]:
        """Publication ``index`` makes ``paths`` and what they lead to reachable by others; all of these paths."""
        known = self.published
        more: dict[AccessPath, frozenset[int]] = {}
        shared: set[Root] = set()
        found = self.reachable(paths)
        room = MAX_PUBLISHED - len(known)
        for path in found:
            by = known.get(path)
            if by is None:
                if room <= 0:
                    continue
                room -= 1
                more[path] = frozenset((index,))
            elif index not in by and len(by) < MAX_PUBLICATIONS:
                more[path] = by | {index}
            if path.root.kind in (RootKind.FRESH, RootKind.CELL):
                shared.add(path.root)
        # Most calls that are looked at again publish what they did before.
        if more:
            self.published = {**known, **more}
        if not shared <= self.shared:
            self.shared |= shared
        return found

    def publications_of(self, path: AccessPath) -> tuple[int, ...]:
        """Publications that made the memory at ``path`` reachable."""
        published = self.published
        found: set[int] = set()
        for start in path.prefixes:
            if start in published:
                found |= published[start]
        return tuple(sorted(found))

    def publications_of_all(self, paths: Sequence[AccessPath]) -> tuple[int, ...]:
        """Publications that made the memory reachable whichever of ``paths`` it is.

        Where one of them wasn't published, the paths that published another need not lead here with it.
        """
        if not self.published or not paths:
            return ()
        found = self.publications_of(paths[0])
        for path in paths[1:]:
            if not found:
                break
            also = self.publications_of(path)
            found = tuple(index for index in found if index in also)
        return found

    def unpublish(self, path: AccessPath) -> None:
        """What ``path`` stands for from here on isn't what was published under it."""
        if any(at.starts_with(path) for at in self.published):
            self.published = {at: by for at, by in self.published.items() if not at.starts_with(path)}

    def hand_back(self, indices: frozenset[int]) -> None:
        """What the publications ``indices`` gave away has come back."""
        if self.published and indices:
            kept = ((path, by - indices) for path, by in self.published.items())
            self.published = {path: by for path, by in kept if by}

    # --- locks and conditions

    def acquire(self, locks: tuple[Lock, ...]) -> None:
        """One of ``locks`` is held from here on; a single one certainly."""
        held = self.held
        must = held.must | {locks[0]} if len(locks) == 1 else held.must
        self.held = Held.of(must, held.may | set(locks), held.released)

    def release(self, locks: tuple[Lock, ...]) -> tuple[Lock, ...]:
        """One of ``locks`` is unlocked; the locks that are taken to be meant."""
        held = self.held
        meant = {lock for lock in held.may if any(lock.path == one.path for one in locks)}
        exact = meant.intersection(locks)
        if exact:
            meant = exact
        if not meant:
            places = {one.location for one in locks if one.location is not None}
            alike = [lock for lock in held.may if lock.location in places]
            if len(alike) == 1:
                meant = set(alike)
        if not meant:
            self.held = Held.of(held.must, held.may, held.released | set(locks))
            return locks
        # On a path that hasn't locked it here it is the caller's, unless it is another item's.
        one = len(meant) == len(locks) == 1 and ELEMENT not in locks[0].path.steps
        callers = meant - held.must if one else frozenset()
        self.held = Held.of(held.must - meant, held.may - meant, held.released | callers)
        if self.conditional:
            self.conditional = {lock: by for lock, by in self.conditional.items() if lock not in meant}
        return tuple(sorted(meant))

    def truth(self, value: Value) -> bool | None:
        """Whether a boolean is known to be so here."""
        known = constant_truth(value)
        key, negated = positive(key_of(value) if known is None else None)
        fact = None if key is None else self.facts.get(key)
        return known if fact is None else fact is not negated

    def assume(self, key: Hashable, holds: bool) -> None:
        """The condition ``key`` went this way."""
        if self.facts.get(key) != holds:
            self.facts = {**self.facts, key: holds}
        if not self.conditional:
            return
        held = self.held
        sure = {lock for lock, by in self.conditional.items() if (key, holds) in by}
        never = {lock for lock, by in self.conditional.items() if (key, not holds) in by} - sure
        if sure or never:
            self.held = Held.of(held.must | sure, held.may - never, held.released)
            settled = sure | never
            self.conditional = {lock: by for lock, by in self.conditional.items() if lock not in settled}

    # --- joins

    def join(self, other: State, block: int) -> State:
        """What is known at the start of ``block``, where two paths meet."""
        met = State()
        mine, theirs = Side(self), Side(other)
        met.registers = join_registers(mine, theirs, block)
        met.memory = _join_memory(self, other)
        met.held = self.held.join(other.held)
        met.defers = _join_defers(self.defers, other.defers)
        met.published = _join_published(self.published, other.published)
        met.shared = self.shared | other.shared
        known = theirs.facts
        met.facts = (
            mine.facts
            if mine.facts == known
            else {key: way for key, way in mine.facts.items() if known.get(key) is way}
        )
        if met.held.may != met.held.must:
            met.conditional = {
                lock: facts
                for lock in met.held.may - met.held.must
                if (facts := deciding(mine, theirs, lock) | deciding(theirs, mine, lock))
            }
        return met


def _join_memory(left: State, right: State) -> Mapping[Root, Mapping[AccessPath, Value]]:
    if left.memory is right.memory or left.memory == right.memory:
        return left.memory
    met: dict[Root, Mapping[AccessPath, Value]] = {}
    for root in dict.fromkeys((*left.memory, *right.memory)):
        mine, theirs = left.memory.get(root), right.memory.get(root)
        if mine is theirs or mine == theirs:
            met[root] = mine or {}
        elif (mine is None or theirs is None) and root.kind in (RootKind.FRESH, RootKind.CELL):
            # The other path didn't make it at all.
            met[root] = mine or theirs or {}
        else:
            paths = dict.fromkeys((*(mine or {}), *(theirs or {})))
            met[root] = {path: join(left.content(path), right.content(path)) for path in paths}
    return met


def _join_defers(left: tuple[Deferred, ...], right: tuple[Deferred, ...]) -> tuple[Deferred, ...]:
    if left == right:
        return left
    mine, theirs = ({point: (sure, held) for point, sure, held in each} for each in (left, right))
    found: list[Deferred] = []
    for point in sorted(mine.keys() | theirs.keys()):
        sides = [each[point] for each in (mine, theirs) if point in each]
        sure = len(sides) > 1 and all(sure for sure, _ in sides)
        found.append((point, sure, frozenset.intersection(*(held for _, held in sides))))
    return tuple(found)


def _join_published(
    left: Mapping[AccessPath, frozenset[int]], right: Mapping[AccessPath, frozenset[int]]
) -> Mapping[AccessPath, frozenset[int]]:
    if left is right or not right:
        return left
    if not left:
        return right
    met = dict(left)
    for path, by in right.items():
        met[path] = met.get(path, by) | by
    return met


def _mentions(key: Hashable, path: AccessPath) -> bool:
    if isinstance(key, AccessPath):
        return key.starts_with(path)
    return isinstance(key, tuple) and any(_mentions(part, path) for part in key)

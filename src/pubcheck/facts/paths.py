"""Names for memory: access paths within one function, locations across functions.

An access path is exact inside one goroutine: equal paths mean the same memory for as long as no pointer on the way is
written. Across goroutines, where nobody can tell one instance from another, memory is grouped by its ``Location``: what
a path ends in, without the object that it starts from.

**Steps** are strings, so that paths are cheap to compare and to store: ``*`` goes through a pointer (or into the
backing store of a slice or map), ``@`` through a pointer that was loaded *atomically* (so a path with an ``@`` names
memory of a snapshot), ``[]`` is any element, ``[3]`` that of a constant index, ``pkg/path.Type.field`` a field of
a declared struct type and ``.field`` a field of an anonymous one.

A pointer is described by the path of what it points to: ``&x.n`` by ``x.n``, a pointer that was read from ``x.p`` by
``x.p.*``. A value that was read from ``x.v`` is described by ``x.v.*`` too; its fields are ``x.v``'s.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

import msgspec

DEREF = "*"
SNAPSHOT = "@"
ELEMENT = "[]"

MAX_STEPS = 12
"""A path that would be longer isn't tracked: recursive structures end somewhere."""


class RootKind(StrEnum):
    """What an access path starts from."""

    PARAM = "param"  # index: position, receiver first
    GLOBAL = "global"  # name: import path and variable
    CELL = "cell"  # a local in memory, captured ones included; index: offset of its declaration
    FRESH = "fresh"  # allocated in this function, or by a callee for it; index: number of the value
    OPAQUE = "opaque"  # memory that can't be named: a call's result, a received pointer; index: number of the value


class Root(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """The start of an access path.

    ``index`` keeps roots of one kind apart within a file (see ``RootKind``); ``name`` is what people read; ``file`` is
    given for cells, whose offset alone wouldn't tell them apart across files. Nested functions share the roots of the
    cells that they capture.
    """

    kind: RootKind
    index: int
    name: str
    file: str = ""


class AccessPath(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """A root and the steps from it: see the module's text for what a step looks like."""

    root: Root
    steps: tuple[str, ...] = ()

    def then(self, *steps: str) -> AccessPath | None:
        """The path with more steps; None when it gets longer than is tracked."""
        return longer(self, steps)

    def starts_with(self, prefix: AccessPath) -> bool:
        """Whether this path is ``prefix`` or leads on from it."""
        return self.root == prefix.root and self.steps[: len(prefix.steps)] == prefix.steps

    @property
    def prefixes(self) -> tuple[AccessPath, ...]:
        """The paths that this one leads on from, shortest first, and itself."""
        return _prefixes(self)

    @property
    def location(self) -> Location | None:
        """What accesses through this path are grouped by; None for memory without a name."""
        return location_of(self)

    @property
    def snapshot(self) -> AccessPath | None:
        """The atomic variable whose loaded value this path leads through (the last one), or None."""
        if SNAPSHOT not in self.steps:
            return None
        last = len(self.steps) - 1 - self.steps[::-1].index(SNAPSHOT)
        return AccessPath(self.root, self.steps[:last])

    @property
    def is_element(self) -> bool:
        """Whether it names an item of an array, slice or map."""
        return bool(self.steps) and self.steps[-1].startswith("[")

    def __str__(self) -> str:
        """As Go would write it: ``s.cache.items[]``."""
        return _show(self.root.name.rpartition("/")[2] or self.root.kind.value, self.steps)


@lru_cache(maxsize=65536)
def longer(path: AccessPath, steps: tuple[str, ...]) -> AccessPath | None:
    """As ``AccessPath.then``.

    Kept, because every call of a function makes the same few paths: shared, they take a tenth of the memory.
    """
    # What the last pointer of a path leads to still has a name: a lock behind it guards what lies beside the pointer.
    if len(path.steps) + len(steps) > MAX_STEPS + (steps == (DEREF,)):
        return None
    return AccessPath(path.root, path.steps + steps)


@lru_cache(maxsize=65536)
def _prefixes(path: AccessPath) -> tuple[AccessPath, ...]:
    shorter = [AccessPath(path.root, path.steps[:length]) for length in range(len(path.steps))]
    return (*shorter, path)


_BEHIND = f"{DEREF}[]"
"""How the path of a location goes on where a pointer leads to a container."""


class LocationKind(StrEnum):
    """What a location is."""

    GLOBAL = "global"
    FIELD = "field"
    LOCAL = "local"


class Location(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """What accesses are grouped by: a package variable, a field of a declared type, or one captured local.

    ``owner`` is the import path and the type (``example.com/m/store.Cache``), the import path alone for a package
    variable, or the declaring function's file and offset for a local. ``path`` is the field path or the variable, with
    ``[]`` for elements: ``items``, ``items[]``, ``stats.hits``; a ``*`` at its end is what the pointer there leads to.
    """

    kind: LocationKind
    owner: str
    path: str

    @property
    def package(self) -> str:
        """Import path of the declaring package; empty for a local."""
        if self.kind is LocationKind.LOCAL:
            return ""
        if self.kind is LocationKind.GLOBAL:
            return self.owner
        return self.owner[: self.owner.rfind(".")]

    @property
    def is_element(self) -> bool:
        """Whether it stands for the elements of a container."""
        return self.path.endswith("[]")

    @property
    def container(self) -> Location:
        """The variable or field that holds the container whose elements this is; itself otherwise."""
        at = self.path.find("[]", self.path.rfind(_BEHIND) + 1)
        return self if at < 0 else Location(self.kind, self.owner, self.path[:at])

    def __str__(self) -> str:
        """As people name it: ``Cache.items``, ``store.counter``, ``n``."""
        path = self.path.removesuffix(DEREF)
        if self.kind is LocationKind.LOCAL:
            return path
        short = self.owner.rpartition("/")[2]
        if self.kind is LocationKind.FIELD:
            short = short.rpartition(".")[2]
        return f"{short}.{path}"


@lru_cache(maxsize=16384)
def location_of(path: AccessPath) -> Location | None:
    """The location of ``path``: the last field of a declared type and what follows it, or the root variable.

    What a pointer in a field leads to is another location than the field, and so is the container that is there.
    """
    steps = path.steps
    at = len(steps) - 1
    while at >= 0 and steps[at][0] in "*@[.":
        at -= 1
    rest = steps[at + 1 :]
    tail = "".join(_tail(step) for step in rest) if (DEREF, DEREF) not in pairwise(rest) else _behind_pointers(rest)
    if steps and steps[-1] in (DEREF, SNAPSHOT):
        tail += DEREF
    if at >= 0:
        owner, _, name = steps[at].rpartition(".")
        return Location(LocationKind.FIELD, owner, name + tail)
    root = path.root
    if root.kind is RootKind.GLOBAL:
        package, _, name = root.name.rpartition(".")
        return Location(LocationKind.GLOBAL, package, name + tail)
    if root.kind is RootKind.CELL:
        return Location(LocationKind.LOCAL, f"{root.file}:{root.index}", root.name + tail)
    return None


def allocation(path: AccessPath) -> tuple[str, ...]:
    """Where ``path`` lies in the memory that its last pointer leads to: the root's variable, if any, and the steps.

    It tells ``Server.stats.in`` from ``Client.stats.in``, which share a location.
    """
    steps = path.steps
    start = max((at for at, step in enumerate(steps) if step in (DEREF, SNAPSHOT)), default=-1) + 1
    root = path.root
    if start == 0 and root.kind in (RootKind.GLOBAL, RootKind.CELL):
        return (f"{root.file}:{root.index}:{root.name}", *steps)
    return steps[start:]


def field_step(owner: str | None, name: str) -> str:
    """The step into field ``name`` of the declared type ``owner`` (``import/path.Type``), or of an anonymous struct."""
    return f"{owner or ''}.{name}"


def _behind_pointers(steps: tuple[str, ...]) -> str:
    """As the tails of ``steps``, with each pointer to a container told apart from the container itself."""
    tail = ""
    for (before, step), after in zip(pairwise(("", *steps)), (*steps[1:], ""), strict=True):
        tail += DEREF if before == step == DEREF and after else _tail(step)
    return tail


def _tail(step: str) -> str:
    if step[0] == "[":
        return "[]"
    return step if step[0] == "." else ""


def _show(root: str, steps: tuple[str, ...]) -> str:
    parts = [root]
    for step in steps:
        if step[0] == "[":
            parts.append(step)
        elif step == SNAPSHOT:
            parts.append(".Load()")
        elif step != DEREF:
            parts.append("." + step.rpartition(".")[2])
    return "".join(parts)

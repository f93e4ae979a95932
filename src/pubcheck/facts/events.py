"""What a function does that another goroutine, or a rule, could care about.

Every event has a ``point`` (for questions of order within its function), a ``span`` (where a finding about it goes) and
``held`` (the locks at that moment). Events of callees are brought into the caller's terms and carry the call chain in
``trace``; their ``point`` and ``span`` are then those of the call in *this* function.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import msgspec

from pubcheck.facts.locks import NOTHING_HELD, Held, Lock, Mode
from pubcheck.facts.paths import AccessPath, Location, Root, location_of
from pubcheck.source import Span

Constant = bool | int | float | str | None


class Point(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """One instruction of a function: its block and its place in the block."""

    block: int
    index: int


class Step(msgspec.Struct, frozen=True, gc=False):
    """One link of a call chain: where the call stands, and the full name of what it calls, or a literal's name."""

    span: Span
    callee: str

    @property
    def name(self) -> str:
        """What it calls, as people name it: ``(*Store).flush``, ``os.Remove``."""
        return short_name(self.callee)


@lru_cache(maxsize=4096)
def short_name(name: str) -> str:
    """A full name without its import path: ``(*Store).flush``, ``os.Remove``; a literal's name as it is."""
    if not name.startswith("("):
        return name.rpartition("/")[2]
    receiver, _, method = name[1:].partition(").")
    star, path = ("*", receiver[1:]) if receiver.startswith("*") else ("", receiver)
    base, bracket, arguments = path.partition("[")
    return f"({star}{base.rpartition('.')[2]}{bracket}{arguments}).{method}"


Trace = tuple[Step, ...]
"""A call chain, outermost call first; empty for what the function does itself."""


class AccessKind(StrEnum):
    """What happens to the memory."""

    READ = "read"
    WRITE = "write"


class AtomicKind(StrEnum):
    """What an atomic operation does."""

    LOAD = "load"
    STORE = "store"
    ADD = "add"
    SWAP = "swap"
    CAS = "cas"
    AND = "and"
    OR = "or"

    @property
    def writes(self) -> bool:
        """Whether it may change the memory."""
        return self is not AtomicKind.LOAD

    @property
    def reads(self) -> bool:
        """Whether its result tells what was there."""
        return self is not AtomicKind.STORE


class Style(StrEnum):
    """Which of the two atomic interfaces is used."""

    TYPED = "typed"  # x.Add(1) on an atomic.Int64
    FUNCTION = "function"  # atomic.AddInt64(&x, 1)


class Operand(msgspec.Struct, frozen=True, gc=False):
    """A value that an event is given.

    ``depends`` are the points of the atomic operations (``Access.point``) that the value was computed from, a copy of a
    loaded struct that was changed since included; a point in block -1 stands for the parameter of its index.
    ``targets`` is what it points to, or for a number that was read from
    ``x.n`` just ``x.n.*``. ``known`` tells a constant's ``value`` (``nil`` is a known None) from what isn't constant.
    """

    known: bool = False
    value: Constant = None
    depends: frozenset[Point] = frozenset()
    targets: tuple[AccessPath, ...] = ()

    @property
    def is_zero(self) -> bool:
        """Whether it is the constant zero, false, empty or nil."""
        return self.known and not self.value


class Atomic(msgspec.Struct, frozen=True, gc=False):
    """The atomic side of an ``Access``.

    ``width`` is in bits: 32 or 64, 0 for pointers, ``uintptr``, ``Bool`` and ``Value``. ``operands`` are the values
    given, without the address: ``(new,)`` for store, swap and add (the delta), ``(old, new)`` for CAS. ``used`` says
    that the result goes anywhere. ``function`` is the callee's full name (``sync/atomic.AddInt64``).
    """

    kind: AtomicKind
    style: Style
    width: int
    operands: tuple[Operand, ...]
    used: bool
    function: str


class Access(msgspec.Struct, frozen=True, gc=False):
    """A plain or atomic access of memory that has a name.

    Attributes:
        kind: read or write (an atomic read-modify-write is a write).
        path: the memory, in this function's terms. An element access ends in ``[]`` or ``[3]``.
        point: where it happens in its function; the call's point where ``trace`` isn't empty.
        span: the source of it; the call's where ``trace`` isn't empty, and then ``origin`` is the access itself.
        held: locks at the access, those of callees included.
        function: name of the function (as ``FunctionFacts.name``) in whose terms it is told.
        atomic: set for an access by ``sync/atomic``, None for a plain one.
        owned: the memory was allocated by this function and nobody else can reach it yet. Only atomic operations on
            owned memory are told at all.
        init: the first write of a literal's or a variable's memory.
        whole: the declared type (``import/path.Type``) of a struct that is read or written at once (``c := *p``):
            all of its fields are. Empty for anything else.
        value: of a plain write, what is written and the reads and atomic operations that it was computed from.
        via: how an element is written when not by assignment: ``append``, ``delete``, ``clear``, ``copy`` or the full
            name of a library function (``sort.Slice``, ``maps.Copy``). ``append`` with ``in_place`` false writes only
            behind the length.
        in_place: false for an ``append`` that leaves the existing elements alone.
        certain: the path is the only memory that can be meant; false where paths with different values met before.
        after: indices in ``FunctionFacts.publications`` of the publications that happened before, on some path, of a
            value that reaches this memory, and that nothing ended since (a new value, a receive, a Wait).
        trace: the call chain to the access; empty if the function does it itself.
        origin: span of the access in the innermost callee of ``trace``; None without a trace.
    """

    kind: AccessKind
    path: AccessPath
    point: Point
    span: Span
    function: str
    held: Held = NOTHING_HELD
    atomic: Atomic | None = None
    owned: bool = False
    init: bool = False
    whole: str = ""
    value: Operand | None = None
    via: str = ""
    in_place: bool = True
    certain: bool = True
    after: tuple[int, ...] = ()
    trace: Trace = ()
    origin: Span | None = None

    @property
    def location(self) -> Location | None:
        """What it is grouped by across functions."""
        return location_of(self.path)

    @property
    def writes(self) -> bool:
        """Whether it changes the memory."""
        return self.kind is AccessKind.WRITE


class PublicationKind(StrEnum):
    """How a value becomes reachable by another goroutine."""

    CAPTURE = "capture"  # captured by a closure that `go` (or a goroutine starter) runs
    GO = "go"  # an argument of a `go` call
    SEND = "send"  # sent on a channel
    ATOMIC = "atomic"  # stored, swapped or compare-and-swapped into an atomic pointer or Value
    SYNC_MAP = "sync.Map"  # put in a sync.Map
    STORE = "store"  # stored plainly to memory that others reach: a package variable, a field of a shared object
    POOL = "pool"  # handed to sync.Pool.Put

    @property
    def has_release(self) -> bool:
        """Whether the act itself is a release edge (a plain store isn't; a lock around it may be)."""
        return self is not PublicationKind.STORE


class Publication(msgspec.Struct, frozen=True, gc=False):
    """The point where a value becomes reachable by another goroutine.

    Attributes:
        kind: how.
        index: its place in ``FunctionFacts.publications``, which ``Access.after`` names.
        value: paths of the memory that becomes reachable: a pointer's target; everything that starts with one of them
            is published.
        into: where it is stored (the atomic variable, the channel, the map, the field); None for ``go``.
        point: where in the function; the call's point for a publication by a callee.
        span: source of it.
        held: locks at that moment.
        safe: whether a release edge covers it: the act is one itself, or an exclusive lock is held.
        fresh: the value was allocated in this function (and not published before).
        callee: the function that a ``go`` starts or a callback's receiver, as in ``Spawn.callee``; empty otherwise.
        trace: the call chain, for a publication that a callee does.
    """

    kind: PublicationKind
    index: int
    value: tuple[AccessPath, ...]
    into: AccessPath | None
    point: Point
    span: Span
    held: Held = NOTHING_HELD
    safe: bool = True
    fresh: bool = False
    callee: str = ""
    trace: Trace = ()


class LockAction(StrEnum):
    """What is done to a lock."""

    ACQUIRE = "acquire"
    RELEASE = "release"
    TRY = "try"


class LockEvent(msgspec.Struct, frozen=True, gc=False):
    """A lock is acquired or released, by this function or by a lock helper that it calls.

    Attributes:
        action: what is done.
        lock: to which lock; for a release the one that was held, in the mode in which it was.
        point: where; the ``defer`` for what happens at the return.
        span: source of it, likewise.
        held: what was held just *before*.
        deferred: whether it happens at a return.
        exit: the block that ends in that return, or in the panic; -1 for what isn't deferred.
        trace: the call chain, for what a callee does.
        origin: span of the call of the library in the innermost callee of ``trace``; None without a trace.
        mode: of a release, the mode that it gives back, whichever the lock was taken in.
        under: parameters and captured cells that are known to be so where it happens.
        needs: what else must be so for it to happen in a callee; what can't be told in these terms has an opaque root.
        certain: false past an interface that others may implement, for what a callee does on some paths only, and where
            it may be another lock.
    """

    action: LockAction
    lock: Lock
    point: Point
    span: Span
    held: Held = NOTHING_HELD
    deferred: bool = False
    trace: Trace = ()
    origin: Span | None = None
    mode: Mode = Mode.EXCLUSIVE
    under: frozenset[tuple[AccessPath, bool]] = frozenset()
    needs: frozenset[tuple[AccessPath, bool]] = frozenset()
    certain: bool = True
    exit: int = -1


class BlockKind(StrEnum):
    """What a call may wait for."""

    NETWORK = "network"
    DISK = "disk"  # file and directory reads and writes
    FSYNC = "fsync"
    PROCESS = "process"
    DATABASE = "database"
    RPC = "rpc"
    SLEEP = "sleep"
    INPUT = "input"  # reading from users
    OUTPUT = "output"  # standard output and error
    LOG = "log"
    STREAM = "stream"  # a reader or writer that may be anything; closing a file or a connection
    WAIT = "wait"  # WaitGroup.Wait, errgroup's Wait, a process's Wait is PROCESS
    COND = "cond"  # Cond.Wait, which releases its own lock
    CHANNEL = "channel"  # a send, receive or select that may wait
    CUSTOM = "custom"  # named by the user's configuration


class Blocking(msgspec.Struct, frozen=True, gc=False):
    """A call, or a channel operation, that may wait for something outside of the program's own computing.

    Attributes:
        kind: for what.
        what: the library function (``net.Dial``, ``(*os.File).Sync``), or ``send``, ``receive``, ``select``.
        subject: what it works on, where it has a receiver or a first argument with a path: the file, the connection.
        point: the call in this function.
        span: source of that call.
        held: locks at the moment of waiting, those that callees acquired and still hold included; those that callees
            released before it are taken away.
        trace: the call chain from this function to the library call; empty when it calls it itself.
        origin: span of the library call in the innermost callee of ``trace``; None without a trace.
        certain: every call on the way has this one callee; false past an interface that several types implement.
        needs: boolean parameters and captured cells, of this function, that must be so for it to be waited; one with an
            opaque root isn't known to callers.
    """

    kind: BlockKind
    what: str
    subject: AccessPath | None
    point: Point
    span: Span
    held: Held = NOTHING_HELD
    trace: Trace = ()
    origin: Span | None = None
    certain: bool = True
    needs: frozenset[tuple[AccessPath, bool]] = frozenset()


class ChannelAction(StrEnum):
    """What is done to a channel."""

    SEND = "send"
    RECEIVE = "receive"
    CLOSE = "close"


class ChannelEvent(msgspec.Struct, frozen=True, gc=False):
    """A send, receive or close. ``waits`` is false in a select with a default clause. ``targets`` name the channel."""

    action: ChannelAction
    targets: tuple[AccessPath, ...]
    point: Point
    span: Span
    held: Held = NOTHING_HELD
    in_select: bool = False
    waits: bool = True


class Start(StrEnum):
    """How a function comes to run on another goroutine, or at another time."""

    GO = "go"
    STARTER = "starter"  # handed to a function that runs it on a goroutine (errgroup.Group.Go, time.AfterFunc)
    HANDLER = "handler"  # registered: runs on many goroutines
    DEFER = "defer"


class Spawn(msgspec.Struct, frozen=True, gc=False):
    """A goroutine is started, or a function handed to something that starts one.

    Attributes:
        start: how.
        callee: name of the started function as in ``PackageFacts.function``: ``(*Server).loop``,
            ``(*Server).Run.func1``; empty if it isn't known.
        point: where.
        span: source.
        looped: it may run more than once in one call of the function.
        accesses: what the started function does to memory that both sides name, in the starter's terms.
        by: full name of the starter (``(*sync.WaitGroup).Go``); empty for ``go``.
        args: what the started function is given, its receiver first; empty for a deferred one.
        captures: the cells that a started literal uses, each with what it then points to.
        item: it is one of several functions that are started here, each once: those in a slice, say.
    """

    start: Start
    callee: str
    point: Point
    span: Span
    looped: bool
    held: Held = NOTHING_HELD
    accesses: tuple[Access, ...] = ()
    by: str = ""
    args: tuple[Operand, ...] = ()
    captures: tuple[tuple[Root, tuple[AccessPath, ...]], ...] = ()
    item: bool = False


class Call(msgspec.Struct, frozen=True, gc=False):
    """A call whose callee is known by name: ``callee`` as ``Func.full_name``, or a closure's name."""

    callee: str
    args: tuple[Operand, ...]
    point: Point
    span: Span
    held: Held = NOTHING_HELD
    deferred: bool = False

"""Memory that is handed to another goroutine in a loop and filled again in a later turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import DEREF, ELEMENT, BlockKind, ChannelAction, Point, PublicationKind, RootKind
from pubcheck.flow import ir
from pubcheck.flow.operands import operands
from pubcheck.model.structure import underlying
from pubcheck.model.types import Basic, Chan, Slice, Struct
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.names import points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, AccessPath, Call, Operand, Publication, Root
    from pubcheck.model.types import Type
    from pubcheck.source import Span

_HANDOFFS = (PublicationKind.SEND, PublicationKind.GO, PublicationKind.CAPTURE)
_FILLS = frozenset(
    (
        *("Read", "ReadAt", "ReadFrom", "ReadFromUDP", "ReadFromUDPAddrPort", "ReadMsgUDP", "ReadFromIP", "ReadMsgIP"),
        *("ReadFromUnix", "ReadMsgUnix", "ReadFull", "ReadAtLeast", "Recvfrom", "Recvmsg"),
    )
)
"""Library functions, by their own names, that fill a slice that they are given."""
_VIEWS = {
    "(*bufio.Scanner).Bytes": ("(*bufio.Scanner).Scan",),
    "(*bytes.Buffer).Bytes": tuple(
        f"(*bytes.Buffer).{name}"
        for name in ("Reset", "Truncate", "Write", "WriteString", "WriteByte", "WriteRune", "WriteTo", "ReadFrom")
    ),
}
_READER = tuple(
    f"(*bufio.Reader).{name}"
    for name in ("ReadSlice", "ReadLine", "ReadBytes", "ReadString", "ReadByte", "ReadRune", "Read", "Discard", "Reset")
)
_VIEWS |= {f"(*bufio.Reader).{name}": _READER for name in ("ReadSlice", "ReadLine", "Peek")}
"""Functions whose result is valid only until one of the others is called on the same object."""


class Reuse(NamedTuple):
    """What ``handoff`` gave away is overwritten, or given to a pool, at ``span``, by ``how``."""

    handoff: Publication
    span: Span
    how: str


def reuses(package: PackageFacts, function: FunctionFacts) -> Iterator[Reuse]:
    """The first reuse after each handoff that no acknowledgement and no new memory comes before."""
    for handoff in function.publications:
        # An item for each turn is mostly another one.
        items = any(path.is_element for path in handoff.value)
        if handoff.kind in _HANDOFFS and not handoff.trace and not items:
            found = next(_reuses(package, function, handoff), None)
            if found is not None:
                yield found


def _reuses(package: PackageFacts, function: FunctionFacts, handoff: Publication) -> Iterator[Reuse]:
    for point, span, how in (
        *_fills(function, handoff),
        *_late_writes(function, handoff),
        *_views(function, handoff),
        *_puts(package, function, handoff),
    ):
        ends = [*_breaks(function, handoff), *_reassigned(function, handoff, point)]
        if not function.order.passes_one(handoff.point, point, ends):
            yield Reuse(handoff, span, how)


def _fills(function: FunctionFacts, handoff: Publication) -> Iterator[tuple[Point, Span, str]]:
    for call in function.calls:
        short = call.callee.rpartition(".")[2]
        if short not in _FILLS or call.deferred or not function.order.reaches(handoff.point, call.point):
            continue
        filled = [target for operand in _slices(function, call) for target in operand.targets]
        if any(_has(function, handoff, path, target) for target in filled for path in handoff.value):
            yield call.point, call.span, f"`{short}` fills"


def _has(function: FunctionFacts, handoff: Publication, path: AccessPath, target: AccessPath) -> bool:
    """Whether who is given ``path`` may look at ``target``: a goroutine that has a whole object uses some of it."""
    if not target.starts_with(path):
        return False
    if handoff.kind is PublicationKind.SEND or set(target.steps[len(path.steps) :]) <= {DEREF, ELEMENT}:
        return True
    started = [spawn for spawn in function.spawns if spawn.point == handoff.point]
    used = [access.path for spawn in started for access in spawn.accesses]
    return any(target.starts_with(each) or each.starts_with(target) for each in used)


def _slices(function: FunctionFacts, call: Call) -> Iterator[Operand]:
    """The arguments that are slices."""
    info = call_info(function.ir, call.point)
    for operand, arg in zip(call.args, info.args if info is not None else (), strict=False):
        type_ = function.ir.register_types.get(arg) if isinstance(arg, int) else None
        if type_ is not None and isinstance(underlying(type_), Slice):
            yield operand


def _late_writes(function: FunctionFacts, handoff: Publication) -> Iterator[tuple[Point, Span, str]]:
    """Writes in a later turn; those in the same one are another rule's."""
    order = function.order
    for write in function.accesses:
        if not write.writes or write.atomic is not None or write.init or not write.in_place or not _goes_in(write):
            continue
        own = write.path.root.kind in (RootKind.FRESH, RootKind.CELL) and not function.maybe_protected(write)
        if write.path.is_element and not write.via:
            continue  # each turn mostly has an item of its own
        if not write.via and handoff.kind is not PublicationKind.SEND:
            continue  # of what a goroutine captured more is shared than a buffer
        if not own or not any(write.path.starts_with(path) for path in handoff.value):
            continue
        again = order.reaches(handoff.point, write.point) and order.reaches(write.point, handoff.point)
        if again and not order.same_turn(handoff.point, write.point):
            yield write.point, write.span, "this writes"


def _goes_in(write: Access) -> bool:
    """Whether the write is of what a variable leads to, and not of the variable."""
    return write.path.root.kind is RootKind.FRESH or any(step[0] in "*@[" for step in write.path.steps)


def _views(function: FunctionFacts, handoff: Publication) -> Iterator[tuple[Point, Span, str]]:
    """The next call that invalidates what was handed on as a view of a reader's or a buffer's memory."""
    for view in _viewed(function, handoff):
        ends = _VIEWS[view.callee]
        for call in function.calls:
            same = call.callee in ends and _one(call.args[0]) == _one(view.args[0]) is not None
            if same and function.order.reaches(handoff.point, call.point):
                yield call.point, call.span, f"`{call.callee.rpartition('.')[2]}` overwrites"


def _viewed(function: FunctionFacts, handoff: Publication) -> Iterator[Call]:
    """The calls that gave what was handed on as a view of their object's memory."""
    # A copy of a view has what its items lead to in common with it, and no more.
    views = (path for path in handoff.value if ELEMENT not in path.steps)
    roots = {path.root.index for path in views if path.root.kind is RootKind.OPAQUE}
    for view in function.calls if roots else ():
        instruction = function.ir.blocks[view.point.block].instructions[view.point.index]
        if view.callee in _VIEWS and isinstance(instruction, ir.Call) and not roots.isdisjoint(instruction.targets[:1]):
            yield view


def _one(operand: Operand) -> AccessPath | None:
    return operand.targets[0] if len(operand.targets) == 1 else None


def _puts(package: PackageFacts, function: FunctionFacts, handoff: Publication) -> Iterator[tuple[Point, Span, str]]:
    """Where what was sent goes back into its pool; a deferred Put does so after all else.

    What a deferred function asks before it puts it back is whether it was sent, or who else has it.
    """
    order = function.order
    given_back = [each for each in function.publications if each.kind is PublicationKind.POOL]
    sent = handoff.value
    if given_back:
        sent += tuple(path for view in _viewed(function, handoff) for path in view.args[0].targets)
    for given in given_back if handoff.kind is PublicationKind.SEND else ():
        if not _is_same(given.value, sent):
            continue
        late = isinstance(function.ir.blocks[given.point.block].instructions[given.point.index], ir.Defer)
        if late and _asks_first(package, given):
            continue
        ends = [order.end(block) for block in order.exits] if late else [given.point]
        for end in ends:
            if order.reaches(handoff.point, end):
                yield end, given.span, "`Put` gives the pool"


def _asks_first(package: PackageFacts, given: Publication) -> bool:
    """Whether what is called puts the memory back under conditions only."""
    callee = package.function(given.trace[0].callee) if given.trace else None
    puts = [each for each in callee.publications if each.kind is PublicationKind.POOL] if callee is not None else []
    return callee is not None and bool(puts) and all(callee.conditions(each.point) for each in puts)


def _is_same(one: tuple[AccessPath, ...], other: tuple[AccessPath, ...]) -> bool:
    """Whether both have one piece of memory, and not only one a part of what the other leads to."""
    return any(
        there.starts_with(here) and set(there.steps[len(here.steps) :]) <= {DEREF} for here in one for there in other
    )


def _breaks(function: FunctionFacts, handoff: Publication) -> list[Point]:
    """Where the memory becomes another, or the other side says that it is done, each of several others in its turn."""
    roots = {path.root for path in handoff.value}
    found = [event.point for event in function.blocking if event.kind in (BlockKind.WAIT, BlockKind.COND)]
    told = [
        event.point
        for event in function.channels
        if event.action is ChannelAction.RECEIVE
        and (function.order.same_turn(handoff.point, event.point) or _acknowledges(function, event.point))
    ]
    found += told
    found += [
        Point(loop.header, -1) for loop in function.order.loops_past(told) if handoff.point.block not in loop.blocks
    ]
    return found + [point for point, each in points(function.ir) if any(_renews(each, root) for root in roots)]


def _reassigned(function: FunctionFacts, handoff: Publication, point: Point) -> list[Point]:
    """Where the variable by which the memory is reached at ``point`` is given something else, such as nil."""
    made = {path.root.index for path in handoff.value if path.root.kind is RootKind.FRESH}
    copies = [(at, each) for at, each in points(function.ir) if isinstance(each, ir.Compute) and each.op == "move"]
    variables: set[int] = set()
    grows = True
    while grows:
        more = {each.target for _, each in copies if not (made | variables).isdisjoint(each.operands)} - variables
        variables |= more
        grows = bool(more)
    used = variables.intersection(operands(function.ir.blocks[point.block].instructions[point.index]))
    given = [(at, each) for at, each in copies if each.target in used]
    if len(used) != 1 or any(not variables.isdisjoint(each.operands) for _, each in given):
        return []  # it may get the same back
    return [at for at, _ in given]


def _acknowledges(function: FunctionFacts, point: Point) -> bool:
    """Whether what is received is no data: nobody takes it, or it says only that something is done.

    What is received right after the handoff answers it, whatever it is; what each turn begins with doesn't.
    """
    instruction = function.ir.blocks[point.block].instructions[point.index]
    if not isinstance(instruction, ir.Receive) or instruction.target is None:
        return True
    channel = instruction.channel
    type_ = function.ir.register_types.get(channel) if isinstance(channel, int) else None
    under = underlying(type_) if type_ is not None else None
    return not isinstance(under, Chan) or _says_done(under.element)


def _says_done(type_: Type) -> bool:
    under = underlying(type_)
    if isinstance(under, Struct):
        return not under.fields
    return (isinstance(under, Basic) and under.name == "bool") or getattr(
        getattr(type_, "symbol", None), "name", ""
    ) == "error"


def _renews(instruction: ir.Instruction, root: Root) -> bool:
    """Whether ``root`` stands for other memory from here on."""
    if root.kind is RootKind.CELL:
        match instruction:
            case ir.Declare(var=var) | ir.Store(place=ir.Place(root=var, steps=())):
                return not isinstance(var, int) and var.pos == root.index
        return False
    if root.kind in (RootKind.FRESH, RootKind.OPAQUE):
        match instruction:
            case (
                ir.Alloc(target=target) | ir.Compute(target=target) | ir.Load(target=target) | ir.Receive(target=target)
            ):
                return target == root.index
            case ir.Call(targets=targets):
                return root.index in targets
            case ir.Range(key=key, value=value):
                return root.index in (key, value)
    return False

"""Places become access paths; reads and writes of them become accesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.kinds import struct_name
from pubcheck.analysis.values import NO_POINTS, NOTHING, Value, join, read_from
from pubcheck.facts import (
    DEREF,
    ELEMENT,
    Access,
    AccessKind,
    AccessPath,
    PublicationKind,
    RootKind,
    field_step,
    longer,
)
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.analysis.frame import Frame
    from pubcheck.facts import Operand
    from pubcheck.model.symbols import TypeName
    from pubcheck.source import Span


def paths(frame: Frame, place: ir.Place) -> tuple[AccessPath, ...]:
    """The memory that ``place`` may be; none where a path would get too long."""
    steps = place.steps
    root = place.root
    if not isinstance(root, int):
        starts: tuple[AccessPath, ...] = (AccessPath(frame.cell(root)),)
        if steps and type(steps[0]) is ir.Deref:
            starts = frame.state.content(starts[0]).targets
            steps = steps[1:]
    else:
        starts = frame.targets(root)
        if steps and type(steps[0]) is ir.Deref:
            steps = steps[1:]
        elif steps and type(steps[0]) is ir.Field:
            starts = tuple(read_from(start) or start for start in starts)
    if not steps:
        return starts
    owner = frame.world.owner
    names = tuple([step_name(step, owner) for step in steps])
    return tuple([path for start in starts if (path := longer(start, names)) is not None])


def step_name(step: ir.Step, owner: Callable[[TypeName | None], str | None]) -> str:
    """How access paths write ``step``; ``owner`` names the type that a field belongs to."""
    if type(step) is ir.Field:
        return field_step(owner(step.owner), step.name)
    if type(step) is ir.Element:
        index = step.index
        if type(index) is ir.Const and index.known and type(index.value) in (int, str):
            return f"[{index.value!r}]"
        return ELEMENT
    return DEREF


def load(frame: Frame, load: ir.Load) -> Value:
    """Read a place: the access, and the value that it gives."""
    place = load.place
    found = paths(frame, place)
    value: Value | None = None
    state = frame.state
    # A part of a value in a register is no memory; the value was read when it got there.
    private = isinstance(place.root, int) and bool(place.steps) and type(place.steps[0]) is ir.Field
    whole = (frame.world.owner(struct_name(place.type)) or "") if place.steps else ""
    for path in found:
        if frame.loop and path.steps and path.steps[-1] == ELEMENT:
            # Another turn, another element.
            state.unpublish(path)
        if not private:
            read(frame, path, load, whole=whole)
        content = state.content(path)
        value = content if value is None else join(value, content)
    if value is None:
        return NOTHING
    through = frame.value(place.root).depends if isinstance(place.root, int) else NO_POINTS
    return value.depending(through) if through else value


def read(frame: Frame, path: AccessPath, node: ir.Instruction | ir.CallInfo, *, whole: str = "") -> None:
    """Record that ``path`` is read."""
    if frame.matters(path):
        frame.out["accesses"].append(
            Access(AccessKind.READ, path, frame.point, frame.span(node), frame.fn.name, frame.state.held, whole=whole)
        )


def read_elements(frame: Frame, targets: tuple[AccessPath, ...], span: Span) -> None:
    """Record that a library function reads the elements of what ``targets`` name."""
    for target in targets:
        path = target.then(ELEMENT)
        if path is not None and frame.matters(path):
            frame.out["accesses"].append(
                Access(AccessKind.READ, path, frame.point, span, frame.fn.name, frame.state.held)
            )


def write(frame: Frame, store: ir.Store) -> None:
    """Write a place: the access, and the memory afterwards."""
    found = paths(frame, store.place)
    value = frame.value(store.value)
    whole = frame.world.owner(struct_name(store.place.type)) or ""
    span = frame.span(store)
    after = frame.state.publications_of_all(found)
    for path in found:
        record_write(
            frame,
            path,
            span,
            after=after,
            certain=len(found) == 1,
            init=store.init,
            whole=whole,
            value=frame.operand(store.value),
        )
        if path.root not in frame.unstable:
            frame.state.store(path, value, sure=len(found) == 1 and path.steps[-1:] != (ELEMENT,))
        share(frame, path, value, span)


def write_elements(
    frame: Frame, targets: tuple[AccessPath, ...], span: Span, *, via: str, in_place: bool = True
) -> None:
    """Record that elements of what ``targets`` name are written by the builtin or library function ``via``."""
    found = tuple(path for target in targets if (path := target.then(ELEMENT)) is not None)
    after = frame.state.publications_of_all(found)
    for path in found:
        record_write(frame, path, span, after=after, certain=len(targets) == 1, via=via, in_place=in_place)


def write_whole(frame: Frame, targets: tuple[AccessPath, ...], span: Span, whole: str, *, via: str) -> None:
    """Record that all of the structs of type ``whole`` that ``targets`` name is written by the library function."""
    after = frame.state.publications_of_all(targets)
    for path in targets:
        record_write(frame, path, span, after=after, certain=len(targets) == 1, whole=whole, via=via)


def record_write(  # noqa: PLR0913 a write has these parts
    frame: Frame,
    path: AccessPath,
    span: Span,
    *,
    after: tuple[int, ...],
    certain: bool = True,
    init: bool = False,
    whole: str = "",
    value: Operand | None = None,
    via: str = "",
    in_place: bool = True,
) -> None:
    """Record that ``path`` is written."""
    if not frame.matters(path):
        return
    state = frame.state
    frame.out["accesses"].append(
        Access(
            kind=AccessKind.WRITE,
            path=path,
            point=frame.point,
            span=span,
            function=frame.fn.name,
            held=state.held,
            init=init,
            whole=whole,
            value=value,
            via=via,
            in_place=in_place,
            certain=certain,
            after=after,
        )
    )


def share(frame: Frame, path: AccessPath, value: Value, span: Span) -> None:
    """New memory that is stored where others may look isn't owned any more.

    A parameter's target that is stored under a lock may be new to the caller.
    """
    if not value.targets and not value.parts:
        return
    again = frame.stored_before(path)
    found = tuple([target for target in (*value.targets, *value.parts) if again or frame.new(target)])
    if not found and frame.state.held.must:
        found = tuple(target for target in value.targets if _given(target))
    if found and not frame.owned(path) and not _own_cell(frame, path):
        frame.publish(PublicationKind.STORE, found, path, span)


def _given(path: AccessPath) -> bool:
    """Whether ``path`` is what a parameter points to."""
    return path.root.kind is RootKind.PARAM and path.steps == (DEREF,)


def _own_cell(frame: Frame, path: AccessPath) -> bool:
    """Whether ``path`` is a cell of this function that only its literals share."""
    return path.root.kind is RootKind.CELL and DEREF not in path.steps and path.root not in frame.state.shared

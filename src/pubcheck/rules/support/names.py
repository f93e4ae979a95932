"""Which registers and variables lead into one object's memory, followed along the paths of a function.

A *name* is a register, or a variable in memory by what it holds. Two names of one object may be two pointers to it, or
a pointer and a slice of its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import survey
from pubcheck.analysis.kinds import refers
from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Var
from pubcheck.model.types import Array, Pointer, Slice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.model.types import Type

Name = int | Var

_SAME = frozenset(("move", "convert", "assert", "slice"))
VIEWS = frozenset(
    (
        *("(*bytes.Buffer).Bytes", "(*bytes.Buffer).Next", "(*bytes.Buffer).AvailableBuffer"),
        *("bytes.TrimSpace", "bytes.Trim", "bytes.TrimLeft", "bytes.TrimRight", "bytes.TrimPrefix", "bytes.TrimSuffix"),
        *("slices.Clip", "slices.Grow", "unsafe.Slice", "unsafe.SliceData", "unsafe.String", "unsafe.StringData"),
    )
)
"""Library functions whose result lies in the memory of their first argument."""


def points(function: ir.Function) -> Iterator[tuple[Point, ir.Instruction]]:
    """The instructions of ``function`` with their points."""
    for block in function.blocks:
        for index, instruction in enumerate(block.instructions):
            yield Point(block.index, index), instruction


def source_of(function: ir.Function, instruction: ir.Instruction) -> Name | None:
    """The name whose memory the instruction's result leads into as well; None where that is another's, or nobody's."""
    match instruction:
        case ir.Compute(target=target, op=op, operands=(int() as operand, *_)) if op in _SAME:
            return operand if refers(function.register_types.get(target)) else None
        case ir.Load(place=ir.Place(root=root, steps=())):
            return root
        case ir.Load(place=ir.Place(root=root, steps=(ir.Deref(),), type=type_)) if isinstance(
            underlying(type_), Slice
        ):
            return root
        case ir.Address(place=ir.Place(root=root, steps=steps, type=type_)):
            # An item's own memory: what a pointer in it leads to isn't the container's.
            items = any(isinstance(step, ir.Element) for step in steps)
            return None if items and isinstance(underlying(type_), Pointer) else root
        case ir.Store(place=ir.Place(root=Var(), steps=()), value=int() as value):
            return value
        case ir.Call(call=call, targets=(_, *_)) if call.args and isinstance(call.args[0], int):
            return call.args[0] if _is_view(call.callee) else None
    return None


def _is_view(callee: ir.Callee) -> bool:
    if isinstance(callee, ir.BuiltinCallee):
        return callee.name == "append"
    func = callee.func if isinstance(callee, ir.StaticCallee) else None
    # Most are told by their short names, which needn't be put together.
    return func is not None and func.name in _SHORT and func.full_name in VIEWS


_SHORT = frozenset(name.rpartition(".")[2] for name in VIEWS)


def assigned(instruction: ir.Instruction) -> tuple[Name, ...]:
    """The names that the instruction gives a new value."""
    match instruction:
        case ir.Store(place=ir.Place(root=Var() as root, steps=())):
            return (root,)
        case ir.Declare(var=var):
            return (var,)
    return tuple(survey.assigned(instruction))


def definitions(function: ir.Function) -> dict[Name, list[tuple[Point, ir.Instruction]]]:
    """Where each name is assigned; a parameter's first value isn't there."""
    found: dict[Name, list[tuple[Point, ir.Instruction]]] = {}
    for point, instruction in points(function):
        for name in assigned(instruction):
            found.setdefault(name, []).append((point, instruction))
    return found


def origins(
    function: ir.Function, name: Name, made: dict[Name, list[tuple[Point, ir.Instruction]]]
) -> dict[Name, tuple[Point, ...]]:
    """The names that ``name`` may have its object from, with where they got it: nowhere for parameters and captures."""
    found: dict[Name, tuple[Point, ...]] = {}
    seen: set[Name] = set()
    stack = [name]
    while stack:
        here = stack.pop()
        if here in seen:
            continue
        seen.add(here)
        first: list[Point] = []
        for point, instruction in made.get(here, ()):
            if isinstance(instruction, ir.Declare):
                continue
            source = source_of(function, instruction)
            if source is not None:
                stack.append(source)
            else:
                first.append(point)
        if first or here in function.params or here not in made:
            found[here] = tuple(first)
    return found


def touched(instruction: ir.Instruction) -> tuple[Name, ...]:
    """The names whose memory the instruction reads, writes, hands on, or may let others use."""
    match instruction:
        case ir.Load(place=place):
            return (place.root,) if _goes_in(place) else ()
        case ir.Store(place=place, value=value):
            into = (place.root,) if _goes_in(place) else ()
            return (*into, *_names((value,))) if place.steps or not isinstance(place.root, Var) else into
        case ir.Call(call=call) | ir.Go(call=call) | ir.Defer(call=call):
            return _names(call.args)
        case ir.Send(value=value):
            return _names((value,))
        case ir.Return(values=values):
            return _names(values)
        case ir.Range(subject=subject):
            return _names((subject,))
    return ()


def _goes_in(place: ir.Place) -> bool:
    """Whether the place lies behind the pointer or slice that its root holds, and not in the variable itself."""
    if not place.steps:
        return False
    first = place.steps[0]
    if isinstance(first, ir.Deref):
        return True
    root = place.root
    return isinstance(first, ir.Element) and not (isinstance(root, Var) and isinstance(underlying(root.type), Array))


def _names(operands: tuple[ir.Operand, ...]) -> tuple[Name, ...]:
    return tuple(each for each in operands if isinstance(each, int))


def type_of(function: ir.Function, name: Name) -> Type | None:
    """The type of what ``name`` holds."""
    return name.type if isinstance(name, Var) else function.register_types.get(name)

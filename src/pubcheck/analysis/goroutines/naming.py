"""One name for memory that several literals of a function use.

A function knows that a captured channel was just made; the goroutine that captured it only knows the variable. Here
both call it by the variable: paths start from captured cells, from package variables, or from a root that says in
which function it means something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.frame import root_of
from pubcheck.analysis.memory import step_name
from pubcheck.analysis.remembering import once_a_function
from pubcheck.analysis.survey import assigned
from pubcheck.analysis.values import read_from
from pubcheck.facts import DEREF, ELEMENT, AccessPath, Root, RootKind
from pubcheck.flow import ir

if TYPE_CHECKING:
    from pubcheck.analysis.function import Condition, FunctionFacts
    from pubcheck.model.symbols import TypeName, Var

_SAME = frozenset(("move", "convert", "assert", "slice"))
MAX_HOPS = 16
"""Registers that are followed to find out what a value is."""

Arguments = tuple[AccessPath | None, ...]
"""What each parameter points to, in common terms; None where that isn't known."""


class _Registers(NamedTuple):
    """What ``made`` the registers that are assigned in one place, and the ``parameters`` among them by index.

    A value that is made for a variable, which is where it is ``kept``, is known by the variable's name.
    """

    made: dict[int, ir.Instruction]
    kept: dict[int, Var]
    parameters: dict[int, int]


@once_a_function
def _registers(function: FunctionFacts) -> _Registers:
    parameters = {param: index for index, param in enumerate(function.ir.params) if isinstance(param, int)}
    made: dict[int, ir.Instruction] = dict.fromkeys(parameters, _NO_INSTRUCTION)
    kept: dict[int, Var] = {}
    several: set[int] = set()
    for block in function.ir.blocks:
        for instruction in block.instructions:
            for target in assigned(instruction):
                if target in made:
                    several.add(target)
                made[target] = instruction
            if type(instruction) is ir.Store and isinstance(instruction.value, int):
                _keep(instruction, instruction.value, kept)
    for register in several:
        del made[register]
        parameters.pop(register, None)
    return _Registers(made, kept, parameters)


def _keep(store: ir.Store, value: int, kept: dict[int, Var]) -> None:
    place = store.place
    if not isinstance(place.root, int) and not place.steps:
        if store.init:
            kept[value] = place.root
        else:
            kept.setdefault(value, place.root)


class Names:
    """What the paths and registers of one function are called in common terms."""

    def __init__(self, function: FunctionFacts, arguments: Arguments = ()) -> None:
        """Name what ``function`` uses; ``arguments`` tells what it was called or started with."""
        self._fn = function.ir
        self.scope = scope_of(function)
        self._arguments = arguments
        self.made, self._kept, self._parameters = _registers(function)

    def path(self, path: AccessPath) -> AccessPath | None:
        """``path``, which this function's facts use, in common terms; None where it gets too long."""
        root = path.root
        if root.kind in (RootKind.CELL, RootKind.GLOBAL):
            return path
        if root.kind is RootKind.PARAM:
            return self._parameter(root.index, path.steps)
        start = self.pointer(root.index)
        return None if start is None else start.then(*path.steps)

    def _parameter(self, index: int, steps: tuple[str, ...]) -> AccessPath | None:
        given = self._arguments[index] if index < len(self._arguments) else None
        if given is not None:
            if steps and steps[0] == DEREF:
                return given.then(*steps[1:])
            source = read_from(given)
            return None if source is None else source.then(*steps)
        params = self._fn.params
        param = params[index] if index < len(params) else None
        if param is not None and not isinstance(param, int):
            return AccessPath(root_of(param, self._fn.path)).then(*steps)
        return AccessPath(Root(RootKind.PARAM, index, "", self.scope)).then(*steps)

    def pointer(self, operand: ir.Operand, hops: int = 0) -> AccessPath | None:
        """What the value of ``operand`` points to; a root of this function's own where nothing is known."""
        if not isinstance(operand, int):
            return None
        if operand in self._parameters:
            return self._parameter(self._parameters[operand], (DEREF,))
        instruction = self.made.get(operand)
        if hops < MAX_HOPS:
            if type(instruction) is ir.Load:
                path = self.place(instruction.place, hops + 1)
                return None if path is None else path.then(DEREF)
            if type(instruction) is ir.Address:
                return self.place(instruction.place, hops + 1)
            if type(instruction) is ir.Compute and instruction.op in _SAME:
                return self.pointer(instruction.operands[0], hops + 1)
            if type(instruction) is ir.Range and operand == instruction.value:
                container = self.pointer(instruction.subject, hops + 1)
                return None if container is None else container.then(ELEMENT, DEREF)
        variable = self._kept.get(operand)
        if variable is not None:
            return AccessPath(root_of(variable, self._fn.path)).then(DEREF)
        kind = RootKind.FRESH if type(instruction) is ir.Alloc else RootKind.OPAQUE
        return AccessPath(Root(kind, operand, "", self.scope))

    def origin(self, operand: ir.Operand) -> ir.Instruction | None:
        """The instruction that made the value of ``operand``, conversions aside."""
        for _ in range(MAX_HOPS):
            made = self.made.get(operand) if isinstance(operand, int) else None
            if type(made) is not ir.Compute or made.op not in _SAME:
                return made
            operand = made.operands[0]
        return None

    def place(self, place: ir.Place, hops: int = 0) -> AccessPath | None:
        """The memory that ``place`` is."""
        steps = place.steps
        if isinstance(place.root, int):
            start = self.pointer(place.root, hops)
            if steps and type(steps[0]) is ir.Deref:
                steps = steps[1:]
            elif start is not None and steps and type(steps[0]) is ir.Field:
                start = read_from(start) or start
        else:
            start = AccessPath(root_of(place.root, self._fn.path))
        return None if start is None else start.then(*(step_name(step, _owner) for step in steps))

    def condition(self, condition: Condition) -> tuple[object, bool]:
        """What a branch tests and how it came out, in common terms: equal for tests that agree."""
        last = self._fn.blocks[condition.point.block].instructions[-1]
        return self._expression(last.condition, 0), condition.taken  # type: ignore[attr-defined]

    def not_nil(self, condition: Condition) -> AccessPath | None:
        """What ``condition`` found not to be nil."""
        last = self._fn.blocks[condition.point.block].instructions[-1]
        test = self.origin(last.condition)  # type: ignore[attr-defined]
        if type(test) is not ir.Compute or test.op != ("!=" if condition.taken else "=="):
            return None
        sides = [each for each in test.operands if type(each) is not ir.Const]
        return self.pointer(sides[0]) if len(sides) == 1 else None

    def _expression(self, operand: ir.Operand, depth: int) -> object:
        if type(operand) is ir.Const:
            return ("const", operand.value)
        made = self.made.get(operand) if isinstance(operand, int) else None
        if type(made) is ir.Load:
            return ("at", self.place(made.place))
        if type(made) is ir.Compute and depth < MAX_HOPS:
            return (made.op, *(self._expression(each, depth + 1) for each in made.operands))
        return ("register", operand)

    def arguments(self, call: ir.CallInfo) -> Arguments:
        """What the arguments of ``call`` point to."""
        return tuple(self.pointer(arg) for arg in call.args)


def scope_of(function: FunctionFacts) -> str:
    """What tells the registers and parameters of ``function`` from those of others."""
    return f"{function.path}:{function.pos}"


def from_callee(path: AccessPath, callee: FunctionFacts, arguments: Arguments) -> AccessPath | None:
    """A path in ``callee``'s own terms as its caller names it; None for what is the callee's own."""
    root = path.root
    steps = path.steps
    index = -1
    if root.kind is RootKind.CELL:
        params = callee.ir.params
        cells = [at for at, param in enumerate(params) if not isinstance(param, int) and param.pos == root.index]
        if not cells:
            inside = callee.pos <= root.index < callee.end and root.file == callee.path
            return None if inside else path
        index = cells[0]
    elif root.file == scope_of(callee):
        if root.kind is not RootKind.PARAM:
            return None
        index = root.index
    if index < 0:
        return path
    given = arguments[index] if index < len(arguments) else None
    if given is None or not steps:
        return None
    if steps[0] == DEREF:
        return given.then(*steps[1:])
    source = read_from(given)
    return None if source is None else source.then(*steps)


_NO_INSTRUCTION = ir.Instruction(0, 0)


def _owner(type_name: TypeName | None) -> str | None:
    return None if type_name is None else type_name.full_name

"""One look over a function's instructions before anything is interpreted."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.symbols import Func, Var


class Survey:
    """What one function holds, its literals apart.

    Attributes:
        several: registers that are assigned in more than one place, parameters counted as assigned.
        literals: the function literals directly in it.
        callees: what it calls, starts and defers.
        values: declared functions that it uses as values.
        written: variables that it stores to as a whole.
    """

    __slots__ = ("_assigned", "callees", "literals", "several", "values", "written")

    def __init__(self, function: ir.Function) -> None:
        """Look over ``function``."""
        self.literals: list[ir.Function] = []
        self.callees: list[ir.Callee] = []
        self.values: list[Func] = []
        self.written: set[Var] = set()
        self._assigned = [param for param in function.params if type(param) is int]
        for block in function.blocks:
            for instruction in block.instructions:
                look = _LOOKS.get(type(instruction))
                if look is not None:
                    look(self, instruction)
        self.several = _repeated(self._assigned)
        del self._assigned

    def _make(self, instruction: ir.Alloc | ir.Address) -> None:
        self._assigned.append(instruction.target)

    def _load(self, load: ir.Load) -> None:
        self._assigned.append(load.target)
        if load.ok is not None:
            self._assigned.append(load.ok)

    def _receive(self, receive: ir.Receive) -> None:
        self._assigned += [each for each in (receive.target, receive.ok) if each is not None]

    def _range(self, loop: ir.Range) -> None:
        self._assigned += [each for each in (loop.key, loop.value) if each is not None]

    def _closure(self, closure: ir.Closure) -> None:
        self._assigned.append(closure.target)
        self.literals.append(closure.function)

    def _call(self, call: ir.Call) -> None:
        self._assigned += call.targets
        self._begin(call)

    def _begin(self, instruction: ir.Call | ir.Go | ir.Defer) -> None:
        self.callees.append(instruction.call.callee)
        self._operands(instruction.call.args)

    def _return(self, leave: ir.Return) -> None:
        self._operands(leave.values)

    def _send(self, send: ir.Send) -> None:
        self._operands((send.value,))

    def _compute(self, compute: ir.Compute) -> None:
        self._assigned.append(compute.target)
        if compute.ok is not None:
            self._assigned.append(compute.ok)
        if compute.func is not None:
            self.values.append(compute.func)
        self._operands(compute.operands)

    def _store(self, store: ir.Store) -> None:
        self._operands((store.value,))
        root = store.place.root
        if not isinstance(root, int):
            self.written.add(root)

    def _operands(self, operands: tuple[ir.Operand, ...]) -> None:
        for operand in operands:
            if type(operand) is ir.FuncValue:
                self.values.append(operand.func)


def _repeated(registers: list[int]) -> frozenset[int]:
    """What is among ``registers`` more than once."""
    seen: set[int] = set()
    repeated: set[int] = set()
    for each in registers:
        (repeated if each in seen else seen).add(each)
    return frozenset(repeated)


_LOOKS: dict[type[ir.Instruction], Callable[[Survey, Any], None]] = {
    ir.Address: Survey._make,
    ir.Alloc: Survey._make,
    ir.Call: Survey._call,  # noqa: SLF001 a table of this class's own methods
    ir.Closure: Survey._closure,  # noqa: SLF001
    ir.Compute: Survey._compute,  # noqa: SLF001
    ir.Defer: Survey._begin,  # noqa: SLF001
    ir.Go: Survey._begin,  # noqa: SLF001
    ir.Load: Survey._load,  # noqa: SLF001
    ir.Range: Survey._range,  # noqa: SLF001
    ir.Receive: Survey._receive,  # noqa: SLF001
    ir.Return: Survey._return,  # noqa: SLF001
    ir.Send: Survey._send,  # noqa: SLF001
    ir.Store: Survey._store,  # noqa: SLF001
}


def assigned(instruction: ir.Instruction) -> list[int]:
    """The registers that ``instruction`` assigns."""
    registers = _ASSIGNED.get(type(instruction))
    return [] if registers is None else [each for each in registers(instruction) if each is not None]


def _target(instruction: Any) -> tuple[int]:
    return (instruction.target,)


_ASSIGNED: dict[type[ir.Instruction], Callable[[Any], tuple[int | None, ...]]] = {
    ir.Compute: attrgetter("target", "ok"),
    ir.Load: attrgetter("target", "ok"),
    ir.Receive: attrgetter("target", "ok"),
    ir.Call: attrgetter("targets"),
    ir.Alloc: _target,
    ir.Address: _target,
    ir.Closure: _target,
    ir.Range: attrgetter("key", "value"),
}

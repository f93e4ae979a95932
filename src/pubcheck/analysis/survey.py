"""One look over a function's instructions before anything is interpreted."""

from __future__ import annotations

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

    __slots__ = ("callees", "literals", "several", "values", "written")

    def __init__(self, function: ir.Function) -> None:
        """Look over ``function``."""
        self.literals: list[ir.Function] = []
        self.callees: list[ir.Callee] = []
        self.values: list[Func] = []
        self.written: set[Var] = set()
        seen: set[int] = {param for param in function.params if type(param) is int}
        several: set[int] = set()
        for block in function.blocks:
            for instruction in block.instructions:
                kind = type(instruction)
                assigned = _ASSIGNED.get(kind)
                if assigned is not None:
                    for name in assigned:
                        register = getattr(instruction, name)
                        if register is not None:
                            if register in seen:
                                several.add(register)
                            seen.add(register)
                look = _LOOKS.get(kind)
                if look is not None:
                    look(self, instruction)
                if kind is ir.Call:
                    several.update(seen.intersection(instruction.targets))  # type: ignore[attr-defined]
                    seen.update(instruction.targets)  # type: ignore[attr-defined]
        self.several = frozenset(several)

    def _closure(self, closure: ir.Closure) -> None:
        self.literals.append(closure.function)

    def _calling(self, instruction: ir.Call | ir.Go | ir.Defer) -> None:
        self._call(instruction.call)

    def _return(self, leave: ir.Return) -> None:
        self._operands(leave.values)

    def _send(self, send: ir.Send) -> None:
        self._operands((send.value,))

    def _call(self, call: ir.CallInfo) -> None:
        self.callees.append(call.callee)
        self._operands(call.args)

    def _compute(self, compute: ir.Compute) -> None:
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


_ASSIGNED: dict[type[ir.Instruction], tuple[str, ...]] = {
    ir.Compute: ("target", "ok"),
    ir.Load: ("target", "ok"),
    ir.Receive: ("target", "ok"),
    ir.Alloc: ("target",),
    ir.Address: ("target",),
    ir.Closure: ("target",),
    ir.Range: ("key", "value"),
}
_LOOKS: dict[type[ir.Instruction], Callable[[Survey, Any], None]] = {
    ir.Compute: Survey._compute,  # noqa: SLF001 a table of this class's own methods
    ir.Store: Survey._store,  # noqa: SLF001
    ir.Closure: Survey._closure,  # noqa: SLF001
    ir.Call: Survey._calling,  # noqa: SLF001
    ir.Go: Survey._calling,  # noqa: SLF001
    ir.Defer: Survey._calling,  # noqa: SLF001
    ir.Return: Survey._return,  # noqa: SLF001
    ir.Send: Survey._send,  # noqa: SLF001
}

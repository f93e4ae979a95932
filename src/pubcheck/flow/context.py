"""What lowering one function needs to know at each step, and the steps that every construct is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pubcheck.flow import ir
from pubcheck.flow.builder import Block, Builder
from pubcheck.flow.shapes import zero
from pubcheck.model.symbols import Var, VarKind
from pubcheck.model.types import UNKNOWN, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pubcheck.flow.cells import Cells
    from pubcheck.model.info import Info
    from pubcheck.source import SourceFile
    from pubcheck.syntax import ast

ExprTable = dict[type["ast.Expr"], "Callable[[Lowering, Any], ir.Operand]"]
StmtTable = dict[type["ast.Stmt"], "Callable[[Lowering, Any], None]"]


class Unit:
    """What all functions of one declaration share.

    Those are names and types, the file, which variables are cells, and the literals that are lowered already.
    """

    __slots__ = ("cells", "expressions", "go_version", "info", "literals", "source", "statements")

    def __init__(  # noqa: PLR0913 a unit has these parts
        self,
        info: Info,
        *,
        source: SourceFile,
        go_version: tuple[int, int],
        cells: Cells,
        expressions: Mapping[type[ast.Expr], Callable[[Lowering, Any], ir.Operand]],
        statements: Mapping[type[ast.Stmt], Callable[[Lowering, Any], None]],
    ) -> None:
        """Bring the parts together; the tables say how each class of syntax is lowered."""
        self.info = info
        self.source = source
        self.go_version = go_version
        self.cells = cells
        self.expressions = expressions
        self.statements = statements
        self.literals: dict[ast.FuncLit, ir.Function] = {}


class Jumps:
    """Where ``break`` and ``continue`` lead inside one loop, switch or select; ``label`` is its own, if any."""

    __slots__ = ("after", "label", "turn")

    def __init__(self, label: str | None, after: Block, turn: Block | None) -> None:
        """``turn`` is None for what isn't a loop."""
        self.label = label
        self.after = after
        self.turn = turn


class Lowering(Builder):
    """One function while it is lowered."""

    __slots__ = (
        "cells",
        "closures",
        "info",
        "jumps",
        "label",
        "labels",
        "name",
        "nested",
        "partial",
        "registers",
        "results",
        "unit",
        "vars",
    )

    def __init__(self, unit: Unit, name: str, *, nested: bool) -> None:
        """Begin an empty function; ``nested`` tells a function literal."""
        super().__init__()
        self.enter(unit)
        self.name = name
        self.nested = nested
        self.partial = False
        self.closures = 0
        self.registers: dict[Var, int] = {}
        self.vars: dict[int, Var] = {}
        self.results: tuple[int | Var, ...] = ()
        self.jumps: list[Jumps] = []
        self.labels: dict[str, Block] = {}
        self.label: str | None = None

    def enter(self, unit: Unit) -> None:
        """Go on with syntax of ``unit``."""
        self.unit = unit
        self.info = unit.info
        self.cells = unit.cells.cells

    def expr(self, node: ast.Expr) -> ir.Operand:
        """Evaluate ``node``."""
        return self.unit.expressions[type(node)](self, node)

    def stmt(self, node: ast.Stmt) -> None:
        """Lower ``node`` into the current block."""
        self.unit.statements[type(node)](self, node)

    def unknown(self, node: ast.Node, type_: Type = UNKNOWN) -> int:
        """A value that can't be known."""
        return self.compute(node, "unknown", (), type_)

    def compute(self, node: ast.Node, op: str, operands: tuple[ir.Operand, ...], type_: Type) -> int:
        """A pure operation into a new register."""
        target = self.register(type_)
        self.emit(ir.Compute(node.pos, node.end, target, op, operands, type_))
        return target

    def load(self, node: ast.Node, place: ir.Place) -> int:
        """Read ``place`` into a new register."""
        target = self.register(place.type)
        self.emit(ir.Load(node.pos, node.end, target, place))
        return target

    def read(self, node: ast.Node, place: ir.Place) -> ir.Operand:
        """The value at ``place``: a load, or the register that it is."""
        if not place.steps and type(place.root) is int:
            return place.root
        return self.load(node, place)

    def move(self, node: ast.Node, target: int, value: ir.Operand) -> None:
        """Assign a register."""
        self.emit(ir.Compute(node.pos, node.end, target, "move", (value,), self.types[target]))

    def fixed(self, node: ast.Node, value: ir.Operand) -> ir.Operand:
        """``value`` as it is now, even if the variable whose register it is gets assigned before it is used."""
        if type(value) is int and value in self.vars and self.vars[value] in self.unit.cells.assigned:
            return self.compute(node, "move", (value,), self.types[value])
        return value

    def var_register(self, var: Var) -> int:
        """The register of a variable that isn't a cell."""
        register = self.registers.get(var)
        if register is None:
            register = self.register(var.type)
            self.registers[var] = register
            self.vars[register] = var
        return register

    def declare(self, node: ast.Node, var: Var, value: ir.Operand | None) -> None:
        """Begin the life of ``var`` with ``value``, or zero."""
        if not self.is_own(var):
            if var in self.cells:
                self.emit(ir.Declare(node.pos, node.end, var))
            if value is not None:
                self.emit(ir.Store(node.pos, node.end, ir.Place(var, (), var.type), value, init=True))
            return
        if value is None:
            value = self.zero(node, var.type)
        if type(value) is int and value not in self.vars and var not in self.registers:
            # A value nobody else names: its register becomes the variable's.
            self.registers[var] = value
            self.vars[value] = var
            self.types[value] = var.type
        else:
            self.move(node, self.var_register(var), value)

    def zero(self, node: ast.Node, type_: Type) -> ir.Operand:
        """The zero value of ``type_``."""
        constant = zero(type_)
        return self.compute(node, "struct", (), type_) if constant is None else constant

    def is_own(self, var: Var) -> bool:
        """Whether ``var`` is a register of this function, not memory."""
        return var.kind is not VarKind.GLOBAL and var not in self.cells

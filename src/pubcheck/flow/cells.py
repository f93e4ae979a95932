"""Which local variables live in memory, and what each function literal captures.

One look over what was bound in a declaration's body before it is lowered. A variable that is used in a literal and
declared outside it is captured. Where this can't tell, a variable becomes a cell: that is always correct, only less
precise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow.shapes import array_of
from pubcheck.model.symbols import Func, Var, VarKind
from pubcheck.model.types import FOREIGN
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.model.info import Info
    from pubcheck.model.lookup import Selection

_ELSEWHERE = (VarKind.GLOBAL, VarKind.FIELD)


def root_ident(expr: ast.Expr) -> ast.Ident | None:
    """The identifier at the bottom of selectors and indices; None when something else is."""
    while True:
        cls = type(expr)
        if cls is ast.Ident:
            return expr  # type: ignore[return-value]
        if cls is ast.Selector or cls is ast.Index or cls is ast.Paren:
            expr = expr.x  # type: ignore[attr-defined]
        else:
            return None


def _takes_address(selection: Selection, method: Func) -> bool:
    """Whether what a method is selected from gives its address to it."""
    return method.pointer_receiver and not selection.indirect and selection.kind == "method"


class Cells:
    """What the look found.

    Attributes:
        cells: variables that live in memory.
        assigned: variables that are assigned after their declaration.
        captures: by literal, the variables of functions around that it uses, and those that literals use which it
            reaches through ``named`` ones.
        named: variables that are declared as a literal and stay that.
    """

    __slots__ = ("_info", "assigned", "captures", "cells", "named")

    def __init__(self, info: Info) -> None:
        """Look over what was bound in a body, or in the values of package variables."""
        self._info = info
        self.cells: set[Var] = set()
        self.assigned: set[Var] = set()
        uses = info.bindings.uses
        for operand in uses.addressed:
            self._address(operand)
        for selector in uses.selectors:
            selection = info.selection(selector)
            if selection is not None and type(selection.obj) is Func and _takes_address(selection, selection.obj):
                self._address(selector.x)
        for sliced in uses.slices:
            self._slice(sliced)
        for target in uses.written:
            self._written(target)
        for key, literals in uses.keys:
            symbol = self._local(key)
            if symbol is not None:
                uses.capture(symbol, literals)
        changed = self.assigned | self.cells
        held = [(self._local(name), literal) for name, literal in uses.held]
        self.named = {var: literal for var, literal in held if var is not None and var not in changed}
        self.captures: dict[ast.FuncLit, tuple[Var, ...]] = {}
        for literal, variables in uses.captured.items():
            self._reach(variables, uses.captured)
            self.captures[literal] = tuple(sorted(variables, key=lambda var: (var.pos, var.name)))
            self.cells |= variables

    def _local(self, ident: ast.Ident) -> Var | None:
        symbol = self._info.symbol(ident)
        return symbol if type(symbol) is Var and symbol.kind not in _ELSEWHERE else None

    def _reach(self, variables: set[Var], found: dict[ast.FuncLit, set[Var]]) -> None:
        """Add what the literals use that some of ``variables`` hold, and so on."""
        if not self.named:
            return
        pending = self.named.keys() & variables
        while pending:
            more = found[self.named[pending.pop()]] - variables
            variables |= more
            pending |= self.named.keys() & more

    def _address(self, expr: ast.Expr) -> None:
        """Make the variable that ``expr`` is, or is a part of, a cell."""
        ident = root_ident(expr)
        if ident is None:
            return
        symbol = self._local(ident)
        if symbol is not None and symbol not in self.cells and self._inside(expr):
            self.cells.add(symbol)

    def _inside(self, expr: ast.Expr) -> bool:
        """Whether selectors and indices of ``expr`` stay within the variable at its root.

        What isn't a pointer and has fields to write is a struct, also where its type isn't there.
        """
        while type(expr) is not ast.Ident:
            inner: ast.Expr = expr.x  # type: ignore[attr-defined]
            if type(expr) is ast.Selector:
                selection = self._info.selection(expr)
                if selection.indirect if selection is not None else self._info.type(inner) != FOREIGN:
                    return False
            if type(expr) is ast.Index and array_of(self._info.type(inner)) is None:
                return False
            expr = inner
        return True

    def _slice(self, node: ast.SliceExpr) -> None:
        if array_of(self._info.type(node.x)) is not None:
            self._address(node.x)

    def _written(self, target: ast.Expr) -> None:
        while type(target) is ast.Paren:
            target = target.x
        cls = type(target)
        if cls is ast.Ident:
            symbol = self._info.symbol(target)  # type: ignore[arg-type]
            if type(symbol) is Var:
                self.assigned.add(symbol)
        elif cls is ast.Selector or cls is ast.Index:
            self._address(target)

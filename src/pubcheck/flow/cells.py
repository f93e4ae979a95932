"""Which local variables live in memory, and what each function literal captures.

One look over a declaration's body before it is lowered. A variable that is used in a literal and declared outside it is
captured; that is read off positions, so that no scope has to be kept. Where this can't tell, a variable becomes a
cell: that is always correct, only less precise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pubcheck.flow.shapes import array_of
from pubcheck.model.symbols import Func, Var, VarKind
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pubcheck.model.info import Info

_ELSEWHERE = (VarKind.GLOBAL, VarKind.FIELD)

# Types inside expressions are no children: nothing in them is evaluated. Function literals are taken apart.
_ONE: dict[type[ast.Node], tuple[str, ...]] = {
    ast.KeyValue: ("key", "value"),
    ast.Paren: ("x",),
    ast.Selector: ("x",),
    ast.Index: ("x",),
    ast.SliceExpr: ("x", "low", "high", "max"),
    ast.TypeAssert: ("x",),
    ast.Call: ("fun",),
    ast.Star: ("x",),
    ast.Unary: ("x",),
    ast.Binary: ("x", "y"),
    ast.ExprStmt: ("x",),
    ast.Send: ("channel", "value"),
    ast.IncDec: ("x",),
    ast.Go: ("call",),
    ast.Defer: ("call",),
    ast.Labeled: ("statement",),
    ast.If: ("init", "cond", "then", "orelse"),
    ast.Switch: ("init", "tag"),
    ast.TypeSwitch: ("init", "x"),
    ast.CommClause: ("comm",),
    ast.For: ("init", "cond", "post", "body"),
    ast.Range: ("key", "value", "x", "body"),
}
_MANY: dict[type[ast.Node], tuple[str, ...]] = {
    ast.CompositeLit: ("elements",),
    ast.Index: ("indices",),
    ast.Call: ("args",),
    ast.Block: ("statements",),
    ast.Assign: ("left", "right"),
    ast.Return: ("results",),
    ast.Case: ("values", "body"),
    ast.Switch: ("cases",),
    ast.TypeSwitch: ("cases",),
    ast.CommClause: ("body",),
    ast.Select: ("clauses",),
    ast.DeclStmt: ("specs",),
    ast.ValueSpec: ("values",),
}
_FIELDS = {
    cls: (_ONE.get(cls, ()), _MANY.get(cls, ()))
    for cls in [*_ONE, *(cls for cls in _MANY if cls not in _ONE)]
}  # fmt: skip


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

    def __init__(self, info: Info, roots: Iterable[ast.Node]) -> None:
        """Look over ``roots``: a body, or the values of package variables."""
        self._info = info
        self.cells: set[Var] = set()
        self.assigned: set[Var] = set()
        self.captures: dict[ast.FuncLit, tuple[Var, ...]] = {}
        self.named: dict[Var, ast.FuncLit] = {}
        found: dict[ast.FuncLit, set[Var]] = {}
        pending: list[tuple[Iterable[ast.Node], tuple[ast.FuncLit, ...]]] = [(roots, ())]
        while pending:
            nodes, around = pending.pop()
            for literal in self._walk(nodes, around, found):
                found[literal] = set()
                pending.append((literal.body.statements, (*around, literal)))
        changed = self.assigned | self.cells
        self.named = {var: literal for var, literal in self.named.items() if var not in changed}
        for literal, variables in found.items():
            self._reach(variables, found)
            self.captures[literal] = tuple(sorted(variables, key=lambda var: (var.pos, var.name)))
            self.cells |= variables

    def _reach(self, variables: set[Var], found: dict[ast.FuncLit, set[Var]]) -> None:
        """Add what the literals use that some of ``variables`` hold, and so on."""
        if not self.named:
            return
        pending = self.named.keys() & variables
        while pending:
            more = found[self.named[pending.pop()]] - variables
            variables |= more
            pending |= self.named.keys() & more

    def _walk(
        self, roots: Iterable[ast.Node], around: tuple[ast.FuncLit, ...], found: dict[ast.FuncLit, set[Var]]
    ) -> list[ast.FuncLit]:
        literals: list[ast.FuncLit] = []
        stack = list(roots)
        push = stack.append
        special = _SPECIAL
        fields = _FIELDS
        ident, func_lit = ast.Ident, ast.FuncLit
        while stack:
            node = stack.pop()
            cls = type(node)
            if cls is ident:
                if around:
                    self._use(node, around, found)  # type: ignore[arg-type]
                continue
            if cls is func_lit:
                literals.append(node)  # type: ignore[arg-type]
                continue
            parts = fields.get(cls)
            if parts is None:
                continue
            look = special.get(cls)
            if look is not None:
                look(self, node)
            for name in parts[0]:
                child = getattr(node, name)
                if child is not None:
                    push(child)
            for name in parts[1]:
                stack.extend(getattr(node, name))
        return literals

    def _use(self, ident: ast.Ident, around: tuple[ast.FuncLit, ...], found: dict[ast.FuncLit, set[Var]]) -> None:
        symbol = self._info.symbol(ident)
        if type(symbol) is Var and symbol.kind not in _ELSEWHERE:
            for literal in around:
                if not literal.pos <= symbol.pos < literal.end:
                    found[literal].add(symbol)

    def _address(self, expr: ast.Expr) -> None:
        """Make the variable that ``expr`` is, or is a part of, a cell."""
        ident = root_ident(expr)
        if ident is None:
            return
        symbol = self._info.symbol(ident)
        if type(symbol) is Var and symbol.kind not in _ELSEWHERE and symbol not in self.cells and self._inside(expr):
            self.cells.add(symbol)

    def _inside(self, expr: ast.Expr) -> bool:
        """Whether selectors and indices of ``expr`` stay within the variable at its root."""
        while type(expr) is not ast.Ident:
            inner: ast.Expr = expr.x  # type: ignore[attr-defined]
            if type(expr) is ast.Selector:
                selection = self._info.selection(expr)
                if selection is None or selection.indirect:
                    return False
            if type(expr) is ast.Index and array_of(self._info.type(inner)) is None:
                return False
            expr = inner
        return True

    def _unary(self, node: ast.Unary) -> None:
        if node.op == "&":
            self._address(node.x)

    def _selector(self, node: ast.Selector) -> None:
        selection = self._info.selection(node)
        if selection is None or selection.indirect or type(selection.obj) is not Func:
            return
        if selection.obj.pointer_receiver and selection.kind == "method":
            self._address(node.x)

    def _slice(self, node: ast.SliceExpr) -> None:
        if array_of(self._info.type(node.x)) is not None:
            self._address(node.x)

    def _written(self, target: ast.Expr | None) -> None:
        while type(target) is ast.Paren:
            target = target.x
        cls = type(target)
        if cls is ast.Ident:
            symbol = self._info.symbol(target)  # type: ignore[arg-type]
            if type(symbol) is Var:
                self.assigned.add(symbol)
        elif cls is ast.Selector or cls is ast.Index:
            self._address(target)  # type: ignore[arg-type]

    def _assign(self, node: ast.Assign) -> None:
        for target in node.left:
            if node.op != ":=" or self._redefines(target):
                self._written(target)
        if node.op == ":=":
            self._name(node.left, node.right)

    def _value_spec(self, node: ast.ValueSpec) -> None:
        self._name(node.names, node.values)

    def _name(self, names: Iterable[ast.Expr], values: Iterable[ast.Expr]) -> None:
        for name, value in zip(names, values, strict=False):
            if type(value) is ast.FuncLit and type(name) is ast.Ident:
                symbol = self._info.symbol(name)
                if type(symbol) is Var and symbol.kind not in _ELSEWHERE:
                    self.named[symbol] = value

    def _redefines(self, target: ast.Expr) -> bool:
        symbol = self._info.symbol(target) if type(target) is ast.Ident else None
        return symbol is not None and symbol.pos != target.pos

    def _inc_dec(self, node: ast.IncDec) -> None:
        self._written(node.x)

    def _range(self, node: ast.Range) -> None:
        if not node.define:
            self._written(node.key)
            self._written(node.value)


_SPECIAL: dict[type[ast.Node], Callable[[Cells, Any], None]] = {
    ast.Unary: Cells._unary,  # noqa: SLF001 a table of this class's own methods
    ast.Selector: Cells._selector,  # noqa: SLF001
    ast.SliceExpr: Cells._slice,  # noqa: SLF001
    ast.Assign: Cells._assign,  # noqa: SLF001
    ast.IncDec: Cells._inc_dec,  # noqa: SLF001
    ast.Range: Cells._range,  # noqa: SLF001
    ast.ValueSpec: Cells._value_spec,  # noqa: SLF001
}

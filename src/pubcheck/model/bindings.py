"""What the binder finds out: names only, no types."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.model.symbols import Symbol, Var
    from pubcheck.syntax import ast


class Uses:
    """What of a function body or initialiser tells how its variables are used, in no order.

    ``captured`` has each function literal with the local variables from around it that it uses; where the key of a
    composite literal may be one, ``keys`` has it with the function literals around it. ``selectors`` and ``slices`` are
    expressions, ``addressed`` the operands of ``&``. ``written`` is what is assigned other than to declare it, and
    ``held`` a name that is assigned a function literal, with that.
    """

    __slots__ = ("addressed", "captured", "held", "keys", "selectors", "slices", "written")

    def __init__(self) -> None:
        """Start empty."""
        self.captured: dict[ast.FuncLit, set[Var]] = {}
        self.keys: list[tuple[ast.Ident, tuple[ast.FuncLit, ...]]] = []
        self.selectors: list[ast.Selector] = []
        self.slices: list[ast.SliceExpr] = []
        self.addressed: list[ast.Expr] = []
        self.written: list[ast.Expr] = []
        self.held: list[tuple[ast.Ident, ast.FuncLit]] = []

    def capture(self, var: Var, literals: tuple[ast.FuncLit, ...]) -> None:
        """Note a use of a local variable in ``literals``, the innermost of which may have declared it."""
        for literal in literals:
            if not literal.pos <= var.pos < literal.end:
                self.captured[literal].add(var)


class Bindings:
    """Side tables of one function body or initialiser.

    ``symbols`` has every identifier that is declared or used, selectors' names and struct literals' keys apart.
    ``keys`` has identifiers that are keys of a composite literal: the literal, and what the name stands for if the
    literal is no struct. ``elided`` has literals without a type: the literal around, and whether it is a key there.
    ``clauses`` has the variable that a type switch declares anew in a clause. ``uses`` tells how variables are used.
    """

    __slots__ = ("clauses", "elided", "keys", "symbols", "uses")

    def __init__(self) -> None:
        """Start empty."""
        self.symbols: dict[ast.Ident, Symbol] = {}
        self.keys: dict[ast.Ident, tuple[ast.CompositeLit, Symbol | None]] = {}
        self.elided: dict[ast.CompositeLit, tuple[ast.CompositeLit, bool]] = {}
        self.clauses: dict[ast.Case, Var] = {}
        self.uses = Uses()

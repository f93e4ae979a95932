"""What the binder finds out: names only, no types."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.model.symbols import Symbol, Var
    from pubcheck.syntax import ast


class Bindings:
    """Side tables of one function body or initialiser.

    ``symbols`` has every identifier that is declared or used, selectors' names and struct literals' keys apart.
    ``keys`` has identifiers that are keys of a composite literal: the literal, and what the name stands for if the
    literal is no struct. ``elided`` has literals without a type: the literal around, and whether it is a key there.
    ``clauses`` has the variable that a type switch declares anew in a clause.
    """

    __slots__ = ("clauses", "elided", "keys", "symbols")

    def __init__(self) -> None:
        """Start empty."""
        self.symbols: dict[ast.Ident, Symbol] = {}
        self.keys: dict[ast.Ident, tuple[ast.CompositeLit, Symbol | None]] = {}
        self.elided: dict[ast.CompositeLit, tuple[ast.CompositeLit, bool]] = {}
        self.clauses: dict[ast.Case, Var] = {}

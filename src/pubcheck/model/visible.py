"""What names stand for at one point of a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.symbols import Var, VarKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.bindings import Bindings
    from pubcheck.model.info import Info
    from pubcheck.model.scope import FileScope
    from pubcheck.model.symbols import Symbol
    from pubcheck.model.types import Type
    from pubcheck.syntax import ast


class Visible:
    """The names that are visible, and what has been bound so far.

    ``names`` maps a name to its innermost local declaration; ``frame`` has, for each name that the innermost block
    declares, what it hid, so that leaving the block restores it. ``outer`` is the file's scope; ``literals`` are the
    function literals around.
    """

    __slots__ = ("bindings", "frame", "info", "literals", "names", "outer", "package", "path", "symbols", "uses")

    def __init__(self, info: Info, bindings: Bindings, outer: FileScope) -> None:
        """Bind into ``bindings``; variables ask ``info`` for their types."""
        self.bindings = bindings
        self.symbols = bindings.symbols
        self.uses = bindings.uses
        self.names: dict[str, Symbol] = {}
        self.frame: dict[str, Symbol | None] = {}
        self.info = info
        self.literals: tuple[ast.FuncLit, ...] = ()
        self.outer = outer
        self.package = info.package
        self.path = info.path

    def enter(self) -> dict[str, Symbol | None]:
        """Open a block; give what comes back to ``leave``."""
        outer, self.frame = self.frame, {}
        return outer

    def leave(self, outer: dict[str, Symbol | None]) -> None:
        """Close the innermost block."""
        names = self.names
        for name, hidden in self.frame.items():
            if hidden is None:
                del names[name]
            else:
                names[name] = hidden
        self.frame = outer

    def declare(self, ident: ast.Ident, symbol: Symbol) -> None:
        """Let ``ident``'s name stand for ``symbol`` until the block ends."""
        self.symbols[ident] = symbol
        name = ident.name
        if name == "_":
            return
        if name not in self.frame:
            self.frame[name] = self.names.get(name)
        self.names[name] = symbol

    def find(self, name: str) -> Symbol | None:
        """What ``name`` stands for here."""
        found = self.names.get(name)
        return self.outer[name] if found is None else found

    def variable(self, ident: ast.Ident, make: Callable[[], Type] | Type, kind: VarKind = VarKind.LOCAL) -> Var:
        """Declare a variable."""
        made = Var(ident.name, self.package, kind, make, self.path, ident.pos)
        self.declare(ident, made)
        return made

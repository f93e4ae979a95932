"""Package-level variables with what initialises them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.model.binder import bind_initialiser

if TYPE_CHECKING:
    from pubcheck.model.info import Info
    from pubcheck.model.package import Package
    from pubcheck.model.scope import FileScope
    from pubcheck.model.symbols import Var
    from pubcheck.model.types import Type
    from pubcheck.syntax import ast


class Initialiser:
    """A ``var`` at package level: its variables, the spec that declares them, and an ``Info`` about its expressions."""

    def __init__(self, package: Package, path: str, scope: FileScope, spec: ast.ValueSpec) -> None:
        """Take a spec of the file at ``path``, whose names ``scope`` resolves."""
        self.spec = spec
        self.variables: tuple[Var, ...] = ()
        self.package = package
        self.path = path
        self._scope = scope

    @cached_property
    def info(self) -> Info:
        """Answers about the expressions of the spec; function literals in them included."""
        return bind_initialiser(self.package, self.path, self._scope, self.spec, self.variables)

    def type_of(self, index: int) -> Type:
        """Type that the values give to the variable at ``index``."""
        return self.info.assigned_type(self.spec.values, index, len(self.spec.names))

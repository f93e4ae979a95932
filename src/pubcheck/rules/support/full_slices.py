"""Package variables whose slices have no room behind their end: to append to one is to copy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import LocationKind, RootKind
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.facts import Location


def only_copies(package: PackageFacts, site: Site) -> bool:
    """Whether ``site`` appends to a package variable's slice that is as long as its memory."""
    access = site.access
    if access.via != "append" or access.in_place or access.path.root.kind is not RootKind.GLOBAL:
        return False
    location = access.location
    return location is not None and location.kind is LocationKind.GLOBAL and _is_full(package, location.container)


def _is_full(package: PackageFacts, variable: Location) -> bool:
    """Whether the variable is declared with a literal, or the bytes of a string, and isn't seen to be set again."""
    own = package.package
    home = own if variable.package == package.path else own.import_(variable.package)
    if home is None:
        return False
    made = [
        value
        for initialiser in home.initialisers
        if len(initialiser.spec.values) == len(initialiser.variables)
        for symbol, value in zip(initialiser.variables, initialiser.spec.values, strict=True)
        if symbol.name == variable.path
    ]
    return (
        len(made) == 1
        and _has_no_room(made[0])
        and not any(site.access.writes and not site.access.init for site in package.locations.get(variable, ()))
    )


def _has_no_room(value: ast.Expr) -> bool:
    if isinstance(value, ast.CompositeLit):
        return True
    return (
        isinstance(value, ast.Call) and isinstance(value.fun, ast.SliceType) and isinstance(value.args[0], ast.BasicLit)
    )

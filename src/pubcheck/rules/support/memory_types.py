"""What memory is, by its location: the types of variables and fields, and of what containers hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.neighbours import home_of
from pubcheck.facts import LocationKind
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import TypeName, Var
from pubcheck.model.types import Map, Struct

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.facts import Location
    from pubcheck.model.symbols import Symbol
    from pubcheck.model.types import Type


def underlying_type(location: Location, package: PackageFacts) -> Type | None:
    """What a package variable, or a field of a declared or anonymous struct, is; None where that isn't known."""
    home = home_of(location, package.package)
    first, *names = location.path.split(".")
    symbol: Symbol | None = None
    if home is not None and location.kind is LocationKind.GLOBAL:
        symbol = home.lookup(first)
    elif home is not None:
        symbol, names = home.lookup(location.owner.rpartition(".")[2]), [first, *names]
    type_ = underlying(symbol.type) if isinstance(symbol, Var | TypeName) else None
    for name in names:
        fields = type_.fields if isinstance(type_, Struct) else ()
        type_ = next((underlying(field.type) for field in fields if field.name == name), None)
    return type_


def is_map_element(location: Location | None, package: PackageFacts) -> bool:
    """Whether it stands for what a map holds: to write any two of its entries at once breaks the map."""
    if location is None or not location.is_element or location.path.count("[]") > 1:
        return False
    return isinstance(underlying_type(location.container, package), Map)

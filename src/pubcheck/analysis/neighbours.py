"""What the packages of one module share with each other: exported fields and variables, with what guards them.

Who writes a package says beside a field what guards it, and other packages of the module, which are written by the same
people, keep to that. What packages of other modules do with their fields is a matter of their documentation.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pubcheck.facts import LocationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pubcheck.facts import Location
    from pubcheck.model.package import Package


@lru_cache(maxsize=1)
def neighbours(package: Package) -> Mapping[str, Package]:
    """The packages of its module that ``package`` imports, tests aside, by import path."""
    source = package.source
    if source is None:
        return {}
    found: dict[str, Package] = {}
    for path in source.imports:
        other = package.import_(path)
        if other is not None and other.source is not None and other.source.module is source.module:
            found[other.path] = other
    return found


def home_of(location: Location, package: Package) -> Package | None:
    """Who declares ``location``: ``package`` itself, or a package of its module; None for another module's."""
    return package if location.package == package.path else neighbours(package).get(location.package)


def is_exported(location: Location) -> bool:
    """Whether other packages can name it: a field, and the type that it is declared in, or a variable."""
    names = location.path.split(".")
    if location.kind is LocationKind.FIELD:
        names.append(location.owner.rpartition(".")[2])
    return all(name[:1].isupper() for name in names)

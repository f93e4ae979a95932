"""What is told of a package, kept for as long as the package is there."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.package import Package

T = TypeVar("T")


def once_a_package(tell: Callable[[Package], T]) -> Callable[[Package], T]:
    """Have ``tell`` asked once for each package, whose dependants ask again; its answers must not lead back to it."""
    known: WeakKeyDictionary[Package, T] = WeakKeyDictionary()

    @wraps(tell)
    def told(package: Package) -> T:
        if package not in known:
            known[package] = tell(package)
        return known[package]

    return told

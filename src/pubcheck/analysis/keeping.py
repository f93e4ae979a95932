"""The functions of a package that is edited, and who has looked at which there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.kept import KeptFunction
from pubcheck.analysis.portions import Portions
from pubcheck.source import Marks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func
    from pubcheck.source.readers import Reader

_Key = tuple[str, str, int]
"""A file, a name in it, and which one of that name."""


class KeptFunctions:
    """All of them, each the same object through all edits; as they are known since ``take`` was called last.

    Attributes:
        known: whether there are any yet.
        portions: them in portions.
    """

    def __init__(self, package: Package) -> None:
        """Of ``package``, with none of them known yet."""
        self.known = False
        self.portions = Portions(package)
        self._by_key: dict[_Key, KeptFunction] = {}
        self._all: tuple[KeptFunction, ...] = ()
        self._marks = Marks()

    @property
    def all(self) -> tuple[KeptFunction, ...]:
        """The functions, for somebody who wants to know which there are."""
        self._marks.note("all")
        return self._all

    def take(self, made: Iterable[FunctionFacts], edited: Collection[Func]) -> set[Reader]:
        """Have all functions say what those say that were ``made`` after the texts of some were ``edited``.

        Returns:
            Those to whom it makes a difference.
        """
        readers: set[Reader] = set()
        fresh = _by_key(made)
        for key, facts in fresh.items():
            known = self._by_key.get(key)
            if known is not None:
                readers.update(known.take(facts, edited=_is_among(facts, edited)))
        if not self.known or [*self._by_key] != [*fresh]:
            readers.update(self._marks.changed("all"))
            self._by_key = {key: self._by_key.get(key) or KeptFunction(each) for key, each in fresh.items()}
            self._all = tuple(self._by_key.values())
            readers.update(self.portions.take(self._all))
        self.known = True
        return readers

    def tell_again(self, edited: Collection[Func]) -> set[Reader]:
        """Have what follows from the texts of functions told anew that were ``edited`` and say what they said.

        Returns:
            Those to whom it makes a difference.
        """
        readers: set[Reader] = set()
        for known in self._all:
            if _is_among(known, edited):
                readers.update(known.tell_again())
        return readers


def _by_key(made: Iterable[FunctionFacts]) -> dict[_Key, FunctionFacts]:
    found: dict[_Key, FunctionFacts] = {}
    for each in made:
        number = 0
        while (each.path, each.name, number) in found:
            number += 1
        found[each.path, each.name, number] = each
    return found


def _is_among(function: FunctionFacts, edited: Collection[Func]) -> bool:
    """Whether it is one of those, or a literal in one."""
    for func in edited:
        if func.path == function.path and func.decl is not None and func.decl.pos <= function.pos < func.decl.end:
            return True
    return False

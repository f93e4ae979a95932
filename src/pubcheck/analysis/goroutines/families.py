"""All goroutines of a package, by the declared function that they come from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.goroutines.edges import Edges
from pubcheck.analysis.goroutines.threads import Family, parallel_from
from pubcheck.facts import Start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.goroutines.edges import Lookup
    from pubcheck.facts import Summary
    from pubcheck.model.symbols import Func


@finds_more
class Goroutines:
    """The goroutines that functions and their literals start."""

    def __init__(
        self, functions: Sequence[FunctionFacts], summary_of: Callable[[Func], Summary], lookup: Lookup | None = None
    ) -> None:
        """Look at functions.

        Args:
            functions: have their literals among them.
            summary_of: knows whatever they call.
            lookup: finds functions by name; among ``functions``, if it isn't given.
        """
        self._functions = functions
        self.summary_of = summary_of
        self.lookup = lookup or ByName(functions).lookup
        self.edges = Edges(self.lookup)

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The declared functions in which anything is started, each with its literals."""
        return tuple(Family(members, self.edges) for members in self._members() if _start(members))

    def _members(self) -> Iterator[tuple[FunctionFacts, ...]]:
        """Each declared function with its literals; those of initialisers are with what initialises their file."""
        found: dict[tuple[str, int], list[FunctionFacts]] = {}
        around = ("", -1, -1)
        for function in sorted(self._functions, key=lambda each: (each.path, each.pos, -each.end)):
            if function.ir.func is not None and not function.enclosing:
                around = (function.path, function.pos, function.end)
            inside = function.path == around[0] and function.pos < around[2]
            found.setdefault((function.path, around[1] if inside else -1), []).append(function)
        return map(tuple, found.values())


class ByName:
    """Functions by their names."""

    def __init__(self, functions: Iterable[FunctionFacts]) -> None:
        """``functions`` are all of them."""
        functions = tuple(functions)
        self.literals = {(each.path, each.name): each for each in functions if each.enclosing}
        self.declared = {each.full_name: each for each in functions if not each.enclosing}

    def lookup(self, name: str, user: FunctionFacts) -> FunctionFacts | None:
        """The declared function of that name, or the literal of it in the file of ``user``."""
        return self.declared.get(name) or self.literals.get((user.ir.path, name))


def _start(members: tuple[FunctionFacts, ...]) -> bool:
    started = any(spawn.start is not Start.DEFER for member in members for spawn in member.spawns)
    return started or any(member.test and parallel_from(member) is not None for member in members)

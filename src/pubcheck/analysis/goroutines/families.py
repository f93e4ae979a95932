"""All goroutines of a package, by the declared function that they come from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.goroutines.edges import Edges
from pubcheck.analysis.goroutines.threads import Family, parallel_from
from pubcheck.facts import Start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Summary
    from pubcheck.model.symbols import Func


@finds_more
class Goroutines:
    """The goroutines that functions and their literals start."""

    def __init__(self, functions: Sequence[FunctionFacts], summary_of: Callable[[Func], Summary]) -> None:
        """Look at ``functions``, which have their literals among them; ``summary_of`` knows whatever they call."""
        self._functions = functions
        self.summary_of = summary_of
        self._literals = {(each.path, each.name): each for each in functions if each.enclosing}
        self._declared = {each.full_name: each for each in functions if not each.enclosing}
        self.edges = Edges(self.lookup)

    def lookup(self, name: str, user: FunctionFacts) -> FunctionFacts | None:
        """The declared function of that name, or the literal of it in the file of ``user``."""
        return self._declared.get(name) or self._literals.get((user.ir.path, name))

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The declared functions in which anything is started, each with its literals."""
        return tuple(Family(members, self.edges) for members in self._members() if _start(members))

    def _members(self) -> Iterator[tuple[FunctionFacts, ...]]:
        members: list[FunctionFacts] = []
        for function in sorted(self._functions, key=lambda each: (each.path, each.pos, -each.end)):
            if members and not function.enclosing:
                yield tuple(members)
                members = []
            members.append(function)
        yield tuple(members)


def _start(members: tuple[FunctionFacts, ...]) -> bool:
    started = any(spawn.start is not Start.DEFER for member in members for spawn in member.spawns)
    return started or any(member.test and parallel_from(member) is not None for member in members)

"""What is known about a package: its functions' facts, grouped by what they touch."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Access, Blocking, Location, LockEvent, LockSet, Summary
    from pubcheck.model.package import Package


class InternalProblem(msgspec.Struct, frozen=True, gc=False):
    """The analysis of one function failed; the run goes on without it. ``error`` is the exception's text."""

    function: str
    path: str
    error: str


class Site(NamedTuple):
    """An access and the function that it is in."""

    function: FunctionFacts
    access: Access

    @property
    def protection(self) -> LockSet:
        """Locks that are certainly held there, by contract with the callers too."""
        return self.function.protection(self.access)


class Section(NamedTuple):
    """A critical section: a lock is acquired at ``acquire`` in ``function``, and ``blocking`` happens under it."""

    function: FunctionFacts
    acquire: LockEvent
    blocking: tuple[Blocking, ...]


class PackageFacts:
    """The facts of one package, found when they are asked for.

    Attributes:
        package: the package, for questions about types and declarations.
        path: its import path.
    """

    package: Package
    path: str

    @cached_property
    def functions(self) -> tuple[FunctionFacts, ...]:
        """Every function, method and literal of the package that could matter, by file and position.

        In a package whose source mentions no lock, atomic, goroutine or channel there are none.
        """
        raise NotImplementedError

    def function(self, name: str) -> FunctionFacts | None:
        """The function of that name (``(*Cache).Get``, ``(*Cache).Get.func1``)."""
        raise NotImplementedError

    def summary(self, full_name: str) -> Summary | None:
        """What callers know about a function or method of this package, also where the package doesn't matter."""
        raise NotImplementedError

    @cached_property
    def locations(self) -> Mapping[Location, tuple[Site, ...]]:
        """Accesses by what they touch, plain and atomic, in order of position.

        Each access is there once: in the function that does it, not in its callers; only accesses that callees in
        *other* packages do through what they were given are those of the call.
        """
        raise NotImplementedError

    def sections(self, lock: Location) -> tuple[Section, ...]:
        """The critical sections of all locks at ``lock`` in this package."""
        raise NotImplementedError

    @property
    def problems(self) -> tuple[InternalProblem, ...]:
        """Functions whose analysis failed so far."""
        raise NotImplementedError

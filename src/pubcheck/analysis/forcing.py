"""Locks that count as held from a line with ``+checklocksforce`` on: those that this line needs, and no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.annotated import demands, shared_annotations
from pubcheck.analysis.annotations import marked_files
from pubcheck.analysis.function import Forced
from pubcheck.analysis.neighbours import neighbours
from pubcheck.facts import DEREF, AccessPath, RootKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.annotated import Annotated, Demand
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Access, Call, Location
    from pubcheck.model.package import Package
    from pubcheck.source import Span

FORCE = re.compile(rb"//[ \t]*\+checklocksforce\b")


class Forcing:
    """The forced lines of a package, tests apart."""

    def __init__(self, package: Package) -> None:
        """Look at the text of ``package``."""
        self._package = package
        self._sources = {
            file.source.path: file.source for file in marked_files(package) if file.source.holds(b"+checklocksforce")
        }
        self._forced = {
            path: {source.lines.line(match.start()) for match in FORCE.finditer(source.data)}
            for path, source in self._sources.items()
        }

    def concerns(self, path: str) -> bool:
        """Whether anything is forced in the file ``path``."""
        return path in self._forced

    def of(self, function: FunctionFacts) -> tuple[Forced, ...]:
        """What ``function`` forces, and where."""
        if not self.concerns(function.path):
            return ()
        return tuple(dict.fromkeys((*self._by_accesses(function), *self._by_calls(function))))

    def _is_forced(self, span: Span) -> bool:
        lines = self._forced.get(span.path)
        return lines is not None and self._sources[span.path].lines.line(span.start) in lines

    def _by_accesses(self, function: FunctionFacts) -> Iterator[Forced]:
        found = [access for access in function.accesses if not access.trace and self._is_forced(access.span)]
        annotations = shared_annotations(self._package, [place for one in found if (place := _memory(one)) is not None])
        for access in found:
            place = _memory(access)
            told: Annotated | None = annotations.get(place) if place is not None else None
            for lock in told.wanted if told is not None else ():
                here = told.at(access.path, lock) if told is not None else None
                if here is not None:
                    yield Forced(access.point, here)

    def _by_calls(self, function: FunctionFacts) -> Iterator[Forced]:
        asking: dict[str, Demand] = {}
        for call in function.calls:
            if self._is_forced(call.span):
                asking = asking or self._asking()
                demand = asking.get(call.callee)
                for lock in sorted(demand.contract.held) if demand is not None else ():
                    here = _in_terms_of(call, lock.path)
                    if here is not None:
                        yield Forced(call.point, here)

    def _asking(self) -> dict[str, Demand]:
        found = dict(demands(self._package))
        for other in neighbours(self._package).values():
            found.update(demands(other))
        return found


def _memory(access: Access) -> Location | None:
    return access.location.container if access.location is not None else None


def _in_terms_of(call: Call, lock: AccessPath) -> AccessPath | None:
    """A lock that a callee names, as its caller does; None where that has no one name for it."""
    root = lock.root
    if root.kind is not RootKind.PARAM:
        return lock if root.kind is RootKind.GLOBAL else None
    targets = call.args[root.index].targets if root.index < len(call.args) else ()
    if len(targets) != 1 or lock.steps[:1] != (DEREF,):
        return None
    return targets[0].then(*lock.steps[1:])

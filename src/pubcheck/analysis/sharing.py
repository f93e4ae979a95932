"""Which objects a goroutine has in common with others: those that it was given and that somebody else keeps.

That two goroutines run methods of one type is no evidence that they meet: each may have an object of its own. So it is
followed what a thread is given at its start, its receiver, arguments and captured variables, down the calls that it
makes. The object is *kept* if somebody else can still reach it: the starter's own receiver, what is stored in a field
or variable, what a constructor returns. It is *common* if all goroutines of a thread that runs several times have the
same one. What lies in such an object is shared with it, part by part; what a pointer in it leads to may be another one
each time.
"""

from __future__ import annotations

import re
from functools import cached_property, reduce
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.callers import is_exported
from pubcheck.analysis.parallel import ALSO_CALLER, Origin, Witness
from pubcheck.analysis.provenance import Provenance, has_receiver, leads_out, parameter
from pubcheck.facts import DEREF, ELEMENT, AccessPath, LocationKind, Root, RootKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.callgraph import Edge, Launch
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.lasting import LastingFields, Way
    from pubcheck.analysis.located import Site
    from pubcheck.analysis.parallel import Thread, Threads
    from pubcheck.facts import Location


class Hold(NamedTuple):
    """How a thread has an object: see the module's text."""

    kept: bool
    common: bool
    origins: frozenset[str] = frozenset()
    """Where the object may come from: equal for what is given to two goroutines that one function starts."""
    put: frozenset[Location] = frozenset()
    """The containers that whoever gave it has put it into."""
    found: frozenset[Location] = frozenset()
    """The containers that it was found in."""


_IN = "@"
"""Before the fields that lead to a part of an object."""
_PARTS = re.compile(f"{_IN}[^{_IN}>]*")
NOT = Hold(kept=False, common=False)
WHOLLY = Hold(kept=True, common=True)

MAX_FIELDS = 3
"""How many pointers an object is followed through from the one that threads are given."""

Holds = dict[Root, Hold]
"""By the root that stands for a pointer to the object: a parameter, without its name, or a cell."""


Holders = tuple[tuple["Thread", Hold], ...]


@finds_more
class Sharing:
    """The objects that the threads of a package share."""

    def __init__(self, threads: Threads, lasting: LastingFields) -> None:
        """Follow what ``threads`` are given, through ``lasting`` fields too."""
        self._threads = threads
        self._lasting = lasting
        self._graph = threads.graph
        self._provenance = Provenance(threads)
        self._cells: dict[tuple[Thread, Root], Hold] = {}  # what the first function of a thread captures points to
        self._by_site: dict[tuple[str, Root, Way | None], Holders] = {}
        self._by_holders: dict[tuple[Holders, Holders], tuple[tuple[Thread, Thread], ...]] = {}

    def meet(self, one: Site, other: Site) -> Witness | None:
        """Why two accesses of one location may be of one object at the same time; None where nothing tells so."""
        threads = self._threads
        best: Witness | None = None
        for mine, theirs in self._meeting(self._holders(one), self._holders(other)):
            if threads.in_order(one, mine, other, theirs):
                continue
            witness = Witness(mine, theirs)
            if mine != theirs and theirs.started and mine != ALSO_CALLER:
                return witness
            if best is None or ALSO_CALLER in (best.one, best.other):
                best = witness
        return best

    def meet_where_kept(self, one: Site, other: Site) -> Witness | None:
        """As ``meet``, of an object that one thread was given and that the other finds in a container."""
        threads = self._threads
        for mine, first in self._holders(one):
            for theirs, second in self._holders(other):
                found = not (first.put.isdisjoint(second.found) and second.put.isdisjoint(first.found))
                if found and threads.overlap(mine, theirs) and not threads.in_order(one, mine, other, theirs):
                    return Witness(mine, theirs)
        return None

    def both_kept(self, one: Site, other: Site) -> bool:
        """Whether two goroutines run the two places at the same time, each with an object that others have too.

        That it is the same one is left to what else speaks for it: a lock that one of them takes.
        """
        threads = self._threads
        return any(
            mine.started
            and theirs.started
            and mine != theirs
            and threads.overlap(mine, theirs)
            and self.hold(one, mine).kept
            and self.hold(other, theirs).kept
            and not threads.in_order(one, mine, other, theirs)
            for mine in threads.of(one.function)
            for theirs in threads.of(other.function)
        )

    def _holders(self, site: Site) -> Holders:
        """The threads that work on a shared object there, each with how it has it."""
        path = site.access.path
        key = (site.function.name, path.root, self._lasting.way(path))
        known = self._by_site.get(key)
        if known is None:
            found = ((thread, self.hold(site, thread)) for thread in sorted(self._threads.of(site.function)))
            known = self._by_site[key] = tuple(
                (thread, hold) for thread, hold in found if hold.kept or hold.origins or hold.found
            )
        return known

    def _meeting(self, here: Holders, there: Holders) -> tuple[tuple[Thread, Thread], ...]:
        """The threads of two places that may have one object at the same time."""
        if not here or not there:
            return ()
        known = self._by_holders.get((here, there))
        if known is None:
            known = self._by_holders[here, there] = tuple(
                (mine, theirs)
                for mine, first in here
                for theirs, second in there
                if self._threads.overlap(mine, theirs) and _same_object(mine, first, theirs, second)
            )
        return known

    def hold(self, site: Site, thread: Thread) -> Hold:
        """How ``thread`` has the object that an access in one of its functions is of."""
        return self._held(site.function, thread, site.access.path)

    def goroutine_of(self, owner: str) -> Thread | None:
        """A goroutine that works on an object of the declared type ``owner`` which others keep too."""
        return self._by_type.get(owner)

    @cached_property
    def _by_type(self) -> dict[str, Thread]:
        found: dict[str, Thread] = {}
        for (thread, name), holds in sorted(self._holds.items(), key=lambda item: item[0]):
            function = self._graph.functions[name]
            func = function.ir.func
            receiver = holds.get(parameter(0), NOT)
            if thread.started and receiver.kept and func is not None and func.receiver is not None:
                found.setdefault(func.receiver.full_name, thread)
        return found

    def _held(self, function: FunctionFacts, thread: Thread, path: AccessPath) -> Hold:
        holds, root = self._holds, path.root
        if root.kind is RootKind.GLOBAL:
            hold = WHOLLY._replace(origins=frozenset((str(root),)))
        elif root.kind is RootKind.PARAM:
            hold = holds.get((thread, function.name), {}).get(parameter(root.index), NOT)
        elif root.kind is RootKind.CELL:
            hold = self._cells.get((thread, root)) or self._parameter_cell(thread, path)
        else:
            return NOT
        return self._followed(hold, path)

    def _followed(self, hold: Hold, path: AccessPath) -> Hold:
        """How a thread has what ``path`` names, that has the path's root as ``hold`` tells."""
        way = self._lasting.way(path)
        if way is None or len(way) > MAX_FIELDS:
            container = _container(path) if hold.kept else None
            return NOT if container is None else NOT._replace(found=frozenset((container,)))
        return Hold(hold.kept, hold.common, _led(hold.origins, way)) if way else hold

    def _parameter_cell(self, thread: Thread, path: AccessPath) -> Hold:
        home = self._provenance.parameters.get(path.root) if leads_out(path) else None
        return NOT if home is None else self._holds.get((thread, home[0].name), {}).get(parameter(home[1]), NOT)

    # --- what threads are given, and what becomes of it

    @cached_property
    def _holds(self) -> dict[tuple[Thread, str], Holds]:
        found: dict[tuple[Thread, str], Holds] = {}
        work: list[tuple[Thread, str]] = []
        for function in dict.fromkeys(self._graph.functions.values()):
            for thread in self._threads.of(function):
                if thread.origin is Origin.CALLER and has_receiver(function) and self._is_api(function, thread):
                    found[thread, function.name] = {parameter(0): WHOLLY}
                elif thread.origin is Origin.HANDLER and thread.root == function.name:
                    found[thread, function.name] = self._of_handler(function, thread)
                elif thread.root == function.name:
                    found[thread, function.name] = self._given(function, thread)
        work = list(found)
        while work:
            thread, name = work.pop()
            for edge in self._graph.called.get(name, ()):
                known = found.setdefault((thread, edge.callee.name), {})
                changed = False
                for root, hold in self._passed(edge, thread, found[thread, name]):
                    better = _best(known.get(root, NOT), hold)
                    if better != known.get(root):
                        known[root] = better
                        changed = True
                if changed and (thread, edge.callee.name) not in work:
                    work.append((thread, edge.callee.name))
        return found

    def _is_api(self, function: FunctionFacts, thread: Thread) -> bool:
        """Whether ``thread``, some caller of the package, begins with the function."""
        return is_exported(function) and (function.name in self._graph.calls) is (thread == ALSO_CALLER)

    def _passed(self, edge: Edge, thread: Thread, holds: Holds) -> Iterator[tuple[Root, Hold]]:
        """What a call gives to its callee of what the caller holds."""
        for index, argument in enumerate(edge.args or ()):
            found = [self._passed_on(edge.caller, thread, holds, target) for target in argument.targets]
            if found and NOT not in found:
                yield parameter(index), reduce(_best, found)

    def _passed_on(self, caller: FunctionFacts, thread: Thread, holds: Holds, target: AccessPath) -> Hold:
        root = target.root
        hold = NOT
        if root.kind is RootKind.PARAM:
            hold = holds.get(parameter(root.index), NOT)
        elif root.kind is RootKind.CELL:
            home = self._provenance.parameters.get(root) if leads_out(target) else None
            hold = self._cells.get((thread, root), NOT)
            if hold == NOT and home is not None and home[0] is caller:
                hold = holds.get(parameter(home[1]), NOT)
        # Elements of a container are objects of their own.
        hold = self._followed(hold, target)
        hold = hold._replace(origins=_inside(hold.origins, target))
        return hold._replace(common=False) if any(step[0] == "[" for step in target.steps) else hold

    def _of_handler(self, function: FunctionFacts, thread: Thread) -> Holds:
        for var in function.ir.captures:
            self._cells[thread, Root(RootKind.CELL, var.pos, var.name, function.path)] = WHOLLY
        return {parameter(0): WHOLLY} if self._provenance.handler_holds(function, 0) else {}

    def _given(self, function: FunctionFacts, thread: Thread) -> Holds:
        found: Holds = {}
        for launch in self._graph.launches.get(function.name, ()):
            if launch.starter.name != thread.starter or launch.spawn.point != thread.point:
                continue
            for index, argument in enumerate(launch.spawn.args):
                found[parameter(index)] = self._hold_at(launch, thread, argument.targets)
            for cell, targets in launch.spawn.captures:
                self._cells[thread, cell] = self._hold_at(launch, thread, targets)
        return found

    def _hold_at(self, launch: Launch, thread: Thread, targets: tuple[AccessPath, ...]) -> Hold:
        if not targets:
            return NOT
        kept = all(self._provenance.is_kept(launch.starter, target) for target in targets)
        common = thread.many and all(
            self._provenance.stays(launch.starter, target, set(), looped=launch.starter.in_loop(launch.spawn.point))
            for target in targets
        )
        origins = (_inside(self._provenance.origins(launch.starter, target, frozenset()), target) for target in targets)
        put = (
            publication.into.location
            for publication in launch.starter.publications
            if publication.into is not None and publication.into.is_element and set(targets) & set(publication.value)
        )
        return Hold(kept, common, frozenset().union(*origins), frozenset(at for at in put if at is not None))


def _same_object(mine: Thread, first: Hold, theirs: Thread, second: Hold) -> bool:
    if mine == theirs:
        return first.common and second.common
    if not (mine.has_start and theirs.has_start):
        return first.kept and second.kept
    if not first.origins.isdisjoint(second.origins):
        return True
    parts = _IN in "".join(first.origins) + "".join(second.origins)
    return parts and any(_may_be_one(one, other) for one in first.origins for other in second.origins)


def _may_be_one(one: str, other: str) -> bool:
    """Whether one is the whole that the other is a part of, or the very part."""
    if _PARTS.sub("", one) != _PARTS.sub("", other):
        return False
    return all(mine == theirs for mine, theirs in zip(_PARTS.findall(one), _PARTS.findall(other), strict=False))


def _container(path: AccessPath) -> Location | None:
    """The field or variable whose items ``path`` leads through, to what one of them points to."""
    at = next((at for at, step in enumerate(path.steps) if step == ELEMENT), len(path.steps))
    behind = path.steps[at + 1 :]
    if behind[:1] != (DEREF,) or any(step[0] in "*@[" for step in behind[1:]):
        return None
    location = AccessPath(path.root, path.steps[: at + 1]).location
    return None if location is None or location.kind is LocationKind.LOCAL else location


def _best(one: Hold, other: Hold) -> Hold:
    return Hold(
        one.kept or other.kept,
        one.common or other.common,
        one.origins | other.origins,
        one.put | other.put,
        one.found | other.found,
    )


def _led(origins: frozenset[str], way: Way) -> frozenset[str]:
    """What is behind the same fields of the same objects; a structure that leads on and on ends somewhere."""
    return frozenset(">".join((origin, *way)) for origin in origins if origin.count(">") < MAX_FIELDS)


def _inside(origins: frozenset[str], path: AccessPath) -> frozenset[str]:
    """The field that ``path`` names, of what has ``origins``: a part of the same memory, and not that of another field.

    What a function does to its own part it may do without others in another one.
    """
    at = next((at for at, step in enumerate(reversed(path.steps)) if step == DEREF), len(path.steps))
    fields = path.steps[len(path.steps) - at :]
    if not fields or ELEMENT in fields:
        return origins
    part = _IN + "/".join(fields)
    return frozenset(origin + part if origin.count(_IN) < MAX_FIELDS else origin for origin in origins)

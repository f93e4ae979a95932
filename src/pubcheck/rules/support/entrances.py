"""Fields through which everybody gets to what a lock guards, and who goes there without it.

A pointer that is set once needs no lock, but what it leads to may: a tree, or an object of a library. That it does is
told by those who go through it: all of them hold the lock of the object that has it, and some change what is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.mutexes import mutex_fields, struct_of
from pubcheck.analysis.uses import Use, use_of
from pubcheck.analysis.writers import is_private
from pubcheck.facts import ChannelAction, LocationKind, RootKind
from pubcheck.knowledge import UNSHARED
from pubcheck.model.structure import deref
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Named, Pointer, Unknown
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.excuses import tests_for_nil

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.facts import Access, Location
    from pubcheck.model.types import Type

LEAST_INSIDE = 3
"""Functions that go through the field under the lock, before it is believed that all have to."""
LEAST_KNOWN = 2
"""The same, where it leads to an object that is known to be for one goroutine at a time."""


class Entrance(NamedTuple):
    """``use`` goes through the field ``location`` without ``lock``; all others, ``inside``, hold it."""

    location: Location
    lock: Location
    use: Use
    inside: tuple[Use, ...]


def entrances(package: PackageFacts) -> Iterator[Entrance]:
    """One for each field of the package that a single method goes through without the lock."""
    if is_for_tests(package):
        return
    changed = _Changed(package)
    for location, sites in package.locations.items():
        if location.kind is LocationKind.FIELD and location.package == package.path and "[" not in location.path:
            found = _entrance(package, location, sites, changed)
            if found is not None:
                yield found


def _entrance(package: PackageFacts, location: Location, sites: tuple[Site, ...], changed: _Changed) -> Entrance | None:
    type_ = _pointer(package, location)
    if type_ is None:
        return None
    callers = callers_of(package)
    shared = [
        site
        for site in sites
        if not (
            site.function.test
            or is_private(site, callers)
            or callers.only_tests_call(site.function)
            or callers.runs_at_init(site.function)
            or _is_idle(package, site)
        )
    ]
    if any(site.access.writes or site.access.atomic is not None or site.access.trace for site in shared):
        return None
    bare = {site.function.name for site in shared if not site.function.maybe_protected(site.access)}
    least = LEAST_KNOWN if _is_unshared(type_) else LEAST_INSIDE
    if not bare or len({site.function.name for site in shared}) <= least:
        return None
    uses = [use_of(package, site) for site in shared]
    locks = {lock for use in uses for lock in (*use.locks, *use.ambient.always) if lock.owner == location.owner}
    for lock in sorted(locks):
        inside = tuple(use for use in uses if not use.lacks(lock))
        outside = [use for use in uses if use.lacks(lock)]
        if len({use.function.name for use in outside}) != 1 or not _goes_through(outside[0]):
            continue
        if len({use.function.name for use in inside}) < least:
            continue
        if changed.behind(outside, inside, lock, type_):
            return Entrance(location, lock, outside[0], inside)
    return None


def _is_idle(package: PackageFacts, site: Site) -> bool:
    """Whether nobody is seen to call the function, and none but the package can."""
    function, graph = site.function, package.threads.graph
    func = function.ir.func
    known = function.name in graph.calls or function.name in graph.unseen or function.name in graph.launches
    return func is not None and not func.name[:1].isupper() and not known


def _goes_through(use: Use) -> bool:
    """Whether a method that callers know by name goes through its own object's field, and takes no lock."""
    func, root = use.function.ir.func, use.site.access.path.root
    own = root.kind is RootKind.PARAM and root.index == 0
    named = func is not None and func.receiver is not None and func.name[:1].isupper()
    return own and named and _is_one_of_many(use) and not tests_for_nil(use.function, use.site.access)


def _is_one_of_many(use: Use) -> bool:
    """Whether nothing tells that others keep away: no lock is taken, and the object neither set up nor closed."""
    function = use.function
    ends = any(event.action is ChannelAction.CLOSE for event in function.channels)
    sets = any(access.writes and access.path.root == use.site.access.path.root for access in function.accesses)
    return not (function.locks or ends or sets)


def _pointer(package: PackageFacts, location: Location) -> Type | None:
    """What the field points to, if it is a pointer."""
    owner = package.package.lookup(location.owner.rpartition(".")[2])
    struct = struct_of(owner) if isinstance(owner, TypeName) else None
    for field in struct.fields if struct is not None else ():
        if field.name == location.path and isinstance(field.type, Pointer):
            return field.type.element
    return None


def _is_unshared(type_: Type) -> bool:
    """Whether it is a library's type whose values one goroutine at a time may use."""
    return isinstance(type_, Named) and type_.symbol.full_name in UNSHARED


def _container(access: Access) -> Location | None:
    return access.location.container if access.location is not None else None


class _Changed:
    """What is changed behind the fields of a package, and under which locks."""

    def __init__(self, package: PackageFacts) -> None:
        self._package = package

    def behind(self, outside: list[Use], inside: tuple[Use, ...], lock: Location, type_: Type) -> bool:
        """Whether what the field leads to is changed under the lock, and ``outside`` looks at that."""
        if isinstance(type_, Unknown) or _is_unshared(type_):
            return all(use.holds_exclusively(lock) for use in inside)
        named = deref(type_)
        if not isinstance(named, Named) or named.symbol.package is None:
            return False
        if named.symbol.package.path != self._package.path:
            return False
        struct = struct_of(named.symbol)
        if struct is None or mutex_fields(struct):
            return False
        written = self._written(lock)
        return any(self._looks_at(use, written) for use in outside)

    def _looks_at(self, use: Use, written: set[Location]) -> bool:
        """Whether ``use`` leads to one of ``written``, in its function or in one that is given what it leads to."""
        function, path = use.function, use.site.access.path
        if any(one.path.starts_with(path) and _container(one) in written for one in function.accesses):
            return True
        return any(
            any(target.starts_with(path) for arg in edge.args or () for target in arg.targets)
            and any(_container(one) in written for one in edge.callee.accesses)
            for edge in self._package.threads.graph.called.get(function.name, ())
        )

    def _written(self, lock: Location) -> set[Location]:
        """What is written somewhere while ``lock`` is held exclusively."""
        callers = callers_of(self._package)
        return {
            location.container
            for location, sites in self._package.locations.items()
            if location.kind is LocationKind.FIELD
            for site in sites
            if site.access.writes
            and not is_private(site, callers)
            and use_of(self._package, site).holds_exclusively(lock)
        }

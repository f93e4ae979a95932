"""Methods that several goroutines may call at once, because the interface that the type implements says so.

``net.Conn`` does: while one goroutine reads, another one writes, sets a deadline or closes. Two reads at once, or two
deadlines, are another matter: nobody does that who cares for what comes of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pubcheck.facts import RootKind
from pubcheck.model.lookup import method_set
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Pointer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.facts import Location
    from pubcheck.model.package import Package

_DEADLINES = frozenset(("SetDeadline", "SetReadDeadline", "SetWriteDeadline"))
_COMMON = _DEADLINES | {"Close", "LocalAddr"}
PROMISES = {
    "net.Conn": _COMMON | {"Read", "Write", "RemoteAddr"},
    "net.PacketConn": _COMMON | {"ReadFrom", "WriteTo"},
}
"""The methods of interfaces that say that several goroutines may call them at once."""
_NAMES = frozenset().union(*PROMISES.values())


def is_promised(package: PackageFacts, sites: Iterable[Site], location: Location) -> bool:
    """Whether a method of such an interface writes ``location`` at one of ``sites``."""
    written = any(site.access.writes and _method(site, location) in _NAMES for site in sites)
    return written and bool(_implemented(package.package, location.owner))


def promise(package: PackageFacts, one: Site, other: Site, location: Location) -> str:
    """The interface by which both methods may run at once on one object; empty if there is none."""
    names = {_method(one, location), _method(other, location)}
    if "" in names or len(names) == 1 or names <= _DEADLINES:
        return ""
    return next((each for each in _implemented(package.package, location.owner) if names <= PROMISES[each]), "")


def _method(site: Site, location: Location) -> str:
    """The method of the type that ``location`` is a field of, if it does that to its own object; empty otherwise."""
    func, root = site.function.ir.func, site.access.path.root
    own = func is not None and func.receiver is not None and func.receiver.full_name == location.owner
    return func.name if own and func is not None and root.kind is RootKind.PARAM and root.index == 0 else ""


def _implemented(package: Package, owner: str) -> tuple[str, ...]:
    known = _known(package)
    found = known.get(owner)
    if found is None:
        symbol = package.scope.get(owner.rpartition(".")[2])
        methods = method_set(Pointer(symbol.type)).keys() if isinstance(symbol, TypeName) else ()
        found = known[owner] = tuple(each for each, wanted in PROMISES.items() if methods and wanted <= set(methods))
    return found


@lru_cache(maxsize=1)  # an older package would stay as long as it were known
def _known(_package: Package) -> dict[str, tuple[str, ...]]:
    """What is known of the types of the package that was asked about last, by their names."""
    return {}

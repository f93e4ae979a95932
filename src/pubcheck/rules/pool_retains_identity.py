"""A connection, a file, or another thing that somebody must close, is kept in a sync.Pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.printing import type_string
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Func
from pubcheck.model.types import Interface, Named, Pointer, Signature
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.pooled_types import pooled
from pubcheck.rules.support.wording import type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.model.types import Type

_INTERFACES = frozenset(
    (
        *("net.Conn", "net.PacketConn", "net.Listener", "io/fs.File", "database/sql/driver.Conn", "crypto/tls.Conn"),
        *("database/sql/driver.Stmt", "database/sql/driver.Rows", "mime/multipart.File"),
    )
)
"""Interfaces that stand for something outside of the program."""
_MADE_READY_AGAIN = ("Reset", "reset", "Init", "init", "Clear", "clear")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find pooled objects with a Close and nothing that makes them ready for another use; one finding a type."""
    told: set[str] = set()
    for site in pooled(package):
        text = type_name(site.type, package)
        if text not in told and _must_be_closed(package, site.type):
            told.add(text)
            yield Finding(
                span=site.call.span,
                values={"type": text},
                because=("a pool drops what it holds at any garbage collection, and closes nothing",),
                location=text,
                symbol=site.function.name,
            )


def _must_be_closed(package: PackageFacts, type_: Type) -> bool:
    """Whether it has a Close that ends something, and isn't made to be used again."""
    close = _method(package, type_, "Close")
    if close is None or any(_method(package, type_, name) is not None for name in _MADE_READY_AGAIN):
        return False
    element = type_.element if isinstance(type_, Pointer) else type_
    if isinstance(underlying(element), Interface):
        return type_string(element) in _INTERFACES  # what another one holds may well have a Reset
    return not isinstance(element, Named) or element.symbol.package is not package.package


def _method(package: PackageFacts, type_: Type, name: str) -> Func | None:
    found = lookup_field_or_method(type_, name, package.package)
    method = found.obj if found is not None else None
    promoted = found is not None and bool(found.path)
    plain = not promoted and isinstance(method, Func) and isinstance(method.type, Signature)
    return method if plain and (name != "Close" or not method.type.params) else None  # type: ignore[union-attr, return-value]

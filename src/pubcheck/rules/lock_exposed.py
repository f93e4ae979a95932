"""A lock that other packages can lock: embedded in an exported struct, or handed out by a method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Named, Pointer, Struct
from pubcheck.rules.finding import Finding
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.model.package import GoSource, Package
    from pubcheck.model.types import Type
    from pubcheck.syntax import ast

_MUTEXES = frozenset(("Mutex", "RWMutex"))


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find mutexes that are part of a package's exported interface without being meant to."""
    source = package.package.source
    if source is None or package.package.name == "main" or "internal" in package.path.split("/"):
        return
    for file in source.files:
        if not file.source.path.endswith("_test.go"):
            yield from _embedded(package.package, file)
            yield from _returned(package.package, file)


def _embedded(package: Package, file: GoSource) -> Iterator[Finding]:
    for spec in file.tree.file.types:
        symbol = package.lookup(spec.name.name) if spec.name.name[:1].isupper() else None
        struct = symbol.underlying if isinstance(symbol, TypeName) else None
        for field in struct.fields if isinstance(struct, Struct) else ():
            mutex = _mutex(field.type) if field.embedded else ""
            if mutex and field.symbol is not None:
                yield Finding(
                    span=Span(file.source.path, field.symbol.pos, field.symbol.pos + len(field.name)),
                    values={"what": f"`{spec.name.name}` embeds `{mutex}`"},
                    because=(f"`Lock` and `Unlock` are methods of `{spec.name.name}` for everybody who imports it",),
                    help="give the mutex a name of its own that isn't exported",
                    location=f"{spec.name.name}.{field.name}",
                    symbol=spec.name.name,
                )


def _returned(package: Package, file: GoSource) -> Iterator[Finding]:
    for decl in file.tree.file.functions:
        if decl.receiver is None or not decl.name.name[:1].isupper() or not decl.type.results:
            continue
        func = package.func_of(decl)
        exported = func.receiver is not None and func.receiver.name[:1].isupper()
        signature = func.signature if exported else None
        for result in signature.results if signature is not None else ():
            mutex = _mutex(result.element) if isinstance(result, Pointer) else ""
            if mutex:
                yield Finding(
                    span=_name(file, decl),
                    values={"what": f"`{decl.name.name}` hands out a `*{mutex}`"},
                    because=("who has the mutex can hold it, and forget it, in code that the package doesn't see",),
                    help="offer a method that does under the lock what callers need it for",
                    symbol=decl.name.name,
                )


def _name(file: GoSource, decl: ast.FuncDecl) -> Span:
    return Span(file.source.path, decl.name.pos, decl.name.end)


def _mutex(t: Type) -> str:
    if isinstance(t, Pointer):
        t = t.element
    if not isinstance(t, Named) or t.symbol.package is None or t.symbol.package.path != "sync":
        return ""
    return f"sync.{t.symbol.name}" if t.symbol.name in _MUTEXES else ""

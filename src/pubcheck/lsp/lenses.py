"""Lines above declarations: how often a synchronisation location is released and acquired, what starts a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.lsp.messages import Lens
from pubcheck.lsp.sites import sites, sites_of
from pubcheck.lsp.subject import declarations
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.lsp.convert import Converter
    from pubcheck.model.package import GoSource


def lenses(facts: PackageFacts, file: GoSource, converter: Converter) -> Iterator[Lens]:
    """The lenses of a file of the package that ``facts`` are about."""
    found = sites(facts)
    path = file.source.path
    for name, location, _ in declarations(facts.package, file):
        here = sites_of(found, location)
        if here:
            released, acquired = sum(site.releases for site in here), sum(site.acquires for site in here)
            places = tuple(converter.place(site.span) for site in here)
            span = Span(path, name.pos, name.end)
            yield Lens(converter.range(span), f"{released} release, {acquired} acquire {_sites(acquired)}", places)
    threads = facts.threads
    for function in facts.functions:
        decl = function.ir.func.decl if function.ir.func is not None else None
        if function.path != path or decl is None or function.enclosing:
            continue
        starts = [one for one in threads.of(function) if one.started and one.root == function.name and one.span]
        if starts:
            many = any(one.many for one in starts)
            text = f"{len(starts)} goroutine{'s' if len(starts) > 1 else ''}{', more than once' if many else ''}"
            span = Span(path, decl.name.pos, decl.name.end)
            places = tuple(converter.place(one.span) for one in sorted(starts) if one.span is not None)
            yield Lens(converter.range(span), f"started by {text}", places)


def _sites(count: int) -> str:
    return "site" if count == 1 else "sites"

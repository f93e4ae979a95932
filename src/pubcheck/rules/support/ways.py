"""How a goroutine gets from its beginning to what it does: the calls on the way."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related, Trace

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.analysis.callgraph import Edge
    from pubcheck.analysis.parallel import Thread


def way_of(package: PackageFacts, thread: Thread, site: Site, goroutine: str) -> tuple[Trace, ...]:
    """The shortest chain of calls from the first function of ``thread`` to that of ``site``; nothing if it is that.

    Nothing either where no chain of plain calls leads there, or who runs it isn't a goroutine of the package.
    """
    steps = tuple(
        Related(call.span, f"calls `{edge.callee.name}`")
        for edge in _edges(package, thread.root, site.function.name)
        for call in edge.caller.calls_at(edge.point)[:1]
    )
    return (Trace(goroutine, steps),) if steps else ()


def _edges(package: PackageFacts, root: str, target: str) -> list[Edge]:
    """The calls on a shortest way from one function to the other, by their names."""
    called = package.threads.graph.called
    by: dict[str, Edge | None] = {root: None}
    work = deque((root,))
    while work and target not in by:
        for edge in called.get(work.popleft(), ()):
            if edge.callee.name not in by:
                by[edge.callee.name] = edge
                work.append(edge.callee.name)
    found: list[Edge] = []
    last = by.get(target)
    while last is not None:
        found.append(last)
        last = by.get(last.caller.name)
    return found[::-1]

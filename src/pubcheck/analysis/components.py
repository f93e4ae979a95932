"""Strongly connected components of a graph, callees before callers.

The algorithm is Tarjan's "Depth-first search and linear graph algorithms" (1972), without recursion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    Node = TypeVar("Node", bound=Hashable)


def components(start: Node, after: Callable[[Node], Iterable[Node]]) -> Iterator[list[Node]]:
    """The components that ``start`` reaches, each once all components that it leads to have been given."""
    index: dict[Node, int] = {start: 0}
    low: dict[Node, int] = {start: 0}
    open_: list[Node] = [start]
    waiting: set[Node] = {start}
    path: list[tuple[Node, Iterator[Node]]] = [(start, iter(after(start)))]
    while path:
        node, rest = path[-1]
        for other in rest:
            if other not in index:
                index[other] = low[other] = len(index)
                open_.append(other)
                waiting.add(other)
                path.append((other, iter(after(other))))
                break
            if other in waiting:
                low[node] = min(low[node], index[other])
        else:
            path.pop()
            if path:
                above = path[-1][0]
                low[above] = min(low[above], low[node])
            if low[node] == index[node]:
                component: list[Node] = []
                while True:
                    member = open_.pop()
                    waiting.discard(member)
                    component.append(member)
                    if member == node:
                        break
                yield component

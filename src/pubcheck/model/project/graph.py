"""Ordering a graph bottom-up when it may have cycles."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pubcheck.model.project.sources import PackageSource

Node = TypeVar("Node", bound=Hashable)


class ImportGraph(NamedTuple):
    """Packages bottom-up, and for each all those below it: what it imports, and what those import in turn.

    What only the tests in a package import is below it, too, unless it leads back to the package. Of packages that
    import each other none is below the other.
    """

    order: tuple[PackageSource, ...]
    below: Mapping[PackageSource, frozenset[PackageSource]]


def import_graph(
    packages: Sequence[PackageSource],
    imports: Mapping[PackageSource, Sequence[PackageSource]],
    tests: Mapping[PackageSource, Sequence[PackageSource]],
) -> ImportGraph:
    """The graph of ``packages``, whose ``imports`` and imports of ``tests`` are all among them.

    Returns:
        A graph that doesn't depend on the order of the packages but where any order would do.
    """
    ring: dict[PackageSource, int] = {}
    for number, component in enumerate(components(packages, lambda one: [*imports[one], *tests[one]])):
        ring.update(dict.fromkeys(component, number))
    edges = {one: [*imports[one], *(other for other in tests[one] if ring[other] != ring[one])] for one in packages}
    below: dict[PackageSource, frozenset[PackageSource]] = {}
    for component in components(packages, edges.__getitem__):
        under = {other for one in component for other in edges[one]}.difference(component)
        reached = frozenset(under).union(*(below[other] for other in under))
        below.update(dict.fromkeys(component, reached))
    order = tuple(one for level in levels(packages, edges.__getitem__) for one in level)
    return ImportGraph(order, below)


def levels(nodes: Iterable[Node], below: Callable[[Node], Sequence[Node]]) -> tuple[tuple[Node, ...], ...]:
    """Put ``nodes`` into levels, so that what a node stands on lies in an earlier level, or in its own for a cycle.

    Within a level nodes keep the order that they are given in.

    Args:
        nodes: all nodes.
        below: the nodes that one stands on; all of them must be among ``nodes``.
    """
    order = list(dict.fromkeys(nodes))
    height: dict[Node, int] = {}
    for component in components(order, below):
        under = [height[other] for node in component for other in below(node) if other in height]
        height.update(dict.fromkeys(component, 1 + max(under, default=-1)))
    result: list[list[Node]] = [[] for _ in range(1 + max(height.values(), default=-1))]
    for node in order:
        result[height[node]].append(node)
    return tuple(tuple(level) for level in result)


def components(nodes: Iterable[Node], below: Callable[[Node], Sequence[Node]]) -> Iterator[tuple[Node, ...]]:
    """Strongly connected components, each after those it stands on."""
    search = _Search(below)
    for start in nodes:
        yield from search.run(start)


class _Search(Generic[Node]):
    """Tarjan's algorithm (1972), with a stack of its own: import chains may be longer than Python's stack."""

    def __init__(self, below: Callable[[Node], Sequence[Node]]) -> None:
        self._below = below
        self._index: dict[Node, int] = {}
        self._low: dict[Node, int] = {}
        self._open: dict[Node, None] = {}
        self._work: list[tuple[Node, Iterator[Node]]] = []

    def run(self, start: Node) -> Iterator[tuple[Node, ...]]:
        """The components that ``start`` reaches and no earlier start did."""
        if start not in self._index:
            self._enter(start)
        low, work = self._low, self._work
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in self._index:
                    self._enter(other)
                    break
                if other in self._open:
                    low[node] = min(low[node], self._index[other])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == self._index[node]:
                    yield self._close(node)

    def _enter(self, node: Node) -> None:
        self._index[node] = self._low[node] = len(self._index)
        self._open[node] = None
        self._work.append((node, iter(self._below(node))))

    def _close(self, root: Node) -> tuple[Node, ...]:
        component: list[Node] = []
        while True:
            node, _ = self._open.popitem()
            component.append(node)
            if node == root:
                return tuple(component)

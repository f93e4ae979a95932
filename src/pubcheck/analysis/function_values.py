"""Which functions a value may be, or hold as items: a list of what is to be run, say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.values import parameter_of, read_from
from pubcheck.facts import DEREF, ELEMENT, AccessPath, RootKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis.state import State
    from pubcheck.analysis.values import Code, Value


def given_by(value: Value) -> int | None:
    """The parameter whose value this is, or one of whose items."""
    parameter = parameter_of(value)
    if parameter is None and len(value.targets) == 1:
        root, steps = value.targets[0].root, value.targets[0].steps
        if root.kind is RootKind.PARAM and steps in ((ELEMENT, DEREF), (DEREF, ELEMENT, DEREF)):
            return root.index
    return parameter


def found_in(state: State, value: Value) -> list[Code]:
    """The functions that were put into the slice that ``value`` was read from."""
    sources = [source for target in value.targets if (source := read_from(target)) is not None]
    return list(
        _items(state, (AccessPath(one.root, one.steps[:-1]) for one in sources if one.steps[-1:] == (ELEMENT,)))
    )


def held_by(state: State, value: Value) -> list[Code]:
    """The function that ``value`` is, or those that were put into the slice that it is."""
    return [value.code] if value.code is not None else list(_items(state, value.targets))


def _items(state: State, containers: Iterable[AccessPath]) -> Iterator[Code]:
    for container in containers:
        depth = len(container.steps)
        for path, item in state.memory.get(container.root, {}).items():
            of_it = path.steps[:depth] == container.steps and len(path.steps) == depth + 1
            if of_it and path.is_element and item.code is not None:
                yield item.code

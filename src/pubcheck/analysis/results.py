"""What a function returns: told of it, and brought into a caller's terms at a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.values import NO_POINTS, Value, join
from pubcheck.facts import DEREF, ELEMENT, AccessPath, Result, Root, RootKind

if TYPE_CHECKING:
    from pubcheck.analysis.sites import Site
    from pubcheck.analysis.state import State
    from pubcheck.analysis.visibility import Visible
    from pubcheck.flow import ir

# --- at a call


def give(site: Site, results: tuple[Result, ...]) -> None:
    """Give the call's targets what ``results`` say."""
    frame = site.frame
    for position, result in enumerate(results[: len(site.targets)]):
        register = site.targets[position]
        depends = frozenset((site.point,)) if result.loaded else NO_POINTS
        for index in result.given:
            if index < len(site.values):
                depends |= site.values[index].depends
        if result.fresh:
            root = Root(RootKind.FRESH, register, frame.opaque(register).root.name)
            if frame.loop:
                frame.state.renew(root)
            site.results[position] = Value((AccessPath(root),), depends=depends)
            items = _pointing(site, result.items)
            if items is not None:
                frame.state.store(AccessPath(root, (ELEMENT,)), items)
            continue
        value = _pointing(site, result.targets)
        if value is None:
            site.results[position] = Value(depends=depends)
        else:
            passed = _passed(site, result)
            site.results[position] = passed or msgspec.structs.replace(value, depends=depends)


def _pointing(site: Site, targets: tuple[AccessPath, ...]) -> Value | None:
    """A value that points to what the callee calls ``targets``."""
    value: Value | None = None
    for target in targets:
        for path in site.translate(target):
            one = Value((path,))
            value = one if value is None else join(value, one)
    return value


def _passed(site: Site, result: Result) -> Value | None:
    """The argument that the function gives back as it is."""
    if len(result.targets) != 1:
        return None
    target = result.targets[0]
    if target.root.kind is RootKind.PARAM and target.steps == (DEREF,) and target.root.index < len(site.values):
        return site.values[target.root.index]
    return None


# --- of a function


def of(fn: ir.Function, ends: list[tuple[State, tuple[Value, ...]]], visible: Visible) -> tuple[Result, ...]:
    """What callers know about each result, ``ends`` being the returns with what they return."""
    count = len(fn.results)
    if not count or not ends:
        return ()
    return tuple(_result(position, ends, visible) for position in range(count))


def _result(position: int, ends: list[tuple[State, tuple[Value, ...]]], visible: Visible) -> Result:
    fresh = True
    some = wide = False
    targets: dict[AccessPath, None] = {}
    items: set[AccessPath] | None = set()
    depends = NO_POINTS
    for state, values in ends:
        if position >= len(values):
            return Result()
        value = values[position]
        depends |= state.depends(value)
        if value.const is not None and value.const.value is None:
            continue
        some = True
        fresh &= bool(value.targets) and not value.wide and all(state.owned(path.root) for path in value.targets)
        wide |= value.wide
        for path in value.targets:
            if visible(path):
                targets[path] = None
            items = _with_items(items, state, path, visible)
    fresh = fresh and some
    return Result(
        fresh,
        () if fresh or wide else tuple(targets),
        loaded=any(point.block >= 0 for point in depends),
        given=frozenset(point.index for point in depends if point.block < 0),
        items=tuple(sorted(items)) if fresh and items else (),
    )


def _with_items(
    items: set[AccessPath] | None, state: State, container: AccessPath, visible: Visible
) -> set[AccessPath] | None:
    """``items`` and what those of ``container`` point to; None once there is one that callers can't name."""
    path = container.then(ELEMENT)
    held = state.memory.get(container.root, {}).get(path) if path is not None else None
    if items is None or held is None:
        return items
    return items | set(held.targets) if not held.wide and all(map(visible, held.targets)) else None

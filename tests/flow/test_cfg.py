from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.flow.cfg import Cfg, Loop

Lower = Callable[..., list[ir.Function]]


def graph(edges: list[list[int]]) -> Cfg:
    """A function whose blocks lead to up to two others each, in reverse post-order of what can be reached."""
    order: list[int] = []
    seen: set[int] = set()

    def visit(block: int) -> None:
        seen.add(block)
        for target in edges[block]:
            if target not in seen:
                visit(target)
        order.append(block)

    visit(0)
    order.reverse()
    number = {block: index for index, block in enumerate(order)}
    blocks = []
    for block in order:
        targets = [number[target] for target in edges[block]]
        last: ir.Instruction = ir.Return(0, 0, ())
        if len(targets) == 1:
            last = ir.Jump(0, 0, targets[0])
        elif targets:
            last = ir.Branch(0, 0, 0, targets[0], targets[1])
        blocks.append(ir.BasicBlock(number[block], (last,)))
    return Cfg(ir.Function("f", "a.go", None, (), (), (), (), tuple(blocks), {}, {}, 0, 0))


@st.composite
def graphs(draw: st.DrawFn) -> Cfg:
    count = draw(st.integers(1, 9))
    return graph([draw(st.lists(st.integers(0, count - 1), max_size=2)) for _ in range(count)])


def reached_without(cfg: Cfg, start: int, without: int) -> set[int]:
    """The blocks that paths from ``start`` get to that keep away from ``without``."""
    if start == without:
        return set()
    seen = {start}
    stack = [start]
    while stack:
        for target in cfg.successors[stack.pop()]:
            if target != without and target not in seen:
                seen.add(target)
                stack.append(target)
    return seen


@given(graphs())
def test_a_dominator_is_on_every_path_from_the_entry(cfg: Cfg) -> None:
    blocks = range(len(cfg.function.blocks))
    for upper in blocks:
        beside = reached_without(cfg, 0, upper)
        for lower in blocks:
            assert cfg.dominates(Point(upper, 0), Point(lower, 0)) == (lower not in beside)


@given(graphs())
def test_a_post_dominator_is_on_every_path_to_an_exit(cfg: Cfg) -> None:
    exits = set(cfg.exits)
    blocks = range(len(cfg.function.blocks))
    for lower in blocks:
        if not exits & reached_without(cfg, lower, -1):
            continue  # it never ends: nothing has to come after it
        for upper in blocks:
            avoids = exits & reached_without(cfg, lower, upper)
            assert cfg.post_dominates(Point(upper, 0), Point(lower, 0)) == (not avoids)


@given(graphs())
def test_predecessors_are_successors_turned_round(cfg: Cfg) -> None:
    forwards = {(block, target) for block, targets in enumerate(cfg.successors) for target in targets}
    backwards = {(before, block) for block, befores in enumerate(cfg.predecessors) for before in befores}
    assert forwards == backwards


@given(graphs())
def test_a_loop_is_left_and_entered_through_its_header(cfg: Cfg) -> None:
    for loop in cfg.loops:
        for block in loop.blocks:
            assert cfg.dominates(Point(loop.header, 0), Point(block, 0))
            assert cfg.in_loop(block)


@pytest.fixture
def nested(lowered: Lower) -> Cfg:
    return Cfg(
        lowered(
            """
            func g(int)
            func f(n int) {
                g(0)
                for i := 0; i < n; i++ {
                    g(1)
                    for range n {
                        g(2)
                        g(3)
                    }
                }
                g(4)
            }
            """
        )[0]
    )


def point(cfg: Cfg, argument: int) -> Point:
    """Where ``g(argument)`` is called."""
    for block in cfg.function.blocks:
        for index, item in enumerate(block.instructions):
            first = item.call.args[0] if isinstance(item, ir.Call) else None
            if isinstance(first, ir.Const) and first.value == argument:
                return Point(block.index, index)
    raise AssertionError(argument)


def test_loops_nest(nested: Cfg) -> None:
    outer, inner = nested.loops
    assert inner.blocks < outer.blocks
    assert isinstance(outer, Loop)
    assert [nested.in_loop(point(nested, each).block) for each in range(5)] == [False, True, True, True, False]
    assert [nested.function.blocks[point(nested, each).block].loop for each in range(5)] == [0, 1, 2, 2, 0]


def test_points_within_a_block_are_ordered(nested: Cfg) -> None:
    first, second = point(nested, 2), point(nested, 3)
    assert first.block == second.block
    assert nested.dominates(first, second)
    assert not nested.dominates(second, first)
    assert nested.post_dominates(second, first)
    assert nested.reaches(first, second)
    assert nested.reaches(second, first)  # on the next turn


def test_nothing_before_a_loop_is_reached_from_it(nested: Cfg) -> None:
    assert nested.reaches(point(nested, 0), point(nested, 4))
    assert not nested.reaches(point(nested, 4), point(nested, 0))
    assert not nested.reaches(point(nested, 0), point(nested, 0))
    assert nested.post_dominates(point(nested, 4), point(nested, 0))
    assert not nested.dominates(point(nested, 2), point(nested, 4))

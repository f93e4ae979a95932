"""Order of points in a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facts import facts_of

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import Point

_SOURCE = """package m

import "sync/atomic"

var a, b, c, d atomic.Int64

func f(x bool, xs []int) {
	a.Store(1)
	for range xs {
		b.Store(1)
		if x {
			c.Store(1)
			continue
		}
	}
	d.Store(1)
}
"""


def _points() -> tuple[FunctionFacts, dict[str, Point]]:
    function = facts_of(_SOURCE).function("f")
    assert function is not None
    return function, {str(access.path).rpartition(".")[2]: access.point for access in function.accesses}


def test_dominance() -> None:
    function, at = _points()
    order = function.order
    assert order.dominates(at["a"], at["d"])
    assert order.dominates(at["b"], at["c"])
    assert not order.dominates(at["b"], at["d"])
    assert order.always_passes(at["a"], at["d"])
    assert order.always_passes(at["c"], at["d"])
    assert not order.always_passes(at["b"], at["c"])


def test_reaching_and_turns() -> None:
    function, at = _points()
    order = function.order
    assert order.reaches(at["c"], at["b"])
    assert not order.reaches(at["d"], at["a"])
    assert order.same_turn(at["b"], at["c"])
    assert not order.same_turn(at["c"], at["b"])
    assert order.same_turn(at["a"], at["d"])
    assert function.in_loop(at["b"])
    assert not function.in_loop(at["d"])


def test_passing_one_of_several() -> None:
    function, at = _points()
    order = function.order
    assert order.passes_one(at["a"], at["c"], [at["b"]])
    assert not order.passes_one(at["a"], at["d"], [at["b"], at["c"]])
    assert not order.passes_one(at["b"], at["b"], [at["c"]])
    assert order.passes_one(at["d"], at["a"], [])


def test_conditions_of_a_point() -> None:
    facts = facts_of(
        """package m
import "sync/atomic"
var a atomic.Bool
func f(x bool) {
	if !a.Load() {
		a.Store(true)
	} else if x {
		return
	}
	a.Swap(false)
}
"""
    )
    function = facts.function("f")
    assert function is not None
    load, store, swap = (access.point for access in function.accesses)
    (condition,) = function.conditions(store)
    assert load in condition.value.depends
    assert not condition.taken
    assert list(function.conditions(swap)) == []


def test_the_turns_of_a_loop_hide_no_condition_before_it() -> None:
    facts = facts_of(
        """package m
import "sync/atomic"
var shut, a atomic.Bool
func f(items []bool) {
	if shut.Load() {
		return
	}
	for _, each := range items {
		a.Store(each)
	}
}
"""
    )
    function = facts.function("f")
    assert function is not None
    load, store = (access.point for access in function.accesses if access.atomic is not None)
    (condition,) = function.conditions(store)
    assert load in condition.value.depends
    assert not condition.taken

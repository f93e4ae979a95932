"""Locksets are lattices."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pubcheck.facts import AccessPath, Held, Lock, Mode, Root, RootKind, at_most, locations, meet, modes, union

_PATHS = tuple(
    AccessPath(Root(RootKind.PARAM, index, "c"), ("*", f"example.com/m.C.{field}"))
    for index in (0, 1)
    for field in "ab"
)
MUST = st.dictionaries(st.sampled_from(_PATHS), st.sampled_from(Mode)).map(
    lambda held: frozenset(Lock(path, mode) for path, mode in held.items())
)
MAY = st.frozensets(st.builds(Lock, st.sampled_from(_PATHS), st.sampled_from(Mode)))
HELD = st.builds(Held, MUST, MAY, MAY)


@given(MUST, MUST, MUST)
def test_meet_is_a_lattice_operation(a: frozenset[Lock], b: frozenset[Lock], c: frozenset[Lock]) -> None:
    assert meet(a, a) == a
    assert meet(a, b) == meet(b, a)
    assert meet(meet(a, b), c) == meet(a, meet(b, c))
    assert at_most(meet(a, b), a)
    assert at_most(meet(a, b), b)


@given(MUST, MUST, MUST)
def test_meet_is_monotone(a: frozenset[Lock], b: frozenset[Lock], c: frozenset[Lock]) -> None:
    assert at_most(meet(meet(a, b), c), meet(a, c))


@given(MAY, MAY, MAY)
def test_union_is_a_lattice_operation(a: frozenset[Lock], b: frozenset[Lock], c: frozenset[Lock]) -> None:
    assert union(a, a) == a
    assert union(a, b) == union(b, a)
    assert union(union(a, b), c) == union(a, union(b, c))
    assert a <= union(a, b)


@given(HELD, HELD, HELD)
def test_what_is_held_joins(a: Held, b: Held, c: Held) -> None:
    assert a.join(a) == a
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.leq(a.join(b))
    assert b.leq(a.join(b))


@given(HELD, HELD)
def test_the_order_is_that_of_the_join(a: Held, b: Held) -> None:
    assert a.leq(b) == (a.join(b) == b)


def test_exclusive_here_and_shared_there_is_shared() -> None:
    path = _PATHS[0]
    shared = Lock(path, Mode.SHARED)
    assert meet(frozenset((Lock(path),)), frozenset((shared,))) == {shared}
    assert meet(frozenset((Lock(path),)), frozenset((Lock(_PATHS[1]),))) == frozenset()


def test_two_equalities() -> None:
    mine, other = Lock(_PATHS[0]), Lock(_PATHS[2])
    assert mine != other
    assert mine.location == other.location
    assert locations((mine, other)) == {mine.location}


def test_a_location_is_held_exclusively_if_one_of_its_locks_is() -> None:
    one, other, *_ = (path for path in _PATHS if path.steps[-1].endswith(".a"))
    locks = [Lock(one, Mode.SHARED), Lock(other, Mode.EXCLUSIVE)]
    assert modes(locks) == modes(reversed(locks)) == {locks[0].location: Mode.EXCLUSIVE}

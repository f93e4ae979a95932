"""Laws of the states that paths meet in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pubcheck.analysis.state import State
from pubcheck.analysis.values import NOTHING, WIDE, Value, contents, join, key_of, read_from
from pubcheck.facts import AccessPath, Held, Lock, Mode, Point, Root, RootKind
from pubcheck.flow import ir
from pubcheck.model.types import Basic

_ROOTS = (Root(RootKind.PARAM, 0, "s"), Root(RootKind.FRESH, 3, "t"), Root(RootKind.CELL, 9, "x", "a.go"))
_PATHS = tuple(
    AccessPath(root, steps) for root in _ROOTS for steps in ((), ("*",), ("*", "m.S.a"), ("*", "m.S.b", "*"))
)
_CONSTANTS = tuple(ir.Const(value, Basic("bool")) for value in (True, False))
VALUES = st.builds(
    Value,
    targets=st.lists(st.sampled_from(_PATHS), max_size=3, unique=True).map(lambda paths: tuple(sorted(paths))),
    depends=st.frozensets(st.builds(Point, st.just(0), st.integers(0, 2))),
    const=st.none() | st.sampled_from(_CONSTANTS),
) | st.sampled_from((NOTHING, WIDE))
LOCKS = st.frozensets(st.sampled_from([Lock(path, mode) for path in _PATHS[:2] for mode in Mode]))
ACTIONS = st.lists(
    st.tuples(st.sampled_from(("acquire", "release", "store", "publish", "assume")), st.integers(0, 11), st.booleans()),
    max_size=6,
)


def _state(actions: list[tuple[str, int, bool]]) -> State:
    """A state that some execution could lead to."""
    state = State()
    for action, number, flag in actions:
        path = _PATHS[number]
        lock = Lock(path, Mode.EXCLUSIVE if flag else Mode.SHARED)
        if action == "acquire":
            state.acquire((lock,))
        elif action == "release":
            state.release((lock,))
        elif action == "store":
            state.store(path, contents(_PATHS[(number + 1) % 12]))
        elif action == "publish":
            state.publish((path,), number)
        else:
            state.assume(("at", path), flag)
    return state


@given(VALUES, VALUES, VALUES)
def test_values_join(a: Value, b: Value, c: Value) -> None:
    assert join(a, a) == a
    assert join(a, b) == join(b, a)
    assert join(join(a, b), c) == join(a, join(b, c))


@given(VALUES, VALUES)
def test_a_join_covers_both(a: Value, b: Value) -> None:
    both = join(a, b)
    assert both.wide or set(both.targets) >= {*a.targets, *b.targets}
    assert both.depends >= a.depends | b.depends


@given(ACTIONS)
def test_a_state_joined_with_itself_is_itself(actions: list[tuple[str, int, bool]]) -> None:
    state = _state(actions)
    met = state.join(state.copy(), 1)
    assert met == state


@given(ACTIONS, ACTIONS)
def test_either_order_is_the_same(left: list[tuple[str, int, bool]], right: list[tuple[str, int, bool]]) -> None:
    a, b = _state(left), _state(right)
    assert a.join(b, 1) == b.join(a, 1)


@given(ACTIONS, ACTIONS)
def test_what_is_certain_shrinks_and_what_is_possible_grows(
    left: list[tuple[str, int, bool]], right: list[tuple[str, int, bool]]
) -> None:
    a, b = _state(left), _state(right)
    met = a.join(b, 1)
    for side in (a, b):
        assert side.held.leq(met.held)
        assert met.shared >= side.shared
        assert met.facts.items() <= side.facts.items()
        assert all(met.published[path] >= by for path, by in side.published.items())


@given(ACTIONS)
def test_must_is_a_part_of_may(actions: list[tuple[str, int, bool]]) -> None:
    held = _state(actions).held
    assert held.must <= held.may
    assert held.join(Held()).must <= held.join(Held()).may


@given(ACTIONS, st.sampled_from(_PATHS))
def test_memory_gives_back_what_was_stored(actions: list[tuple[str, int, bool]], path: AccessPath) -> None:
    state = _state(actions)
    value = contents(AccessPath(Root(RootKind.OPAQUE, 1, "v")))
    state.store(path, value)
    assert state.content(path) == value


def test_a_new_instance_has_nothing_of_the_old_one() -> None:
    fresh = AccessPath(_ROOTS[1])
    state = State()
    state.publish((fresh,), 0)
    state.store(fresh, contents(_PATHS[0]))
    assert not state.owned(fresh.root)
    state.renew(fresh.root)
    assert state.owned(fresh.root)
    assert state.publications_of(fresh) == ()
    assert state.content(fresh) == contents(fresh)


def test_what_hangs_on_a_published_value_is_published() -> None:
    outer, inner = AccessPath(_ROOTS[1]), AccessPath(Root(RootKind.FRESH, 4, "u"))
    field = outer.then("m.T.next")
    below = inner.then("m.T.n")
    assert field is not None
    assert below is not None
    state = State()
    state.store(field, Value((inner,)))
    state.publish((outer,), 7)
    assert state.publications_of(below) == (7,)
    state.hand_back(frozenset((7,)))
    assert state.publications_of(below) == ()


def test_a_variable_that_is_copied_into_itself_is_no_endless_search() -> None:
    path = _PATHS[0]
    state = State()
    state.store(path, contents(path))
    part = path.then("m.S.a")
    assert part is not None
    assert isinstance(state.content(part), Value)


def test_keys_and_sources() -> None:
    value = contents(_PATHS[0])
    assert key_of(value) == ("at", value.targets[0])
    assert key_of(NOTHING) is None
    assert read_from(value.targets[0]) == _PATHS[0]
    assert read_from(_PATHS[0]) is None

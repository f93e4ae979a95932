"""Names of memory."""

from __future__ import annotations

import msgspec
import pytest

from pubcheck.facts import AccessPath, Location, LocationKind, Root, RootKind, Summary, field_step
from pubcheck.facts.events import Access, AccessKind, Point
from pubcheck.facts.paths import MAX_STEPS
from pubcheck.source import Span

S = Root(RootKind.PARAM, 0, "s")
G = Root(RootKind.GLOBAL, 0, "example.com/m/store.counter")
L = Root(RootKind.CELL, 17, "n", "a.go")
CACHE = field_step("example.com/m.S", "cache")
ITEMS = field_step("example.com/m.Cache", "items")


@pytest.mark.parametrize(
    ("path", "shown", "location"),
    [
        (AccessPath(S, ("*", CACHE, "*", ITEMS, "*", "[]")), "s.cache.items[]", "Cache.items[]"),
        (AccessPath(S, ("*", CACHE, "*", ITEMS, "*", "['a']")), "s.cache.items['a']", "Cache.items[]"),
        (AccessPath(S, ("*", CACHE)), "s.cache", "S.cache"),
        (AccessPath(S, ("*", CACHE, ".hits")), "s.cache.hits", "S.cache.hits"),
        (AccessPath(S, ("*", CACHE, "@", ITEMS)), "s.cache.Load().items", "Cache.items"),
        (AccessPath(G), "store.counter", "store.counter"),
        (AccessPath(G, (".n",)), "store.counter.n", "store.counter.n"),
        (AccessPath(L), "n", "n"),
        (AccessPath(L, ("*", "[]")), "n[]", "n[]"),
        (AccessPath(S, ("*",)), "s", "None"),
    ],
)
def test_path_and_location(path: AccessPath, shown: str, location: str) -> None:
    assert str(path) == shown
    assert str(path.location) == location


def test_the_last_declared_field_names_the_location() -> None:
    location = AccessPath(S, ("*", CACHE, "*", ITEMS, "*", "[]")).location
    assert location == Location(LocationKind.FIELD, "example.com/m.Cache", "items[]")
    assert location.package == "example.com/m"
    assert location.is_element
    assert location.container == Location(LocationKind.FIELD, "example.com/m.Cache", "items")


def test_locals_of_two_files_differ() -> None:
    other = Root(RootKind.CELL, 17, "n", "b.go")
    assert AccessPath(L).location != AccessPath(other).location


def test_the_atomic_variable_of_a_snapshot() -> None:
    path = AccessPath(S, ("*", CACHE, "@", ITEMS, "*", "[]"))
    assert path.snapshot == AccessPath(S, ("*", CACHE))
    assert AccessPath(S, ("*", CACHE)).snapshot is None


def test_paths_are_bounded() -> None:
    path: AccessPath | None = AccessPath(S)
    for _ in range(MAX_STEPS):
        assert path is not None
        path = path.then("*")
    assert path is not None
    assert path.then(ITEMS) is None
    last = path.then("*")
    assert last is not None
    assert last.then("*") is None


def test_a_container_behind_a_pointer_is_another_one() -> None:
    inner = AccessPath(S, ("*", ITEMS, "*", "[]", "*", "[]"))
    behind = AccessPath(S, ("*", ITEMS, "*", "[]", "*", "*", "[]"))
    items = AccessPath(S, ("*", ITEMS)).location
    assert inner.location is not None
    assert behind.location is not None
    assert inner.location.container == items
    assert behind.location.container != items


def test_summaries_survive_storage() -> None:
    access = Access(AccessKind.WRITE, AccessPath(S, ("*", CACHE)), Point(0, 1), Span("a.go", 1, 2), "f")
    summary = Summary("example.com/m.f", accesses=(access,))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(summary), type=Summary)
    assert again == summary
    assert again.accesses[0].location == access.location

from __future__ import annotations

from typing import TYPE_CHECKING

from store_module import STORE

if TYPE_CHECKING:
    from desk import Desk


def test_a_field_tells_its_guard_and_who_uses_it(desk: Desk) -> None:
    said = desk.hover("store.go", STORE, "items[key]")
    assert "**`Store.items`** is guarded by **`Store.mu`**: 3 of 4 accesses" in said
    assert "Not held in `(*Store).Drop`" in said
    assert "Written by `(*Store).grow`" in said
    assert "Read by" in said
    assert f"store.go:60](file://{desk.folder.as_posix()}/store.go#L60)" in said


def test_the_same_is_told_at_the_declaration(desk: Desk) -> None:
    assert desk.hover("store.go", STORE, "items map") == desk.hover("store.go", STORE, "items[key]", into=3)


def test_a_mutex_tells_what_it_guards_and_who_takes_it(desk: Desk) -> None:
    said = desk.hover("store.go", STORE, "mu    sync")
    assert "**`Store.mu`** guards\n\n- `Store.items`: held in 3 of 4 accesses" in said
    assert "Release sites: release in `(*Store).loop`" in said
    assert "acquire in `(*Store).Get`" in said


def test_an_atomic_operation_tells_its_edge_and_its_cost(desk: Desk) -> None:
    said = desk.hover("store.go", STORE, "Store(0)")
    assert "is a release" in said
    assert "| amd64 | `XCHG`" in said
    assert "| arm64 | `STLR`" in said
    assert "is an acquire" in desk.hover("store.go", STORE, "Load()")


def test_operators_and_locks_tell_their_edges(desk: Desk) -> None:
    assert "before the goroutine begins" in desk.hover("store.go", STORE, "go s.loop")
    assert "or the close that it reports" in desk.hover("store.go", STORE, "<-s.done")
    assert "because the channel is closed" in desk.hover("store.go", STORE, "close(s.done)")
    assert "every earlier `Unlock` of the mutex" in desk.hover("store.go", STORE, "Lock()")


def test_a_function_tells_what_it_is_entered_with_and_who_starts_it(desk: Desk) -> None:
    assert "`(*Store).loop` as a goroutine" in desk.hover("store.go", STORE, "loop() {")
    assert "`s.mu`" in desk.hover("store.go", STORE, "grow() {") or "`Store.mu`" in desk.hover(
        "store.go", STORE, "grow() {"
    )


def test_a_suppression_tells_its_rule(desk: Desk) -> None:
    text = STORE.replace("s.hits.Store(0)", "s.hits.Store(0) //pubcheck:ignore load-then-store only here")
    desk.type("store.go", text)
    assert "(`load-then-store`)" in desk.hover("store.go", text, "ignore load")


def test_nothing_is_said_where_nothing_is_known(desk: Desk) -> None:
    assert desk.hover("store.go", STORE, "return n") == ""
    assert desk.hover("store.go", STORE, "package") == ""


def test_hovers_are_about_what_is_typed(desk: Desk) -> None:
    text = STORE.replace("package store\n", "package store\n\n\n")
    desk.type("store.go", text)
    assert "store.go:62" in desk.hover("store.go", text, "items[key]")

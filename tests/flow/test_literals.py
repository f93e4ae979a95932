"""New memory and its first writes."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_a_pointer_literal_is_allocated_and_its_fields_written(check: Check) -> None:
    check(
        """
        type Node struct{ n int; next *Node }
        func f() *Node { return &Node{n: 1, next: &Node{2, nil}} }
        """,
        """
        func f() (r0):
        b0:
          r1 = alloc *example.Node
          init (*r1).n = 1
          r2 = alloc *example.Node
          init (*r2).n = 2
          init (*r2).next = nil
          init (*r1).next = r2
          return r1
        """,
    )


def test_slices_and_maps_are_filled(check: Check) -> None:
    check(
        """
        func f(k string) ([]int, map[string]int) { return []int{1, 5: 2, 3}, map[string]int{k: 1} }
        """,
        """
        func f(k) (r1, r2):
        b0:
          r3 = alloc []int
          init r3[0] = 1
          init r3[5] = 2
          init r3[6] = 3
          r4 = alloc map[string]int
          init r4[k] = 1
          return r3, r4
        """,
    )


def test_element_types_may_be_left_out(check: Check) -> None:
    check(
        """
        type P struct{ x int }
        func f() ([]*P, []P, map[P]P) { return []*P{{1}}, []P{{2}}, map[P]P{{3}: {4}} }
        """,
        """
        func f() (r0, r1, r2):
        b0:
          r3 = alloc []*example.P
          r4 = alloc *example.P
          init (*r4).x = 1
          init r3[0] = r4
          r5 = alloc []example.P
          init r5[0].x = 2
          r6 = alloc map[example.P]example.P
          r7 = struct example.P(3)
          r8 = struct example.P(4)
          init r6[r7] = r8
          return r3, r5, r6
        """,
    )


def test_struct_and_array_values_are_made_of_their_parts(check: Check) -> None:
    check(
        """
        type P struct{ x, y int }
        func f(n int) (P, [2]int) { return P{y: n}, [...]int{n, n} }
        """,
        """
        func f(n) (r1, r2):
        b0:
          r3 = struct example.P(n)
          r4 = struct [2]int(n, n)
          return r3, r4
        """,
    )


def test_a_variable_in_memory_is_filled_in_place(check: Check) -> None:
    check(
        """
        import "sync"
        type Inner struct{ n int }
        type T struct{ mu sync.Mutex; inner Inner; list [2]int }
        func f() {
            t := T{inner: Inner{n: 1}, list: [2]int{1: 5}}
            t.mu.Lock()
        }
        """,
        """
        func f():
        b0:
          declare t
          init t.inner.n = 1
          init t.list[1] = 5
          r0 = address t.mu
          call (*sync.Mutex).Lock(r0)
          return
        """,
    )


def test_make_and_new(check: Check) -> None:
    check(
        """
        func f(n int) (chan int, chan int, []int, map[string]int, *int, *int) {
            return make(chan int), make(chan int, n), make([]int, n), make(map[string]int), new(int), new(42)
        }
        """,
        """
        func f(n) (r1, r2, r3, r4, r5, r6):
        b0:
          r7 = alloc chan int
          r8 = alloc chan int, n
          r9 = alloc []int
          r10 = alloc map[string]int
          r11 = alloc *int
          r12 = alloc *int
          init *r12 = 42
          return r7, r8, r9, r10, r11, r12
        """,
    )

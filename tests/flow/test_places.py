"""One load a pointer, embedded fields spelled out."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_each_pointer_is_a_load_of_its_own(check: Check) -> None:
    check(
        """
        type Cache struct{ items map[string]int }
        type Server struct{ cache *Cache }
        func f(s *Server, k string) int { return s.cache.items[k] }
        """,
        """
        func f(s, k) (r2):
        b0:
          r3 = load (*s).cache
          r4 = load (*r3).items
          r5 = load r4[k]
          return r5
        """,
    )


def test_a_map_in_a_field_is_loaded_and_its_element_stored(check: Check) -> None:
    check(
        """
        type Server struct{ m map[string]int }
        func f(s *Server, k string, v int) { s.m[k] = v }
        """,
        """
        func f(s, k, v):
        b0:
          r3 = load (*s).m
          store r3[k] = v
          return
        """,
    )


def test_an_update_reads_and_writes_one_place(check: Check) -> None:
    check(
        """
        type Stats struct{ n int }
        func next() int
        func f(s *Stats, counts []int) {
            s.n++
            counts[next()] += 2
        }
        """,
        """
        func f(s, counts):
        b0:
          r2 = load (*s).n
          r3 = r2 + 1
          store (*s).n = r3
          r4 = call example.next()
          r5 = load counts[r4]
          r6 = r5 + 2
          store counts[r4] = r6
          return
        """,
    )


def test_embedded_structs_are_fields_and_embedded_pointers_are_loads(check: Check) -> None:
    check(
        """
        import "sync"
        type Base struct{ sync.Mutex; n int }
        type Middle struct{ Base }
        type Top struct{ *Middle }
        func f(t Top) {
            t.Lock()
            t.n = 1
        }
        """,
        """
        func f(t):
        b0:
          r1 = load t.Middle
          r2 = address (*r1).Base.Mutex
          call (*sync.Mutex).Lock(r2)
          r3 = load t.Middle
          store (*r3).Base.n = 1
          return
        """,
    )


def test_parts_of_a_struct_variable_are_places_in_its_cell(check: Check) -> None:
    check(
        """
        type Point struct{ x, y int; path [3]int }
        func f(i int) int {
            var p Point
            p.x = 1
            p.path[i] = 2
            return p.y
        }
        """,
        """
        func f(i) (r1):
        b0:
          declare p
          store p.x = 1
          store p.path[i] = 2
          r2 = load p.y
          return r2
        """,
    )


def test_parts_of_a_value_are_read_from_its_register(check: Check) -> None:
    check(
        """
        type Pair struct{ a, b int }
        func g() Pair
        func f(p Pair, points map[string]Pair) int { return p.a + g().b + points["x"].a }
        """,
        """
        func f(p, points) (r2):
        b0:
          r3 = load p.a
          r4 = call example.g()
          r5 = load r4.b
          r6 = r3 + r5
          r7 = load points["x"].a
          r8 = r6 + r7
          return r8
        """,
    )


def test_a_struct_in_memory_is_copied_whole(check: Check) -> None:
    check(
        """
        type Config struct{ n int }
        func f(p *Config, q *Config) Config {
            *p = *q
            c := *p
            return c
        }
        """,
        """
        func f(p, q) (r2):
        b0:
          r3 = load *q
          store *p = r3
          c = load *p
          return c
        """,
    )


def test_an_element_of_a_slice_of_structs(check: Check) -> None:
    check(
        """
        type Item struct{ n int }
        func f(items []Item, ptrs []*Item, i int) {
            items[i].n = 1
            ptrs[i].n = 2
            p := &items[i]
            p.n = 3
        }
        """,
        """
        func f(items, ptrs, i):
        b0:
          store items[i].n = 1
          r3 = load ptrs[i]
          store (*r3).n = 2
          p = address items[i]
          store (*p).n = 3
          return
        """,
    )


def test_arrays_behind_pointers_need_a_dereference(check: Check) -> None:
    check(
        """
        func f(p *[4]int, i int) int { return p[i] }
        """,
        """
        func f(p, i) (r2):
        b0:
          r3 = load (*p)[i]
          return r3
        """,
    )


def test_package_variables_are_memory(check: Check) -> None:
    check(
        """
        var count int
        var table map[string]int
        func f() {
            count++
            table["a"] = count
        }
        """,
        """
        func f():
        b0:
          r0 = load count
          r1 = r0 + 1
          store count = r1
          r2 = load count
          r3 = load table
          store r3["a"] = r2
          return
        """,
    )


def test_the_address_of_a_dereference_is_the_pointer(check: Check) -> None:
    check(
        """
        func g(*int)
        func f(p *int) { g(&*p) }
        """,
        """
        func f(p):
        b0:
          call example.g(p)
          return
        """,
    )


def test_an_unknown_field_keeps_its_name(check: Check) -> None:
    check(
        """
        import "example.org/missing"
        func f(c missing.Client) int { return c.state.count }
        """,
        """
        func f(c) (r1):
        b0:
          r2 = load c.state.count
          return r2
        """,
    )

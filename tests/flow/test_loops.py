"""`for` in all its forms, and how many variables it has."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_three_clauses(check: Check) -> None:
    check(
        """
        func g(int)
        func f(n int) {
            for i := 0; i < n; i++ {
                g(i)
            }
        }
        """,
        """
        func f(n):
        b0:
          i = 0
          jump b1
        b1:  ; preds b0 b2, loop 1
          r2 = i < n
          branch r2 ? b2 : b3
        b2:  ; preds b1, loop 1
          call example.g(i)
          i = i + 1
          jump b1
        b3:  ; preds b1
          return
        """,
    )


def test_for_ever_without_a_way_out(check: Check) -> None:
    check(
        """
        func g()
        func f() {
            for {
                g()
            }
        }
        """,
        """
        func f():
        b0:
          jump b1
        b1:  ; preds b0 b1, loop 1
          call example.g()
          jump b1
        """,
    )


def test_a_captured_loop_variable_is_new_at_each_turn(check: Check) -> None:
    check(
        """
        func f(n int) {
            for i := 0; i < n; i++ {
                go func() { println(i) }()
            }
        }
        """,
        """
        func f(n):
        b0:
          declare i
          init i = 0
          jump b1
        b1:  ; preds b0 b2, loop 1
          r1 = load i
          r2 = r1 < n
          branch r2 ? b2 : b3
        b2:  ; preds b1, loop 1
          r3 = closure f.func1
          go dynamic r3()
          r4 = load i
          declare i
          init i = r4
          r5 = load i
          r6 = r5 + 1
          store i = r6
          jump b1
        b3:  ; preds b1
          return

        func f.func1() captures i:
        b0:
          r0 = load i
          call println(r0)
          return
        """,
    )


def test_a_captured_loop_variable_was_one_before_go_1_22(check: Check) -> None:
    check(
        """
        func f(xs []int, n int) {
            for _, x := range xs {
                go func() { println(x) }()
            }
            for i := 0; i < n; i++ {
                go func() { println(i) }()
            }
        }
        """,
        """
        func f(xs, n):
        b0:
          declare x
          jump b1
        b1:  ; preds b0 b2, loop 1
          _, r2 = range xs -> b2, done b3
        b2:  ; preds b1, loop 1
          store x = r2
          r3 = closure f.func1
          go dynamic r3()
          jump b1
        b3:  ; preds b1
          declare i
          init i = 0
          jump b4
        b4:  ; preds b3 b5, loop 1
          r4 = load i
          r5 = r4 < n
          branch r5 ? b5 : b6
        b5:  ; preds b4, loop 1
          r6 = closure f.func2
          go dynamic r6()
          r7 = load i
          r8 = r7 + 1
          store i = r8
          jump b4
        b6:  ; preds b4
          return

        func f.func1() captures x:
        b0:
          r0 = load x
          call println(r0)
          return

        func f.func2() captures i:
        b0:
          r0 = load i
          call println(r0)
          return
        """,
        (1, 21),
    )


def test_range_over_slices_maps_strings_and_integers(check: Check) -> None:
    check(
        """
        func g(int)
        func f(xs []int, m map[string]int, s string) {
            for i, x := range xs {
                g(i + x)
            }
            for range m {
                g(0)
            }
            for _, r := range s {
                g(int(r))
            }
            for i := range 10 {
                g(i)
            }
        }
        """,
        """
        func f(xs, m, s):
        b0:
          jump b1
        b1:  ; preds b0 b2, loop 1
          i, x = range xs -> b2, done b3
        b2:  ; preds b1, loop 1
          r5 = i + x
          call example.g(r5)
          jump b1
        b3:  ; preds b1 b4, loop 1
          range m -> b4, done b5
        b4:  ; preds b3, loop 1
          call example.g(0)
          jump b3
        b5:  ; preds b3 b6, loop 1
          _, r = range s -> b6, done b7
        b6:  ; preds b5, loop 1
          r7 = convert int(r)
          call example.g(r7)
          jump b5
        b7:  ; preds b5 b8, loop 1
          i#2 = range 10 -> b8, done b9
        b8:  ; preds b7, loop 1
          call example.g(i#2)
          jump b7
        b9:  ; preds b7
          return
        """,
    )


def test_range_over_a_channel_is_a_receive_a_turn(check: Check) -> None:
    check(
        """
        func g(int)
        func f(c <-chan int) {
            for v := range c {
                g(v)
            }
        }
        """,
        """
        func f(c):
        b0:
          jump b1
        b1:  ; preds b0 b2, loop 1
          v, r2 = receive c
          branch r2 ? b2 : b3
        b2:  ; preds b1, loop 1
          call example.g(v)
          jump b1
        b3:  ; preds b1
          return
        """,
    )


def test_range_over_a_function(check: Check) -> None:
    check(
        """
        func g(int, string)
        func f(all func(yield func(int, string) bool)) {
            for i, s := range all {
                g(i, s)
            }
        }
        """,
        """
        func f(all):
        b0:
          jump b1
        b1:  ; preds b0 b2, loop 1
          i, s = range all -> b2, done b3
        b2:  ; preds b1, loop 1
          call example.g(i, s)
          jump b1
        b3:  ; preds b1
          return
        """,
    )


def test_range_assigns_to_what_there_is(check: Check) -> None:
    check(
        """
        type T struct{ n int }
        func f(t *T, xs []int) {
            var i int
            for i, t.n = range xs {
            }
            _ = i
        }
        """,
        """
        func f(t, xs):
        b0:
          i = 0
          jump b1
        b1:  ; preds b0 b2, loop 1
          i, r3 = range xs -> b2, done b3
        b2:  ; preds b1, loop 1
          store (*t).n = r3
          jump b1
        b3:  ; preds b1
          return
        """,
    )


def test_what_is_ranged_over_is_evaluated_once(check: Check) -> None:
    check(
        """
        func f(xs []int) {
            for range xs {
                xs = xs[1:]
            }
        }
        """,
        """
        func f(xs):
        b0:
          r1 = xs
          jump b1
        b1:  ; preds b0 b2, loop 1
          range r1 -> b2, done b3
        b2:  ; preds b1, loop 1
          r2 = slice(xs, 1)
          xs = r2
          jump b1
        b3:  ; preds b1
          return
        """,
    )

"""Branches, switches and jumps."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_an_else_if_chain(check: Check) -> None:
    check(
        """
        func f(n int) int {
            if n < 0 {
                return -1
            } else if m := n % 2; m == 0 {
                n = m
            } else {
                n++
            }
            return n
        }
        """,
        """
        func f(n) (r1):
        b0:
          r2 = n < 0
          branch r2 ? b1 : b2
        b1:  ; preds b0
          return -1
        b2:  ; preds b0
          m = n % 2
          r4 = m == 0
          branch r4 ? b3 : b4
        b3:  ; preds b2
          n = m
          jump b5
        b4:  ; preds b2
          n = n + 1
          jump b5
        b5:  ; preds b3 b4
          return n
        """,
    )


def test_a_switch_tests_in_order_and_falls_through(check: Check) -> None:
    check(
        """
        func g(int)
        func f(n int) {
            switch m := n + 1; m {
            case 1, 2:
                g(1)
                fallthrough
            case 3:
                g(3)
            default:
                g(0)
            case 4:
                break
            }
        }
        """,
        """
        func f(n):
        b0:
          m = n + 1
          r2 = m == 1
          branch r2 ? b2 : b1
        b1:  ; preds b0
          r3 = m == 2
          branch r3 ? b2 : b3
        b2:  ; preds b0 b1
          call example.g(1)
          jump b4
        b3:  ; preds b1
          r4 = m == 3
          branch r4 ? b4 : b5
        b4:  ; preds b2 b3
          call example.g(3)
          jump b7
        b5:  ; preds b3
          r5 = m == 4
          branch r5 ? b7 : b6
        b6:  ; preds b5
          call example.g(0)
          jump b7
        b7:  ; preds b4 b5 b6
          return
        """,
    )


def test_a_switch_without_a_tag(check: Check) -> None:
    check(
        """
        func f(n int, b bool) int {
            switch {
            case n > 0 && b:
                return 1
            case n < 0:
                return 2
            }
            return 3
        }
        """,
        """
        func f(n, b) (r2):
        b0:
          r3 = n > 0
          branch r3 ? b1 : b3
        b1:  ; preds b0
          branch b ? b2 : b3
        b2:  ; preds b1
          return 1
        b3:  ; preds b0 b1
          r4 = n < 0
          branch r4 ? b4 : b5
        b4:  ; preds b3
          return 2
        b5:  ; preds b3
          return 3
        """,
    )


def test_a_type_switch_has_a_variable_a_clause(check: Check) -> None:
    check(
        """
        func g(any)
        func f(x any) {
            switch v := x.(type) {
            case nil:
                g(v)
            case int:
                g(v + 1)
            case string, error:
                g(v)
            default:
                g(v)
            }
        }
        """,
        """
        func f(x):
        b0:
          r1 = x == nil
          branch r1 ? b1 : b2
        b1:  ; preds b0
          v#2 = x
          call example.g(v#2)
          jump b8
        b2:  ; preds b0
          v, r3 = assert int(x)
          branch r3 ? b3 : b4
        b3:  ; preds b2
          r9 = v + 1
          call example.g(r9)
          jump b8
        b4:  ; preds b2
          r4, r5 = assert string(x)
          branch r5 ? b6 : b5
        b5:  ; preds b4
          r6, r7 = assert error(x)
          branch r7 ? b6 : b7
        b6:  ; preds b4 b5
          v#3 = x
          call example.g(v#3)
          jump b8
        b7:  ; preds b5
          v#4 = x
          call example.g(v#4)
          jump b8
        b8:  ; preds b1 b3 b6 b7
          return
        """,
    )


def test_labels_name_loops_and_goto_jumps(check: Check) -> None:
    check(
        """
        func f(rows [][]int) int {
            n := 0
        outer:
            for _, row := range rows {
                for _, v := range row {
                    switch {
                    case v < 0:
                        continue outer
                    case v == 0:
                        break outer
                    }
                    n += v
                }
            }
        again:
            if n > 10 {
                n -= 10
                goto again
            }
            return n
        }
        """,
        """
        func f(rows) (r1):
        b0:
          n = 0
          jump b1
        b1:  ; preds b0 b2 b3, loop 1
          _, row = range rows -> b2, done b6
        b2:  ; preds b1 b5, loop 2
          _, v = range row -> b3, done b1
        b3:  ; preds b2, loop 2
          r5 = v < 0
          branch r5 ? b1 : b4
        b4:  ; preds b3, loop 2
          r6 = v == 0
          branch r6 ? b6 : b5
        b5:  ; preds b4, loop 2
          n = n + v
          jump b2
        b6:  ; preds b1 b4 b7, loop 1
          r7 = n > 10
          branch r7 ? b7 : b8
        b7:  ; preds b6, loop 1
          n = n - 10
          jump b6
        b8:  ; preds b6
          return n
        """,
    )


def test_goto_back_to_the_first_statement(check: Check) -> None:
    check(
        """
        func g() bool
        func f() {
        again:
            if g() {
                goto again
            }
        }
        """,
        """
        func f():
        b0:
          jump b1
        b1:  ; preds b0 b1, loop 1
          r0 = call example.g()
          branch r0 ? b1 : b2
        b2:  ; preds b1
          return
        """,
    )


def test_what_follows_a_return_is_left_out(check: Check) -> None:
    check(
        """
        func g()
        func f() int {
            return 1
            g()
            for {
                g()
            }
        }
        """,
        """
        func f() (r0):
        b0:
          return 1
        """,
    )

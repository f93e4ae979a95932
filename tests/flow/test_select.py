"""Communications begin the blocks of their clauses."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_receives_sends_and_default(check: Check) -> None:
    check(
        """
        type T struct{ n int }
        func g(int)
        func f(a, b chan int, t *T) {
            select {
            case v, ok := <-a:
                if ok {
                    g(v)
                }
            case t.n = <-b:
            case b <- t.n:
                g(1)
            default:
                g(2)
            }
        }
        """,
        """
        func f(a, b, t):
        b0:
          r6 = load (*t).n
          select receive a -> b1, receive b -> b3, send b -> b4, default -> b5
        b1:  ; preds b0
          v, ok = receive a (selected)
          branch ok ? b2 : b6
        b2:  ; preds b1
          call example.g(v)
          jump b6
        b3:  ; preds b0
          r5 = receive b (selected)
          store (*t).n = r5
          jump b6
        b4:  ; preds b0
          send b <- r6 (selected)
          call example.g(1)
          jump b6
        b5:  ; preds b0
          call example.g(2)
          jump b6
        b6:  ; preds b1 b2 b3 b4 b5
          return
        """,
    )


def test_break_leaves_the_select_and_a_label_the_loop(check: Check) -> None:
    check(
        """
        func g()
        func f(c, done chan int) {
        loop:
            for {
                select {
                case <-c:
                    break
                case <-done:
                    break loop
                }
                g()
            }
        }
        """,
        """
        func f(c, done):
        b0:
          jump b1
        b1:  ; preds b0 b2, loop 1
          select receive c -> b2, receive done -> b3
        b2:  ; preds b1, loop 1
          receive c (selected)
          call example.g()
          jump b1
        b3:  ; preds b1
          receive done (selected)
          jump b4
        b4:  ; preds b3
          return
        """,
    )


def test_an_empty_select_blocks_for_ever(check: Check) -> None:
    check(
        """
        func g()
        func f() {
            select {}
            g()
        }
        """,
        """
        func f():
        b0:
          select
        """,
    )


def test_a_clock_that_was_just_set_never_beats_the_default_clause(check: Check) -> None:
    check(
        """
        import "time"

        func f(c chan int) {
            select {
            case <-time.After(time.Second):
                println(1)
            case <-c:
                println(2)
            default:
                println(3)
            }
        }
        """,
        """
        func f(c):
        b0:
          r1 = call time.After(1000000000)
          select receive c -> b1, default -> b2
        b1:  ; preds b0
          receive c (selected)
          call println(2)
          jump b3
        b2:  ; preds b0
          call println(3)
          jump b3
        b3:  ; preds b1 b2
          return
        """,
    )


def test_a_declared_variable_that_is_captured_is_a_cell(check: Check) -> None:
    check(
        """
        func f(c chan int) {
            select {
            case v := <-c:
                go func() { println(v) }()
            }
        }
        """,
        """
        func f(c):
        b0:
          select receive c -> b1
        b1:  ; preds b0
          r1 = receive c (selected)
          declare v
          init v = r1
          r2 = closure f.func1
          go dynamic r2()
          return

        func f.func1() captures v:
        b0:
          r0 = load v
          call println(r0)
          return
        """,
    )

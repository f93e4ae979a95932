"""Declarations, assignments, go, defer and return."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_values_are_evaluated_before_anything_is_assigned(check: Check) -> None:
    check(
        """
        func f(a, b int, xs []int, i int) {
            a, b = b, a
            i, xs[i] = 1, 2
            xs[0], xs[1] = xs[1], xs[0]
        }
        """,
        """
        func f(a, b, xs, i):
        b0:
          r4 = b
          r5 = a
          a = r4
          b = r5
          r6 = i
          i = 1
          store xs[r6] = 2
          r7 = load xs[1]
          r8 = load xs[0]
          store xs[0] = r7
          store xs[1] = r8
          return
        """,
    )


def test_results_go_to_places(check: Check) -> None:
    check(
        """
        type T struct{ n int }
        func g() (int, error)
        func f(t *T) (err error) {
            t.n, err = g()
            _, err = g()
            return
        }
        """,
        """
        func f(t) (err):
        b0:
          err = nil
          r2, r3 = call example.g()
          store (*t).n = r2
          err = r3
          r4, r5 = call example.g()
          err = r5
          return err
        """,
    )


def test_a_name_may_be_declared_again(check: Check) -> None:
    check(
        """
        func g() (int, error)
        func f() (int, error) {
            a, err := g()
            b, err := g()
            return a + b, err
        }
        """,
        """
        func f() (r0, r1):
        b0:
          a, err = call example.g()
          b, r5 = call example.g()
          err = r5
          r6 = a + b
          return r6, err
        """,
    )


def test_zero_values(check: Check) -> None:
    check(
        """
        type P struct{ x int }
        func f() (int, string, *int, P, bool) {
            var (
                n int
                s string
                p *int
                v P
                b, c = true, 1
            )
            _ = c
            return n, s, p, v, b
        }
        """,
        """
        func f() (r0, r1, r2, r3, r4):
        b0:
          n = 0
          s = ""
          p = nil
          v = struct example.P()
          b = true
          c = 1
          return n, s, p, v, b
        """,
    )


def test_a_bare_return_reads_named_results(check: Check) -> None:
    check(
        """
        func f(fail bool) (n int, err error) {
            defer func() { err = nil }()
            if fail {
                return 1, nil
            }
            n = 2
            return
        }
        """,
        """
        func f(fail) (n, &err):
        b0:
          n = 0
          declare err
          r2 = closure f.func1
          defer dynamic r2()
          branch fail ? b1 : b2
        b1:  ; preds b0
          store err = nil
          return 1, nil
        b2:  ; preds b0
          n = 2
          r3 = load err
          return n, r3

        func f.func1() captures err:
        b0:
          store err = nil
          return
        """,
    )


def test_go_and_defer_evaluate_their_operands_first(check: Check) -> None:
    check(
        """
        import "sync"
        type S struct{ mu sync.Mutex; stop chan int }
        func (s *S) f(n int) {
            s.mu.Lock()
            defer s.mu.Unlock()
            defer close(s.stop)
            go s.run(n + 1)
            go func(m int) { s.run(m) }(n)
        }
        func (s *S) run(n int) {}
        """,
        """
        func (*S).f(&s, n):
        b0:
          r1 = load s
          r2 = address (*r1).mu
          call (*sync.Mutex).Lock(r2)
          r3 = load s
          r4 = address (*r3).mu
          defer (*sync.Mutex).Unlock(r4)
          r5 = load s
          r6 = load (*r5).stop
          defer close(r6)
          r7 = load s
          r8 = n + 1
          go (*example.S).run(r7, r8)
          r9 = closure (*S).f.func1
          go dynamic r9(n)
          return

        func (*S).f.func1(m) captures s:
        b0:
          r1 = load s
          call (*example.S).run(r1, m)
          return
        """,
    )


def test_sends_name_channel_and_value(check: Check) -> None:
    check(
        """
        func f(c chan<- int, n int) { c <- n * 2 }
        """,
        """
        func f(c, n):
        b0:
          r2 = n * 2
          send c <- r2
          return
        """,
    )

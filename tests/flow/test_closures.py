"""Which variables are cells, and what a literal captures."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_literals_are_named_as_the_runtime_names_them(check: Check) -> None:
    check(
        """
        type T struct{}
        func (t *T) M() {
            func() {
                func() {}()
                func() {}()
            }()
            func() {}()
        }
        """,
        """
        func (*T).M(t):
        b0:
          r1 = closure (*T).M.func1
          call dynamic r1()
          r2 = closure (*T).M.func2
          call dynamic r2()
          return

        func (*T).M.func1():
        b0:
          r0 = closure (*T).M.func1.1
          call dynamic r0()
          r1 = closure (*T).M.func1.2
          call dynamic r1()
          return

        func (*T).M.func2():
        b0:
          return

        func (*T).M.func1.1():
        b0:
          return

        func (*T).M.func1.2():
        b0:
          return
        """,
    )


def test_captures_are_listed_through_literals_in_between(check: Check) -> None:
    check(
        """
        func f(a, b int) {
            c := 1
            func() {
                d := a
                func() { println(b, c, d) }()
            }()
        }
        """,
        """
        func f(&a, &b):
        b0:
          declare c
          init c = 1
          r0 = closure f.func1
          call dynamic r0()
          return

        func f.func1() captures a, b, c:
        b0:
          r0 = load a
          declare d
          init d = r0
          r1 = closure f.func1.1
          call dynamic r1()
          return

        func f.func1.1() captures b, c, d:
        b0:
          r0 = load b
          r1 = load c
          r2 = load d
          call println(r0, r1, r2)
          return
        """,
    )


def test_parameters_and_results_that_are_captured_are_cells(check: Check) -> None:
    check(
        """
        func f(p int) (err error) {
            defer func() {
                if p > 0 {
                    err = nil
                }
            }()
            return err
        }
        """,
        """
        func f(&p) (&err):
        b0:
          declare err
          r0 = closure f.func1
          defer dynamic r0()
          r1 = load err
          return r1

        func f.func1() captures p, err:
        b0:
          r0 = load p
          r1 = r0 > 0
          branch r1 ? b1 : b2
        b1:  ; preds b0
          store err = nil
          jump b2
        b2:  ; preds b0 b1
          return
        """,
    )


def test_a_variable_whose_address_is_taken_is_a_cell(check: Check) -> None:
    check(
        """
        import "sync"
        func g(*int)
        func f() {
            var mu sync.Mutex
            mu.Lock()
            n := 1
            g(&n)
            m := n
            m++
        }
        """,
        """
        func f():
        b0:
          declare mu
          r0 = address mu
          call (*sync.Mutex).Lock(r0)
          declare n
          init n = 1
          r1 = address n
          call example.g(r1)
          m = load n
          m = m + 1
          return
        """,
    )


def test_a_declaration_in_a_loop_makes_a_new_cell_each_time(check: Check) -> None:
    check(
        """
        func f(n int) {
            for range n {
                x := n
                defer func() { println(x) }()
            }
        }
        """,
        """
        func f(n):
        b0:
          jump b1
        b1:  ; preds b0 b2, loop 1
          range n -> b2, done b3
        b2:  ; preds b1, loop 1
          declare x
          init x = n
          r1 = closure f.func1
          defer dynamic r1()
          jump b1
        b3:  ; preds b1
          return

        func f.func1() captures x:
        b0:
          r0 = load x
          call println(r0)
          return
        """,
    )

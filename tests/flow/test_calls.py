"""Callees, receivers, arguments, builtins."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_methods_take_the_receiver_that_they_want(check: Check) -> None:
    check(
        """
        type T struct{ n int }
        func f(v T, p *T) {
            v.Value()
            v.Pointer()
            p.Value()
            p.Pointer()
        }
        func (t T) Value()    {}
        func (t *T) Pointer() {}
        """,
        """
        func f(&v, p):
        b0:
          r1 = load v
          call (example.T).Value(r1)
          r2 = address v
          call (*example.T).Pointer(r2)
          r3 = load *p
          call (example.T).Value(r3)
          call (*example.T).Pointer(p)
          return
        """,
    )


def test_an_interface_is_the_first_argument(check: Check) -> None:
    check(
        """
        import "io"
        type Log struct{ io.Writer }
        func f(w io.Writer, l *Log, p []byte) {
            w.Write(p)
            l.Write(p)
        }
        """,
        """
        func f(w, l, p):
        b0:
          call interface (io.Writer).Write(w, p)
          r3 = load (*l).Writer
          call interface (io.Writer).Write(r3, p)
          return
        """,
    )


def test_function_values_are_called_dynamically(check: Check) -> None:
    check(
        """
        type Hooks struct{ done func(int) }
        func f(h *Hooks, all []func(), g func()) {
            h.done(1)
            all[0]()
            g()
            func(n int) {}(2)
        }
        """,
        """
        func f(h, all, g):
        b0:
          r3 = load (*h).done
          call dynamic r3(1)
          r4 = load all[0]
          call dynamic r4()
          call dynamic g()
          r5 = closure f.func1
          call dynamic r5(2)
          return

        func f.func1(n):
        b0:
          return
        """,
    )


def test_what_cannot_be_resolved_is_an_unknown_callee(check: Check) -> None:
    check(
        """
        import "example.org/missing"
        func f(c *missing.Client) {
            missing.Start()
            c.Run(1)
            undeclared()
        }
        """,
        """
        func f(c):
        b0:
          call unknown missing.Start()
          call unknown c.Run(c, 1)
          call unknown undeclared()
          return
        """,
    )


def test_all_results_of_a_call_may_be_arguments(check: Check) -> None:
    check(
        """
        func pair() (int, error)
        func take(int, error)
        func f() { take(pair()) }
        """,
        """
        func f():
        b0:
          r0, r1 = call example.pair()
          call example.take(r0, r1)
          return
        """,
    )


def test_variadic_calls_tell_a_spread(check: Check) -> None:
    check(
        """
        func sum(...int) int
        func f(xs []int) int { return sum(1, 2) + sum(xs...) }
        """,
        """
        func f(xs) (r1):
        b0:
          r2 = call example.sum(1, 2)
          r3 = call example.sum(xs...)
          r4 = r2 + r3
          return r4
        """,
    )


def test_append_reads_and_writes(check: Check) -> None:
    check(
        """
        type Log struct{ lines []string }
        func f(l *Log, s string) {
            l.lines = append(l.lines, s)
        }
        """,
        """
        func f(l, s):
        b0:
          r2 = load (*l).lines
          r3 = call append(r2, s)
          store (*l).lines = r3
          return
        """,
    )


def test_builtins(check: Check) -> None:
    check(
        """
        func f(m map[string]int, s []int, c chan int) int {
            delete(m, "a")
            clear(m)
            n := copy(s, s[1:])
            close(c)
            return len(m) + cap(s) + min(n, 3) + len("four")
        }
        """,
        """
        func f(m, s, c) (r3):
        b0:
          call delete(m, "a")
          call clear(m)
          r4 = slice(s, 1)
          n = call copy(s, r4)
          close c
          r6 = len(m)
          r7 = cap(s)
          r8 = r6 + r7
          r9 = min(n, 3)
          r10 = r8 + r9
          r11 = r10 + 4
          return r11
        """,
    )


def test_calls_that_never_return_end_their_block(check: Check) -> None:
    check(
        """
        import ("log"; "os"; "testing")
        func f(t *testing.T, n int) {
            switch n {
            case 1:
                os.Exit(1)
            case 2:
                log.Fatalf("no")
            case 3:
                t.Skip()
            case 4:
                panic("boom")
            }
        }
        """,
        """
        func f(t, n):
        b0:
          r2 = n == 1
          branch r2 ? b1 : b2
        b1:  ; preds b0
          call os.Exit(1)
          panic
        b2:  ; preds b0
          r3 = n == 2
          branch r3 ? b3 : b4
        b3:  ; preds b2
          call log.Fatalf("no")
          panic
        b4:  ; preds b2
          r4 = n == 3
          branch r4 ? b5 : b6
        b5:  ; preds b4
          r6 = address (*t).common
          call (*testing.common).Skip(r6)
          panic
        b6:  ; preds b4
          r5 = n == 4
          branch r5 ? b7 : b8
        b7:  ; preds b6
          panic "boom"
        b8:  ; preds b6
          return
        """,
    )


def test_a_method_needs_an_address_of_what_has_none(check: Check) -> None:
    check(
        """
        type T struct{ n int }
        func g() T
        func f() { g().M() }
        func (t *T) M() {}
        """,
        """
        func f():
        b0:
          r0 = call example.g()
          r1 = alloc *example.T
          init *r1 = r0
          call (*example.T).M(r1)
          return
        """,
    )


def test_methods_of_type_parameters_are_called_through_their_constraint(check: Check) -> None:
    check(
        """
        type Locker interface{ Lock() }
        func f[L Locker](l L) { l.Lock() }
        """,
        """
        func f(l):
        b0:
          call interface (example.Locker).Lock(l)
          return
        """,
    )


def test_go_and_defer_of_bound_methods_and_literals(check: Check) -> None:
    check(
        """
        type T struct{ done func() }
        func (t *T) f(all []*T) {
            defer t.done()
            for _, each := range all {
                go each.f(nil)
            }
            defer recover()
            defer panic("late")
        }
        """,
        """
        func (*T).f(t, all):
        b0:
          r2 = load (*t).done
          defer dynamic r2()
          jump b1
        b1:  ; preds b0 b2, loop 1
          _, each = range all -> b2, done b3
        b2:  ; preds b1, loop 1
          go (*example.T).f(each, nil)
          jump b1
        b3:  ; preds b1
          defer recover()
          defer panic("late")
          return
        """,
    )


def test_recover_is_a_call(check: Check) -> None:
    check(
        """
        func f() any { return recover() }
        """,
        """
        func f() (r0):
        b0:
          r1 = call recover()
          return r1
        """,
    )


def test_a_call_with_too_few_arguments_is_of_nothing_known(check: Check) -> None:
    check(
        """
        func f() { g(1); h() }
        func g(a, b int) {}
        func h(all ...int) {}
        """,
        """
        func f():
        b0:
          call unknown g(1)
          call example.h()
          return
        """,
    )

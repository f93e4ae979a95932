"""Evaluation order, short circuits, constants and conversions."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[..., None]


def test_constants_are_operands(check: Check) -> None:
    check(
        """
        const limit = 1 << 4
        func f(n int) bool { return n < limit*2+'a' && "x"+"y" != "" }
        """,
        """
        func f(n) (r1):
        b0:
          r2 = n < 129
          jump b1
        b1:  ; preds b0
          r3 = phi(r2, true)
          return r3
        """,
    )


def test_and_or_decide_which_operand_is_evaluated(check: Check) -> None:
    check(
        """
        func p() bool
        func q() bool
        func f() bool {
            v := p() && q()
            w := p() || v
            return w
        }
        """,
        """
        func f() (r0):
        b0:
          r1 = call example.p()
          branch r1 ? b1 : b2
        b1:  ; preds b0
          r2 = call example.q()
          jump b2
        b2:  ; preds b0 b1
          v = phi(r1, r2)
          r4 = call example.p()
          jump b3
        b3:  ; preds b2
          w = phi(r4, v)
          return w
        """,
    )


def test_conditions_are_control_flow(check: Check) -> None:
    check(
        """
        func g()
        func f(a, b, c bool) {
            if a && (b || !c) {
                g()
            }
        }
        """,
        """
        func f(a, b, c):
        b0:
          branch a ? b1 : b4
        b1:  ; preds b0
          branch b ? b3 : b2
        b2:  ; preds b1
          branch c ? b4 : b3
        b3:  ; preds b1 b2
          call example.g()
          jump b4
        b4:  ; preds b0 b2 b3
          return
        """,
    )


def test_slices_of_arrays_take_an_address(check: Check) -> None:
    check(
        """
        func f(s []int) ([]int, []int) {
            var a [4]int
            return s[1:2], a[:]
        }
        """,
        """
        func f(s) (r1, r2):
        b0:
          declare a
          r3 = slice(s, 1, 2)
          r4 = address a
          r5 = slice(r4)
          return r3, r5
        """,
    )


def test_strings_are_indexed_and_converted(check: Check) -> None:
    check(
        """
        func f(s string, b []byte) (byte, []byte, string) { return s[0], []byte(s), string(b) }
        """,
        """
        func f(s, b) (r2, r3, r4):
        b0:
          r5 = index(s, 0)
          r6 = alloc []uint8
          r7 = load b[*]
          r8 = convert string(b)
          return r5, r6, r8
        """,
    )


def test_unsafe_conversions_stay_visible(check: Check) -> None:
    check(
        """
        import "unsafe"
        func f(p *int64) *int32 { return (*int32)(unsafe.Pointer(p)) }
        """,
        """
        func f(p) (r1):
        b0:
          r2 = convert unsafe.Pointer(p)
          r3 = convert *int32(r2)
          return r3
        """,
    )


def test_type_assertions_with_and_without_ok(check: Check) -> None:
    check(
        """
        func f(x any) int {
            if n, ok := x.(int); ok {
                return n
            }
            return x.(int)
        }
        """,
        """
        func f(x) (r1):
        b0:
          n, ok = assert int(x)
          branch ok ? b1 : b2
        b1:  ; preds b0
          return n
        b2:  ; preds b0
          r4 = assert int(x)
          return r4
        """,
    )


def test_a_receive_is_an_instruction(check: Check) -> None:
    check(
        """
        func f(a, b <-chan int) (int, bool) {
            <-a
            v, ok := <-a
            return v + <-b, ok
        }
        """,
        """
        func f(a, b) (r2, r3):
        b0:
          receive a
          v, ok = receive a
          r6 = receive b
          r7 = v + r6
          return r7, ok
        """,
    )


def test_method_values_bind_their_receiver_and_method_expressions_are_functions(check: Check) -> None:
    check(
        """
        type T struct{ n int }
        func f(t *T) (func(), func(*T)) { return t.M, (*T).M }
        func (t *T) M() {}
        """,
        """
        func f(t) (r1, r2):
        b0:
          r3 = bind (*example.T).M(t)
          return r3, (*example.T).M
        """,
    )


def test_generic_functions_are_called_by_their_declaration(check: Check) -> None:
    check(
        """
        func f(xs []int) int { return first[int](xs) + first(xs) }
        func first[T any](xs []T) T { return xs[0] }
        """,
        """
        func f(xs) (r1):
        b0:
          r2 = call example.first(xs)
          r3 = call example.first(xs)
          r4 = r2 + r3
          return r4
        """,
    )

"""Instantiation and inference of type arguments."""

from __future__ import annotations

from snippet import ask


def test_arguments_give_type_arguments() -> None:
    ask("""package p
func Map[T, U any](s []T, f func(T) U) []U { return nil }
func Keys[M ~map[K]V, K comparable, V any](m M) []K { return nil }
func Ptr[T any](v T) *T { return &v }
func First[T any](vs ...T) T { return vs[0] }
func Send[T any](c chan<- T, p *T, a [2]T) T { return *p }
type Set map[string]struct{}
type Ints []int
func itoa(int) string { return "" }
func two() ([]bool, func(bool) rune) { return nil, nil }
func f(s Set, ints Ints, c chan error, e *error, xs []float32) {
	_ = Map(ints, itoa) // type: Map(ints, itoa) => []string
	ps := Map(xs, func(x float32) *float32 { return &x }) // type: ps => []*float32
	_ = ps
	_ = Map(two()) // type: Map(two()) => []int32
	_ = Keys(s) // type: Keys(s) => []string
	_ = Ptr(1) // type: Ptr(1) => *int
	_ = Ptr('x') // type: Ptr('x') => *int32
	_ = First(1, 2.5) // type: First(1, 2.5) => float64
	_ = First(xs...) // type: First(xs...) => float32
	_ = First[any](1, "x") // type: First[any](1, "x") => any
	_ = Send(c, e, [2]error{}) // type: Send(c, e, [2]error{}) => error
	_ = Map(ints, itoa) // callee: Map(ints, itoa) => func p.Map
}
""")


def test_constraints_give_type_arguments() -> None:
    ask("""package p
type Number interface { ~int | ~float64 }
func Sum[S ~[]E, E Number](s S) (t E) { return }
func New[T any, P interface{ *T; Set(string) }]() T { return *new(T) }
func Clone[S ~[]E, E any](s S) S { return s }
func Run[G Getter[V], V any](g G) V { return g.Get() }
type Getter[V any] interface { Get() V }
type box struct{}
func (box) Get() error { return nil }
type Conf struct{}
func (*Conf) Set(string) {}
type Floats []float64
func f(fs Floats) {
	_ = Sum(fs) // type: Sum(fs) => float64
	_ = Clone(fs) // type: Clone(fs) => Floats
	_ = New[Conf]() // type: New[Conf]() => Conf
	_ = Run(box{}) // type: Run(box{}) => error
	_ = Clone[[]int] // type: Clone[[]int] => func([]int) []int
	_ = Sum[[]int](nil) // type: Sum[[]int](nil) => int
}
""")


def test_generic_functions_as_arguments() -> None:
    ask("""package p
import ("cmp"; "maps"; "slices"; "sync"; "sync/atomic")
type T struct { name string; n int }
func f(ts []T, names []string, m map[string]T, once func() (int, error)) {
	slices.SortFunc(names, cmp.Compare) // type: slices.SortFunc(names, cmp.Compare) => ()
	i, ok := slices.BinarySearchFunc(ts, "x", func(t T, s string) int { return 0 }) // type: ok => bool
	_ = i // type: i => int
	_ = slices.Collect(maps.Keys(m)) // type: slices.Collect(maps.Keys(m)) => []string
	_ = slices.Sorted(maps.Keys(m)) // type: slices.Sorted(maps.Keys(m)) => []string
	_ = slices.MaxFunc(ts, func(a, b T) int { return cmp.Compare(a.n, b.n) }).name // type: cmp.Compare(a.n, b.n) => int
	v, err := sync.OnceValues(once)() // type: v => int
	_ = err // type: err => error
	var p atomic.Pointer[T]
	_ = p.Load().name // type: p.Load().name => string
	p.Store(nil) // callee: p.Store(nil) => func (*sync/atomic.Pointer).Store
	for t := range slices.Values(ts) { _ = t } // type: t => T
	_ = v
}
""")


def test_generic_types() -> None:
    ask("""package p
type Pair[K comparable, V any] struct { Key K; Val V }
type Tree[T interface{ Less(T) bool }] struct { root *Tree[T]; val T }
type Cache[K comparable, V any] struct { m map[K]*Pair[K, V]; on func(K) (V, error) }
func (c *Cache[A, B]) Get(a A) (B, bool) {
	p, ok := c.m[a] // type: p => *Pair[A,B]
	_, _ = c.on(a) // type: c.on(a) => (B, error)
	return p.Val, ok // type: p.Val => B
}
type Strings[V any] = Cache[string, V]
type Rec[T any] struct { next *Rec[[]T] }
func (t *Tree[T]) Add(v T) {
	if t.val.Less(v) { // callee: t.val.Less(v) => interface (interface).Less of T
		t.root.Add(v) // callee: t.root.Add(v) => func (*p.Tree).Add
	}
}
func f(c Cache[string, []int], s Strings[bool], r Rec[int]) {
	v, ok := c.Get("x") // type: v => []int
	_, _ = v, ok
	_ = c.m["x"].Val[0] // type: c.m["x"].Val[0] => int
	_ = s.m // type: s.m => map[string]*Pair[string,bool]
	_ = r.next.next // type: r.next.next => *Rec[[][]int]
	_ = (*Cache[string, int]).Get // type: (*Cache[string, int]).Get => func(*Cache[string,int], string) (int, bool)
	_ = Pair[int, error]{Val: nil}.Val // type: Pair[int, error]{Val: nil}.Val => error
}
""")


def test_core_types() -> None:
    ask("""package p
func f[S ~[]E, E any, M ~map[K]V, K comparable, V any, C ~chan E, F ~func(K) V, B ~string | ~[]byte, P *[4]E](
	s S, m M, c C, fn F, b B, p P) {
	_ = s[0] // type: s[0] => E
	_ = s[1:] // type: s[1:] => S
	_ = m[*new(K)] // type: m[*new(K)] => V
	_ = <-c // type: <-c => E
	_ = fn(*new(K)) // type: fn(*new(K)) => V
	_ = b[0] // type: b[0] => uint8
	_ = make(S, 3) // type: make(S, 3) => S
	_ = append(s, s...) // type: append(s, s...) => S
	for i, v := range s { _, _ = i, v } // type: v => E
	for k, v := range m { _, _ = k, v } // type: k => K
	_ = S{} // type: S{} => S
	_ = S(nil) // callee: S(nil) => conversion S
	_ = p[1] // type: p[1] => E
}
""")


def test_recursion_with_other_type_arguments() -> None:
    ask("""package p
func f[T any](x T, n int) T {
	_ = f([]T{x}, n-1) // type: f([]T{x}, n-1) => []T
	_ = f(map[string]T{}, n) // type: f(map[string]T{}, n) => map[string]T
	return f(x, n) // type: f(x, n) => T
}
func g[K comparable, V any](a map[K]V) V { return h(a) } // type: h(a) => V
func h[M ~map[V]K, V comparable, K any](m M) K { return *new(K) }
""")


def test_methods_with_type_parameters() -> None:
    ask("""package p
type Stream[T any] struct { vs []T }
func (s Stream[T]) Map[U any](f func(T) U) Stream[U] { return Stream[U]{} }
func f(s Stream[int]) {
	r := s.Map(func(i int) string { return "" }) // type: r => Stream[string]
	_ = r.vs[0] // type: r.vs[0] => string
}
""")


def test_what_cannot_be_inferred_is_unknown() -> None:
    ask("""package p
func zero[T any]() T { return *new(T) }
func pair[A, B any](a A) (A, B) { panic(0) }
func f() {
	_ = zero() // type: zero() => ?
	a, b := pair(1) // type: a => int
	_ = b // type: b => ?
	_ = a
}
""")

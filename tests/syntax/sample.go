// Package sample holds one of everything that Go can say.
package sample

import (
	"context"
	. "errors"
	_ "net/http/pprof"
	alias "sync"
)

import "unsafe"

const Single = 1

const (
	Zero, One = iota, iota + 1
	Two, Three
	_, _
	Name string = "name"
	Again
)

var (
	grouped       = map[string][]int{"a": {1, 2}, `b`: nil}
	first, second int
	third, _      float64 = 1.5e3, .25
	imaginary             = 0x1p-2i
	matrix                = [...][2]Point{{{1, 2}, {X: 3}}, 4: {}}
	callback              = func(int, ...string) (err error) { return }
	letters               = 'a' + '\n' + '\u00e9'
	_             Shape   = (*Point)(nil)
)

type (
	Point struct {
		X, Y int `json:"xy"`
		*Node[string]
		alias.Mutex
		List[int] "tagged"
		_         [0]func()
		nest      struct{ deep chan<- <-chan struct{} }
	}
	Shape interface {
		context.Context
		Area() float64
		Scale(by, _ float64) (Shape, error)
	}
	Number interface {
		~int | ~[]byte | *Point | List[int]
		comparable
	}
	Any           = interface{}
	Vector[T any] = []T
	Handler       func(ctx context.Context, args ...any) (n int, err error)
	Pipes         struct {
		in   <-chan int
		out  chan<- int
		both chan int
		two  chan (<-chan int)
		odd  chan<- chan int
	}
)

type List[T any] struct{ items []T }

type Node[K comparable] struct {
	key  K
	next *Node[K]
}

type Pair[K comparable, V interface{ ~int | ~string }] struct {
	Key   K
	Value V
}

func declaredOnly(x unsafe.Pointer) uintptr

func (List[T]) unnamed() {}

func (l *List[T]) Map(f func(T) T) *List[T] {
	out := &List[T]{items: make([]T, 0, len(l.items))}
	for _, item := range l.items {
		out.items = append(out.items, f(item))
	}
	return out
}

func (n *Node[_]) Find[Q any, R interface{ Match(Q) bool }](query Q, rule R) (found bool) {
	return rule.Match(query)
}

func Keys[M ~map[K]V, K comparable, V any](m M) []K {
	keys := make([]K, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}

func manyNames(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12 uintptr) (r1, r2 uintptr, err error) {
	return a1, a12, nil
}

func statements(n int, ch chan int, m map[string]*Point) (result int, err error) {
	const local, other = 1, "x"
	type pair struct{ a, b int }
	var p *pair
	var q, r = 1, 2
	{
		n++
		n--
	}

	n += 1
	n &^= 0b1010
	n <<= 0o17
	n, q = q, n
	_ = [3]int{0: 1, 2}
	_ = p.a * -q % 1_000 &^ ^r
	_ = !(n < 1 || n >= 2 && n != 3)
	*p = pair{1, 2}
	(*p).a = 5
	ch <- <-ch
	go func() { ch <- 1 }()
	defer alias.OnceFunc(func() {})()
	if n > 0 {
	} else if v, ok := m["x"]; ok && v != nil {
		return 1, New("x")
	} else {
		return
	}
	for {
		break
	}
	for n < 10 {
		n++
	}
	for i := 0; i < n; i++ {
		continue
	}
	for n > 0 {
		n--
	}
	for i, v := range []int{1, 2} {
		_, _ = i, v
	}
	for i := range 10 {
		_ = i
	}
	for range ch {
	}
	for m["k"].X, n = range []int{} {
	}
	for x := range func(yield func(int) bool) { yield(1) } {
		_ = x
	}
outer:
	for {
		switch x := n; x {
		case 1, 2:
			fallthrough
		case 3:
			break outer
		default:
			continue outer
		}
	}
	switch {
	case n > 1:
		goto end
	}
	switch n := n + 1; {
	default:
		_ = n
	}
	switch any(n).(type) {
	case nil:
	}
	switch x := any(n); y := x.(type) {
	case int, *Point, []string, map[string]int, func(int) bool, chan int:
		_ = y
	default:
	}
	select {
	case v := <-ch:
		_ = v
	case v, ok := <-ch:
		_, _ = v, ok
	case result = <-ch:
	case <-ch:
	case ch <- n:
	default:
	}
	select {}
end:
	;
}

func expressions(s []int, x any, f func(...int) int, np *int) {
	_ = s[1]
	_ = s[:]
	_ = s[1:]
	_ = s[:2]
	_ = s[1:2]
	_ = s[1:2:3]
	_ = s[:2:3]
	_ = f(s...)
	_ = f(1, 2,
		3)
	_ = x.(int)
	_ = x.(interface{ M() })
	_ = []byte("text")
	_ = (*int)(nil)
	_ = *(*[4]byte)(unsafe.Pointer(np))
	_ = (<-chan int)(nil)
	_ = (func())(nil)
	_ = func(a int) {}
	_ = map[string]int(nil)
	_ = interface{}(x)
	_ = Keys[map[string]int, string, int](nil)
	_ = Keys[map[string]int]
	_ = List[int]{}
	_ = &List[[]int]{items: [][]int{{1}, {2}}}
	_ = alias.Mutex{}
	_ = new(int)
	_ = new([]int)
	_ = new(s[0])
	_ = new(42)
	_ = *new("text" + "more")
	_ = new([]int{1, 2})
	_ = new(func() int { return 1 }())
	_ = new(f(1)) /* between */
	_ = (*List[int]).Map
	_ = List[int].unnamed
	_ = Vector[int]{1}
	_ = struct{ a int }{1}
	_ = []struct{ a, b int }{{1, 2}, {b: 3}}
	_ = map[[2]int]*Point{{1, 2}: {X: 1}}
	_ = s[len(s)-1] // trailing
	_ = 'x' + '\''
	_ = `raw
string` + "interpreted \"quoted\""
	if x == (Point{}) {
	}
	if p := (&Point{}); p.X == int(alias.Locker(nil).(Any).(int)) {
		f()
	}

	{
		f()
	}
}

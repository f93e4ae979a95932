"""Types of expressions without type parameters."""

from __future__ import annotations

from snippet import ask


def test_operators() -> None:
    ask("""package p
import "time"
type B bool
func f(i int8, u uint, b B, s string, p *float32, c <-chan time.Time) {
	_ = i + 1 // type: i + 1 => int8
	_ = 1 + 2.5 // type: 1 + 2.5 => untyped float
	_ = 'a' + 1 // type: 'a' + 1 => untyped rune
	_ = 2 * time.Second // type: 2 * time.Second => time.Duration
	_ = i << u // type: i << u => int8
	x := 1 << u // type: x => int
	y := i == 3 // type: y => bool
	_ = b && true // type: b && true => B
	_ = !b // type: !b => B
	_ = s + "x" // type: s + "x" => string
	_ = *p // type: *p => float32
	_ = &p // type: &p => **float32
	_ = <-c // type: <-c => time.Time
	_ = s[0] // type: s[0] => uint8
	_ = s[1:] // type: s[1:] => string
	z := 1i // type: z => complex128
	_ = real(z) // type: real(z) => float64
	_, _ = x, y
	_ = (((i))) // type: (((i))) => int8
}
""")


def test_indexing_and_slicing() -> None:
    ask("""package p
type M map[string][]int
func f(a [3]int, p *[4]string, m M, s []M) {
	_ = a[:] // type: a[:] => []int
	_ = p[1] // type: p[1] => string
	_ = p[1:2:3] // type: p[1:2:3] => []string
	v, ok := m["x"] // type: v => []int
	_ = ok // type: ok => bool
	_ = s[0]["x"][1] // type: s[0]["x"][1] => int
	_ = s[:1] // type: s[:1] => []M
	_ = v
	w, ok := any(1).(M) // type: w => M
	_ = w
}
""")


def test_ranges() -> None:
    ask("""package p
import "iter"
type N int64
func f(s []string, a *[2]bool, m map[rune]error, c chan N, n N, q iter.Seq2[int, string], g func(yield func() bool)) {
	for i, v := range s { _, _ = i, v } // type: v => string
	for i, v := range a { _, _ = i, v } // type: v => bool
	for k, v := range m { _, _ = k, v } // type: k => int32
	for i, r := range "é" { _, _ = i, r } // type: r => int32
	for v := range c { _ = v } // type: v => N
	for i := range n { _ = i } // type: i => N
	for i := range 10 { _ = i } // type: i => int
	for k, v := range q { _, _ = k, v } // type: v => string
	for range g { }
	var k, v any
	for k, v = range m { } // type: v => any
	_, _ = k, v
}
""")


def test_composite_literals() -> None:
    ask("""package p
type P struct { x, y int }
type L []*P
func f() {
	_ = []P{{1, 2}} // type: {1, 2} => P
	_ = L{{3, 4}} // type: {3, 4} => *P
	_ = map[P][]P{{5, 6}: {{7, 8}}} // type: {5, 6} => P
	// type: {{7, 8}} => []P
	// type: {7, 8} => P
	_ = [...]string{"a", 5: "b", "c"} // type: [...]string{"a", 5: "b", "c"} => [7]string
	_ = &P{} // type: &P{} => *P
	_ = [][2]P{{{x: 1}}} // type: {x: 1} => P
	_ = struct{ P; z string }{z: "s"}.x // type: struct{ P; z string }{z: "s"}.x => int
}
""")


def test_calls_and_conversions() -> None:
    ask(
        """package p
import ("net/http"; "os"; "unsafe")
type F func(int) (string, error)
type T struct{ f F; h http.Handler }
func (t T) M(a ...int) {}
func two() (int, string) { return 1, "" }
func f(t *T, fs []func() bool) {
	s, err := t.f(1) // callee: t.f(1) => dynamic
	_, _ = s, err // type: err => error
	_ = F(nil) // callee: F(nil) => conversion F
	_ = []byte("x") // type: []byte("x") => []uint8
	_ = (*T)(nil) // type: (*T)(nil) => *T
	_ = (func())(nil) // type: (func())(nil) => func()
	t.M() // callee: t.M() => func (p.T).M
	T.M(*t) // callee: T.M(*t) => func (p.T).M
	_ = T.M // type: T.M => func(T, ...int)
	_ = (*T).M // type: (*T).M => func(*T, ...int)
	_ = t.M // type: t.M => func(...int)
	t.h.ServeHTTP(nil, nil)
	// callee: t.h.ServeHTTP(nil, nil) => interface (net/http.Handler).ServeHTTP of net/http.Handler
	_ = fs[0]() // callee: fs[0]() => dynamic
	a, b := two() // type: b => string
	_, _ = a, b
	func() { _ = two }() // callee: func() { _ = two }() => dynamic
	os.Exit(1) // callee: os.Exit(1) => func os.Exit
	_ = unsafe.Pointer(t) // callee: unsafe.Pointer(t) => conversion unsafe.Pointer
	_ = *(*[]int)(unsafe.Pointer(t)) // type: *(*[]int)(unsafe.Pointer(t)) => []int
	missing(1) // callee: missing(1) => unknown
}
"""
    )


def test_predeclared_functions() -> None:
    ask("""package p
import "unsafe"
type S []int
func f(s S, m map[string]int, p *int16, x float32) {
	_ = append(s, 1) // type: append(s, 1) => S
	_ = len(s) // callee: len(s) => builtin len
	_ = make(chan<- int, 3) // type: make(chan<- int, 3) => chan<- int
	_ = new(S) // type: new(S) => *S
	_ = new(x + 1) // type: new(x + 1) => *float32
	_ = new(5) // type: new(5) => *int
	_ = min(x, 2, 3) // type: min(x, 2, 3) => float32
	_ = max(1, 2.5, 'a') // type: max(1, 2.5, 'a') => untyped float
	_ = recover() // type: recover() => any
	_ = copy(s, s) // type: copy(s, s) => int
	_ = unsafe.Slice(p, 3) // type: unsafe.Slice(p, 3) => []int16
	_ = unsafe.String(nil, 3) // type: unsafe.String(nil, 3) => string
	_ = unsafe.Sizeof(x) // callee: unsafe.Sizeof(x) => builtin unsafe.Sizeof
	_ = complex(x, 1) // type: complex(x, 1) => complex64
	delete(m, "x") // type: delete(m, "x") => ()
	clear(m) // callee: clear(m) => builtin clear
}
""")


def test_what_is_a_type() -> None:
    ask("""package p
import "time"
type G[T any] struct{ v T }
func f(a []int, x *int) {
	_ = G[int]{} // is-type: G[int] => yes
	_ = a[0] // is-type: a[0] => no
	_ = *x // is-type: *x => no
	_ = (*time.Time)(nil) // is-type: *time.Time => yes
	_ = time.Now // is-type: time.Now => no
}
""")


def test_constants() -> None:
    ask("""package p
import "unsafe"
type Kind uint8
const (
	A Kind = iota + 1
	B
	_
	C, D = iota, iota * 10
	mask = ^uint16(0)
	big = 1 << 100 >> 98
	text = "a\\xff" + `b`
	half = 1 / 2.0
	quarter = -7 / 2
	rest = -7 % 3
	max64 = 1<<63 - 1
	word = 32 << (^uint(0) >> 63)
)
type H struct { a byte; b int64 }
func f() {
	_ = B // const: B => 2
	_ = D // const: D => 30
	_ = B // type: B => Kind
	_ = C // type: C => untyped int
	_ = mask // const: mask => 65535
	_ = big // const: big => 4
	_ = len(text) // const: len(text) => 3
	_ = half // const: half => 0.5
	_ = quarter // const: quarter => -3
	_ = rest // const: rest => -1
	_ = max64 // const: max64 => 9223372036854775807
	_ = word // const: word => 64
	_ = A < B && text != "" // const: A < B && text != "" => True
	_ = string(rune(65)) // const: string(rune(65)) => 'A'
	_ = 0x_FF + 0b11 + 0o17 + 017 // const: 0x_FF + 0b11 + 0o17 + 017 => 288
	_ = '\\n' // const: '\\n' => 10
	_ = unsafe.Sizeof(H{}) // const: unsafe.Sizeof(H{}) => 16
	var h H
	_ = unsafe.Offsetof(h.b) // const: unsafe.Offsetof(h.b) => 8
	var a [len(text) * C]int
	_ = a // type: a => [9]int
	_ = len(a) // const: len(a) => 9
	_ = 1 / 0 // const: 1 / 0 => None
	const local = iota
	_ = local // const: local => 0
	_ = h.b // const: h.b => None
	_ = int(2.0) // const: int(2.0) => 2
	_ = min(3, 2) // const: min(3, 2) => 2
}
""")

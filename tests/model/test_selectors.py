"""Fields and methods through embedding, and what calls of them call."""

from __future__ import annotations

from snippet import ask, load, load_text

from pubcheck.model.lookup import lookup_field_or_method, method_set
from pubcheck.model.relations import assignable, identical, implements
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import UNKNOWN, Pointer, Type
from pubcheck.model.universe import ERROR, INT, STRING, UNTYPED_INT, UNTYPED_NIL


def named(text: str, *names: str) -> list[Type]:
    package = load_text(text)
    return [symbol.type for name in names if isinstance(symbol := package.lookup(name), TypeName)]


def test_the_shallowest_field_wins_and_the_path_is_told() -> None:
    ask("""package p
import "sync"
type Inner struct { sync.Mutex; n, deep int }
type Middle struct { *Inner; n string }
type Outer struct { Middle; name string }
func f(o *Outer, v Outer) {
	_ = o.n // selects: o.n => field Middle.n via Outer.Middle indirect
	_ = v.deep // selects: v.deep => field Inner.deep via Outer.Middle Middle.Inner indirect
	_ = v.name // selects: v.name => field Outer.name
	v.Lock() // callee: v.Lock() => func (*sync.Mutex).Lock
	_ = v.Lock // selects: v.Lock => method sync.Mutex.Lock via Outer.Middle Middle.Inner Inner.Mutex indirect
	_ = v.Middle.Inner.Mutex // type: v.Middle.Inner.Mutex => sync.Mutex
	_ = v.missing // selects: v.missing => unknown
}
""")


def test_two_at_one_depth_hide_each_other() -> None:
    ask("""package p
type A struct { x int }
type B struct { x int }
type C struct { A; B }
type D struct { C; E }
type E struct { F }
type F struct { x string }
func f(c C, d D) {
	_ = c.x // selects: c.x => unknown
	_ = d.A.x // type: d.A.x => int
}
""")


def test_interfaces_in_structs_and_in_interfaces() -> None:
    ask("""package p
import "io"
type RC interface { io.Reader; Close() error }
type S struct { RC; w io.Writer }
func f(s S, r RC, x interface{ Do(int) bool }) {
	s.Read(nil) // callee: s.Read(nil) => interface (io.Reader).Read of RC
	r.Close() // callee: r.Close() => interface (p.RC).Close of RC
	_ = s.Close // selects: s.Close => method RC.Close via S.RC
	x.Do(1) // callee: x.Do(1) => interface (interface).Do of interface{Do(int) bool}
	_ = s.w.Write // type: s.w.Write => func([]uint8) (int, error)
}
""")


def test_embedded_generic_types_and_recursion() -> None:
    ask("""package p
type List[T any] struct { head *node[T]; size int }
type node[E any] struct { value E; next *node[E] }
func (l *List[X]) Push(x X) *node[X] { return nil }
type Names struct { List[string]; *Tree }
type Tree struct { *Tree; left int }
func f(n Names) {
	_ = n.head.next.value // type: n.head.next.value => string
	_ = n.Push("x").value // type: n.Push("x").value => string
	_ = n.Push // type: n.Push => func(string) *node[string]
	_ = n.left // selects: n.left => field Tree.left via Names.Tree indirect
	_ = n.nothing // selects: n.nothing => unknown
}
""")


def test_aliases_and_types_of_other_packages() -> None:
    ask(
        """package p
import ("sync"; "time")
type Mu = sync.Mutex
type When time.Time
type D time.Duration
func (d D) Half() D { return d / 2 }
type P *struct { x int }
func f(m *Mu, w When, d D, p P) {
	m.Lock() // callee: m.Lock() => func (*sync.Mutex).Lock
	_ = w.Year // selects: w.Year => unknown
	_ = d.Half() / 2 // type: d.Half() / 2 => D
	_ = p.x // selects: p.x => field struct{x int}.x indirect
}
"""
    )


def test_unexported_names_of_another_package_are_not_seen() -> None:
    ask(
        {
            "p": {
                "p.go": """package p
import "q"
type own struct { mu int }
type T struct { q.Q; wrap }
type wrap struct { own }
func f(t T, x q.Q) {
	_ = t.mu // selects: t.mu => field own.mu via T.wrap wrap.own
	_ = x.mu // selects: x.mu => unknown
	_ = t.Name // type: t.Name => string
}
"""
            },
            "q": {"q.go": "package q\ntype Q struct { mu bool; Name string }\n"},
        }
    )


def test_what_a_missing_package_gives_is_unknown() -> None:
    ask("""package p
import "example.com/missing"
type T struct { missing.Base; n int }
func f(t T, m missing.Thing, e error) {
	_ = t.n // type: t.n => int
	_ = t.Other // selects: t.Other => unknown
	m.Do() // callee: m.Do() => unknown
	v, err := missing.New() // type: err => ?
	_, _ = v, err
	v2 := append([]int{}, missing.N) // type: v2 => []int
	_ = v2
	switch x := e.(type) {
	case *missing.Err:
		_ = x // type: x => ?
	}
}
""")


def test_one_declared_field_is_one_symbol() -> None:
    package = load_text(
        "package p\ntype G[T any] struct{ v T }\ntype A = G[int]\ntype B = G[string]\ntype C struct{ A }\n"
    )
    a, b, c = (symbol.type for name in "ABC" if isinstance(symbol := package.lookup(name), TypeName))
    found = [lookup_field_or_method(t, "v", package) for t in (a, Pointer(b), c)]
    assert len({selection.obj for selection in found if selection}) == 1
    assert [selection.type for selection in found if selection] == [INT, STRING, INT]


def test_method_sets() -> None:
    t, outer, i = named(
        """package p
type T struct{}
func (T) V() {}
func (*T) P() {}
type Outer struct { T; *Q; I }
type Q struct{}
func (*Q) OfQ() {}
type I interface { error; M() }
""",
        "T",
        "Outer",
        "I",
    )
    assert set(method_set(t)) == {"V"}
    assert set(method_set(Pointer(t))) == {"V", "P"}
    assert set(method_set(outer)) == {"V", "OfQ", "Error", "M"}
    assert set(method_set(Pointer(outer))) == {"V", "P", "OfQ", "Error", "M"}
    assert set(method_set(i)) == {"Error", "M"}
    assert method_set(Pointer(i)) == {}


def test_implementation_and_assignment() -> None:
    e, v, s, m, half, number, text = named(
        """package p
import "example.com/missing"
type E struct{}
func (*E) Error() string { return "" }
type V struct{}
func (V) Error(int) string { return "" }
type S interface { String() string }
type M struct{ missing.Base }
type Half interface { S; missing.I }
type Number interface { ~int | ~float64 }
type Text string
""",
        "E",
        "V",
        "S",
        "M",
        "Half",
        "Number",
        "Text",
    )
    assert implements(Pointer(e), ERROR) is True
    assert implements(e, ERROR) is False
    assert implements(v, ERROR) is False
    assert implements(m, s) is None
    assert implements(half, s) is True
    assert implements(half, ERROR) is None
    assert implements(INT, number) is True
    assert implements(text, number) is False
    assert assignable(Pointer(e), ERROR) is True
    assert assignable(UNTYPED_INT, text) is False
    assert assignable(UNTYPED_NIL, Pointer(e)) is True
    assert assignable(STRING, text) is False
    assert assignable(UNKNOWN, text) is None
    assert identical(UNKNOWN, UNKNOWN) is False


def test_identity_of_interfaces_and_structs() -> None:
    a, b, c, d, x = named(
        """package p
type I interface { M() }
type J interface { N() }
type A = interface { I; J }
type B = interface { N(); M() }
type C = struct { x int `t` }
type D = struct { x int }
type X = struct { x int `t` }
""",
        *"ABCDX",
    )
    assert identical(a, b)
    assert not identical(c, d)
    assert identical(c, x)


def test_another_package_sees_the_same_symbols() -> None:
    package = load(
        {
            "p": {"p.go": 'package p\nimport "q"\nvar x = q.New().Get().N\n'},
            "q": {
                "q.go": "package q\n"
                "type T struct { N int }\nfunc New() (t *T) { return }\nfunc (t *T) Get() T { return *t }\n"
            },
        }
    )
    imported = package.import_("q")
    assert imported is not None
    assert package.import_("q") is imported
    symbol = package.lookup("x")
    assert symbol is not None
    assert symbol.type == INT  # type: ignore[attr-defined]

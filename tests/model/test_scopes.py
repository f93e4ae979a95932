"""What names stand for."""

from __future__ import annotations

from snippet import ask, load, load_text, walk

from pubcheck.model.symbols import VarKind
from pubcheck.syntax import ast


def test_a_short_declaration_redeclares_only_in_its_own_block() -> None:
    ask("""package p
import "os"
func f(err error) {
	a, err := os.Open("x") // line: err => 3
	if b, err := os.Open("y"); err != nil { // line: err => 5
		_, _ = b, err
		c, err := os.Create("z") // line: err => 7
		_, _ = c, err // line: err => 7
	} else {
		_ = err // line: err => 5
	}
	_, _ = a, err // line: err => 3
}
""")


def test_the_right_side_of_a_definition_sees_what_it_hides() -> None:
    ask("""package p
func f(x int) {
	{
		x := x + 1 // line: x => 4
		var x2 = func() int { return x } // line: x => 4
		_ = x2
	}
	f := func() { f(1) } // callee: f(1) => func p.f
	f() // callee: f() => dynamic
	for x := range x { // type: x => int
		_ = x // line: x => 10
	}
	_ = x // line: x => 2
}
""")


def test_each_clause_is_a_block() -> None:
    ask("""package p
func f(v any, c chan string) {
	switch x := v.(type) {
	case int:
		_ = x // type: x => int
	case error, nil:
		_ = x // type: x => any
	case []string:
		y := x[0] // type: y => string
		_ = y
	case nil:
		_ = x // type: x => any
	default:
		_ = x // type: x => any
	}
	select {
	case s, ok := <-c: // type: ok => bool
		_, _ = s, ok // type: s => string
	case c <- "s":
		s := 1
		_ = s // line: s => 20
	}
	switch x := 1; {
	case x > 0:
		x := "a"
		_ = x // type: x => string
	default:
		_ = x // type: x => int
	}
}
""")


def test_types_and_constants_in_functions_begin_where_they_stand() -> None:
    ask("""package p
type T int
func f() {
	var a T
	_ = a // type: a => T
	type T struct { next *T; v string }
	var b T
	_ = b.next.v // type: b.next.v => string
	const n = 3
	{
		const n = n + 1
		_ = n // const: n => 4
	}
	type L = []T
	var l L
	_ = l[0].v // type: l[0].v => string
}
""")


def test_labels_and_struct_keys_are_no_variables() -> None:
    ask("""package p
type T struct { name string; next *T }
func f(name string, keys [2]int) {
name:
	for {
		break name
	}
	t := T{name: name, next: &T{name: "b"}}
	_ = t
	m := map[string]int{name: 1} // line: name => 3
	_ = m
	const i = 1
	_ = [...]string{i: "x"} // type: [...]string{i: "x"} => [2]string
}
""")
    package = load_text('package p\ntype T struct{ name string }\nvar t = T{name: "x"}\n')
    initialiser = package.initialisers[0]
    key = next(node for node in walk(initialiser.spec) if isinstance(node, ast.KeyValue)).key
    assert isinstance(key, ast.Ident)
    symbol = initialiser.info.symbol(key)
    assert symbol is not None
    assert getattr(symbol, "kind", None) is VarKind.FIELD


def test_a_package_is_one_scope_over_its_files_and_imports_are_a_files_own() -> None:
    ask(
        {
            "p": {
                "a.go": """package p
import (
	str "strings"
	. "strconv"
	_ "embed"
	"example.com/odd-path/v2"
	"C"
)
func a() {
	_ = str.ToUpper(b()) // callee: str.ToUpper(b()) => func strings.ToUpper
	_ = Itoa(1) // type: Itoa(1) => string
	_ = odd.Value // type: odd.Value => example.com/odd-path/v2.Kind
	_ = C.puts // type: C.puts => ?
	_ = str.Missing // type: str.Missing => ?
}
""",
                "b.go": """package p
import str "bytes"
func b() string {
	_ = str.ToUpper(nil) // type: str.ToUpper(nil) => []uint8
	a() // callee: a() => func p.a
	return ""
}
""",
            },
            "example.com/odd-path/v2": {"x.go": "package odd\ntype Kind int\nvar Value Kind\n"},
        }
    )


def test_an_import_goes_by_the_name_that_its_package_declares() -> None:
    ask(
        {
            "p": {"p.go": 'package p\nimport "x/y"\nvar v = zed.V // type: zed.V => string\n'},
            "x/y": {"y.go": 'package zed\nvar V = "s"\n'},
        }
    )


def test_the_universe_can_be_hidden() -> None:
    ask("""package p
func f(string int, len func(any) bool) {
	_ = len("x") // type: len("x") => bool
	_ = string // type: string => int
	nil := 3
	_ = nil // type: nil => int
}
func g() {
	var e error
	_ = e.Error() // callee: e.Error() => interface (error).Error of error
	var b byte = 'x'
	_ = b // type: b => uint8
}
""")


def test_what_a_package_declares() -> None:
    package = load(
        {
            "p": {
                "a.go": "package p\nfunc init() {}\nfunc f() {}\nvar _, g = 1, 2\nfunc (t *T) M() {}\n",
                "b.go": "package p\nfunc init() {}\ntype T struct{}\ntype A = T\nfunc (a A) N() {}\nfunc _() {}\n",
            }
        }
    )
    assert [func.name for func in package.functions] == ["init", "f", "M", "init", "N", "_"]
    assert set(package.scope) == {"f", "g", "T", "A"}
    found = package.lookup("T")
    assert [func.full_name for func in found.methods.values()] == ["(*p.T).M", "(p.T).N"]  # type: ignore[union-attr]
    assert package.lookup("init") is None

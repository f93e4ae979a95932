"""Bad input is normal: nothing raises, and cycles end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snippet import ask, load_text, walk

from pubcheck.model.callee import Target
from pubcheck.model.info import Info
from pubcheck.model.lookup import Selection, method_set
from pubcheck.model.package import Package
from pubcheck.model.printing import type_string
from pubcheck.model.relations import identical, implements
from pubcheck.model.symbols import Const, Func, TypeName, Var
from pubcheck.model.types import Type
from pubcheck.model.universe import ERROR
from pubcheck.syntax import ast

GO = """package p
import ("fmt"; "slices"; "sync"; . "strings")
type T[K comparable, V any] struct { sync.Mutex; m map[K]V; next *T[K, V]; E }
type E interface { fmt.Stringer; M(n int) (a, b string) }
const ( A = iota; B; C = len("x") << B )
var table = [...]struct{ name string; run func(int) error }{ {"a", nil}, B: {name: ToUpper("b")} }
func (t *T[K, V]) Get(k K) (v V, ok bool) {
	t.Lock()
	defer t.Unlock()
	for i, e := range table { if e.name == "x" { return v, i > 0 } }
	switch x := any(k).(type) { case int: _ = x + 1; case []K: v, ok = t.m[x[0]] }
	ys := slices.IndexFunc([]K{k}, func(o K) bool { return o == k })
	select { case s, open := <-make(chan int, ys): _ = s; ok = open; default: go func() { t.next.Get(k) }() }
	type local struct { T[string, int]; f func() (int, error) }
	l := &local{f: func() (int, error) { return 1, nil }}
	n, err := l.f()
	_, _ = fmt.Println(n, err, l.m["x"], min(n, 2))
	return
}
"""


def ask_everything(package: Package) -> None:
    """Ask every question that there is about every node; only that nothing raises is looked at."""
    ask_about_declarations(package)
    for func in package.functions:
        assert func.decl is not None
        info = package.info(func.decl)
        for node in walk(info.body) if info.body is not None else ():
            if isinstance(node, ast.Expr):
                ask_about(node, info)
    for initialiser in package.initialisers:
        for value in initialiser.spec.values:
            initialiser.info.type(value)


def ask_about_declarations(package: Package) -> None:
    for symbol in package.scope.values():
        if isinstance(symbol, Var | Const | Func | TypeName):
            type_string(symbol.type, package)
        if isinstance(symbol, Const):
            assert symbol.value is None or isinstance(symbol.value, bool | int | float | str)
        if isinstance(symbol, TypeName):
            assert isinstance(symbol.underlying, Type)
            method_set(symbol.type)
            implements(symbol.type, ERROR)
            identical(symbol.type, symbol.underlying)
            for other in package.scope.values():
                if isinstance(other, TypeName):
                    identical(symbol.underlying, other.underlying)


def ask_about(node: ast.Expr, info: Info) -> None:
    assert isinstance(info.type(node), Type)
    assert isinstance(info.is_type(node), bool)
    info.constant(node)
    if isinstance(node, ast.Selector):
        assert isinstance(info.selection(node), Selection | None)
    elif isinstance(node, ast.Call):
        assert isinstance(info.callee(node), Target)
    elif isinstance(node, ast.Ident):
        info.symbol(node)


def test_the_sample_is_understood() -> None:
    ask_everything(load_text(GO))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutilated_go_never_raises(data: st.DataObject) -> None:
    text = GO
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(11, len(text) - 1))
        end = min(start + data.draw(st.integers(0, 12)), len(text))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", "{", "}", "(", ")", "[T]", "*", ".x", "T", ":=", "?"]))
            + text[end:]
        )
    ask_everything(load_text(text))


@settings(max_examples=60, deadline=None)
@given(st.permutations(GO.splitlines()[1:]))
def test_shuffled_go_never_raises(lines: list[str]) -> None:
    ask_everything(load_text("\n".join(["package p", *lines])))


@pytest.mark.parametrize(
    "text",
    [
        "type A B\ntype B A",
        "type A = B\ntype B = A",
        "type A = []A",
        "type A struct { A }",
        "type A struct { *B }\ntype B struct { *A }",
        "type I interface { I }",
        "type I interface { I; I; J }\ntype J interface { I; J; I }",
        "type A interface { M() interface { A } }\ntype B interface { M() interface { B } }\nvar _ = A(B(nil))",
        "type I interface { J }\ntype J interface { I }",
        "type I interface { M() interface { I } }",
        "type A [len(A{})]int",
        "var a = b\nvar b = a",
        "var a, b = f()\nfunc f() (int, string) { return a, b }",
        "const a = b\nconst b = a + 1",
        "const n = len(x)\nvar x [n]int",
        "type T[P T[P]] struct { p P }",
        "type T[P any] struct { *T[T[P]] }",
        "type T[P interface{ ~[]P }] []P",
        "func f[T interface{ T }](t T) {}\nvar _ = f(f)",
        "func f[A interface{ *B }, B interface{ *A }](a A) B { return nil }\nvar x = f(1)",
        "func (t Missing) M() {}\nfunc (t *[]int) N() {}\nfunc (int) O() {}",
        "func f() { x := x; y := func() { y() }; _, _ = x, y }",
        "var x = T{x: x}\ntype T struct { x, x int }",
        "var x = [...]int{x: 1}",
        "func f() { for i := range i { _ = i } }",
        'import . "p"\nvar y = x',
        "var s = struct{}{}.x.y.z()",
        "var c = 1 << 100000000000 + 1e999999999 * 'xx'",
    ],
)
def test_cycles_and_nonsense_end(text: str) -> None:
    ask_everything(load_text(f"package p\n{text}\n"))


@pytest.mark.parametrize(
    "value",
    [
        "+".join(["1"] * 5000),
        "+".join(['"x"'] * 5000),
        "(" * 300 + "1" + ")" * 300,
        "-" * 400 + "1",
        "x" + ".y" * 400,
        "f" + "()" * 400,
        "[]" * 400 + "int{}",
        "func() any { return " * 100 + "1" + "}" * 100,
    ],
)
def test_deep_nesting_degrades(value: str) -> None:
    ask_everything(load_text(f"package p\nvar x = {value}\nfunc f() {{ y := {value}; _ = y }}\n"))


def test_long_chains_keep_their_types() -> None:
    ask("package p\nfunc f(s string) {\n\tx := " + " + ".join(["s"] * 3000) + "\n\t_ = x // type: x => string\n}\n")


def test_a_chain_of_definitions_is_followed() -> None:
    lines = ["\tx0 := 1", *[f"\tx{i} := x{i - 1} + 1" for i in range(1, 100)], "\t_ = x99 // type: x99 => int"]
    ask("package p\nfunc f() {\n" + "\n".join(lines) + "\n}\n")


def test_errors_beside_good_code_do_no_harm() -> None:
    ask("""package p
func broken( {
type T struct { n int }
func g(t *T) {
	_ = t.n // type: t.n => int
}
""")

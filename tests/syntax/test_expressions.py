from __future__ import annotations

import pytest
from golang import expression, type_


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a", "a"),
        ("_", "_"),
        ("héé", "héé"),
        ("nil", "nil"),
        ("0x_1F", "0x_1F"),
        ("1.5e3i", "1.5e3i"),
        ("'\\''", "'\\''"),
        ("`a\\`", "`a\\`"),
        ("(a)", "(Paren a)"),
        ("-a", "(Unary - a)"),
        ("*a", "(Star a)"),
        ("<-a", "(Unary <- a)"),
        ("a + b*c", "(Binary + a (Binary * b c))"),
        ("a /* x */ &^ /* y */ b", "(Binary &^ a b)"),
        ("a.b.c", "(Selector (Selector a b) c)"),
        ("a[i]", "(Index a [i])"),
        ("a[b, c]", "(Index a [b c])"),
        ("a[[]int]", "(Index a [(SliceType int)])"),
        ("a[:]", "(SliceExpr a - - -)"),
        ("a[:i]", "(SliceExpr a - i -)"),
        ("a[i:]", "(SliceExpr a i - -)"),
        ("a[:i:j]", "(SliceExpr a - i j)"),
        ("a[i:j:k]", "(SliceExpr a i j k)"),
        ("a.(T)", "(TypeAssert a T)"),
        ("f()", "(Call f [])"),
        ("f(a, b...)", "(Call f [a b] spread)"),
        ("f(\n\ta, // first\n\tb,\n)", "(Call f [a b])"),
        ("f[int](a)", "(Call (Index f [int]) [a])"),
        ("f[int, []T](a)", "(Call (Index f [int (SliceType T)]) [a])"),
        ("p.f[q.T](a)", "(Call (Index (Selector p f) [(Selector q T)]) [a])"),
        ("make([]int, n)", "(Call make [(SliceType int) n])"),
        ("new(T)", "(Call new [T])"),
        ("[]byte(s)", "(Call (SliceType byte) [s])"),
        ("(*T)(p)", "(Call (Paren (Star T)) [p])"),
        ("*(*T)(p)", "(Star (Call (Paren (Star T)) [p]))"),
        ("*(*[]T)(p)", "(Star (Call (Paren (Star (SliceType T))) [p]))"),
        ("**(**[]T)(p)", "(Star (Star (Call (Paren (Star (Star (SliceType T)))) [p])))"),
        ("<-chan int(c)", "(Unary <- (Call (ChanType both int) [c]))"),
        ("(<-chan int)(c)", "(Call (Paren (ChanType receive int)) [c])"),
        ("func() int(x)", "(Call (FuncType [] [] [(Field [] int)]) [x])"),
        ("T{}", "(CompositeLit T [])"),
        ("p.T{a, b: c}", "(CompositeLit (Selector p T) [a (KeyValue b c)])"),
        ("T[int]{1}", "(CompositeLit (Index T [int]) [1])"),
        (
            "[]T{{1}, {a: {}}}",
            "(CompositeLit (SliceType T) [(CompositeLit - [1]) (CompositeLit - [(KeyValue a (CompositeLit - []))])])",
        ),
        ("[...]T{2: {}}", "(CompositeLit (ArrayType - T) [(KeyValue 2 (CompositeLit - []))])"),
        (
            "map[K]V{{1}: {}}",
            "(CompositeLit (MapType K V) [(KeyValue (CompositeLit - [1]) (CompositeLit - []))])",
        ),
        (
            "func(a int) (b T) { return }",
            "(FuncLit (FuncType [] [(Field [a] int)] [(Field [b] T)]) (Block [(Return [])]))",
        ),
        ("(*T).M", "(Selector (Paren (Star T)) M)"),
        ("T[int].M", "(Selector (Index T [int]) M)"),
    ],
)
def test_an_expression_says_what_go_means_by_it(text: str, wanted: str) -> None:
    assert expression(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("p.T", "(Selector p T)"),
        ("(T)", "(Paren T)"),
        ("**T", "(Star (Star T))"),
        ("T[A, p.B]", "(Index T [A (Selector p B)])"),
        ("[N]T", "(ArrayType N T)"),
        ("[2 * N]T", "(ArrayType (Binary * 2 N) T)"),
        ("map[K][]V", "(MapType K (SliceType V))"),
        ("chan T", "(ChanType both T)"),
        ("chan<- T", "(ChanType send T)"),
        ("<-chan T", "(ChanType receive T)"),
        ("chan (<-chan T)", "(ChanType both (Paren (ChanType receive T)))"),
        ("chan <-chan T", "(ChanType send (ChanType both T))"),
        ("chan<- chan T", "(ChanType send (ChanType both T))"),
        ("chan<- <-chan T", "(ChanType send (ChanType receive T))"),
        ("<-chan <-chan T", "(ChanType receive (ChanType receive T))"),
        ("func()", "(FuncType [] [] [])"),
        ("func(A, B) C", "(FuncType [] [(Field [] A) (Field [] B)] [(Field [] C)])"),
        ("func(a, b A, c ...B)", "(FuncType [] [(Field [a b] A) (Field [c] B variadic)] [])"),
        ("func(...A) (b B, err error)", "(FuncType [] [(Field [] A variadic)] [(Field [b] B) (Field [err] error)])"),
        ("struct{}", "(StructType [])"),
        ("struct{ a, b int; c T `t` }", "(StructType [(Field [a b] int) (Field [c] T `t`)])"),
        ("struct{ T; *U }", "(StructType [(Field [] T) (Field [] (Star U))])"),
        (
            'struct{ p.T; *p.U; V[int]; *p.W[A] "t" }',
            (
                "(StructType [(Field [] (Selector p T)) (Field [] (Star (Selector p U))) (Field [] (Index V [int]))"
                ' (Field [] (Star (Index (Selector p W) [A])) "t")])'
            ),
        ),
        ("interface{}", "(InterfaceType [] [])"),
        (
            "interface{ M(); N(int) (A, error) }",
            (
                "(InterfaceType [(Method M (FuncType [] [] []))"
                " (Method N (FuncType [] [(Field [] int)] [(Field [] A) (Field [] error)]))] [])"
            ),
        ),
        ("interface{ E; p.E; M() }", "(InterfaceType [(Method M (FuncType [] [] []))] [E (Selector p E)])"),
        (
            "interface{ ~int | *T | []U }",
            "(InterfaceType [] [(Binary | (Binary | (Unary ~ int) (Star T)) (SliceType U))])",
        ),
        ("interface{ ~T[int] }", "(InterfaceType [] [(Unary ~ (Index T [int]))])"),
    ],
)
def test_a_type_says_what_go_means_by_it(text: str, wanted: str) -> None:
    assert type_(text) == wanted


def test_many_names_stay_one_group() -> None:
    names = " ".join(f"a{n}" for n in range(40))
    parameters = names.replace(" ", ", ")
    assert type_(f"func(x int, {parameters} T)") == f"(FuncType [] [(Field [x] int) (Field [{names}] T)] [])"


def test_a_chain_of_any_length_keeps_its_operands_in_order() -> None:
    count = 5000
    text = expression(" + ".join(f"a{n}" for n in range(count)))
    assert [f"a{n}" for n in range(count)] == [word for word in text.replace(")", "").split() if word.startswith("a")]
    assert max(_depths(text)) < 150


def _depths(text: str) -> list[int]:
    depth = 0
    found = []
    for char in text:
        depth += (char == "(") - (char == ")")
        found.append(depth)
    return found

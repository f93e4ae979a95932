from __future__ import annotations

import pytest
from golang import statements, tree_of

from pubcheck.syntax import dump


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ""),
        (";", "(Empty)"),
        ("{ a }", "(Block [(ExprStmt a)])"),
        ("a; // b\nc", "(ExprStmt a) (ExprStmt c)"),
        ("c <- v", "(Send c v)"),
        ("a++", "(IncDec a ++)"),
        ("a.b--", "(IncDec (Selector a b) --)"),
        ("a, b = b, a", "(Assign [a b] = [b a])"),
        ("a := 1", "(Assign [a] := [1])"),
        ("a &^= b", "(Assign [a] &^= [b])"),
        ("go f()", "(Go (Call f []))"),
        (
            "defer func() { a() }()",
            "(Defer (Call (FuncLit (FuncType [] [] []) (Block [(ExprStmt (Call a []))])) []))",
        ),
        ("return", "(Return [])"),
        ("return /* c */ a, b", "(Return [a b])"),
        ("L: break L", "(Labeled L (Branch break L))"),
        ("goto L\nL:", "(Branch goto L) (Labeled L (Empty))"),
        ("L:\nM:\n\tf()", "(Labeled L (Labeled M (ExprStmt (Call f []))))"),
        ("if a { b }", "(If - a (Block [(ExprStmt b)]) -)"),
        ("if a := b; c {} else {}", "(If (Assign [a] := [b]) c (Block []) (Block []))"),
        ("if a {} else if b {} else {}", "(If - a (Block []) (If - b (Block []) (Block [])))"),
        ("if a == b /* c */ { // d\n}", "(If - (Binary == a b) (Block []) -)"),
        ("for {}", "(For - - - (Block []))"),
        ("for a {}", "(For - a - (Block []))"),
        ("for ;; {}", "(For - - - (Block []))"),
        ("for i := 0; i < n; i++ {}", "(For (Assign [i] := [0]) (Binary < i n) (IncDec i ++) (Block []))"),
        ("for ; a; {}", "(For - a - (Block []))"),
        ("for ; ; a() {}", "(For - - (ExprStmt (Call a [])) (Block []))"),
        ("for range c {}", "(Range - - c (Block []))"),
        ("for i := range 10 {}", "(Range i - define 10 (Block []))"),
        ("for k, v := range m {}", "(Range k v define m (Block []))"),
        ("for a.k, _ = range m {}", "(Range (Selector a k) _ m (Block []))"),
        ("switch {}", "(Switch - - [])"),
        ("switch a { case 1, 2: b; default: }", "(Switch - a [(Case [1 2] [(ExprStmt b)]) (Case [] default [])])"),
        ("switch a := b; a {}", "(Switch (Assign [a] := [b]) a [])"),
        ("switch a(); {}", "(Switch (ExprStmt (Call a [])) - [])"),
        ("switch { case a: fallthrough\ncase b: }", "(Switch - - [(Case [a] [(Branch fallthrough -)]) (Case [b] [])])"),
        ("switch a.(type) { case nil, *T: }", "(TypeSwitch - - a [(Case [nil (Star T)] [])])"),
        ("switch x := a.b.(type) { default: }", "(TypeSwitch - x (Selector a b) [(Case [] default [])])"),
        (
            "switch f(); x := a.(type) { case []T: x }",
            "(TypeSwitch (ExprStmt (Call f [])) x a [(Case [(SliceType T)] [(ExprStmt x)])])",
        ),
        ("select {}", "(Select [])"),
        (
            "select { case <-c: a; default: }",
            "(Select [(CommClause (ExprStmt (Unary <- c)) [(ExprStmt a)]) (CommClause - [])])",
        ),
        ("select { case c <- v: }", "(Select [(CommClause (Send c v) [])])"),
        ("select { case v, ok := <-c: }", "(Select [(CommClause (Assign [v ok] := [(Unary <- c)]) [])])"),
        ("select { case a[i] = <-c: }", "(Select [(CommClause (Assign [(Index a [i])] = [(Unary <- c)]) [])])"),
        ("var a, b int = 1, 2", "(DeclStmt [(ValueSpec [a b] int [1 2] 0)])"),
        (
            "const (\n\ta = iota\n\tb\n)",
            "(DeclStmt [(ValueSpec constant [a] - [iota] 0) (ValueSpec constant [b] - [iota] 1)])",
        ),
        ("type (A int; B = A)", "(DeclStmt [(TypeSpec A [] int) (TypeSpec B [] alias A)])"),
    ],
)
def test_a_statement_says_what_go_means_by_it(text: str, wanted: str) -> None:
    assert statements(text) == wanted


def test_an_if_before_a_block_keeps_its_own_braces() -> None:
    text = "if a == p.T {\n\tf()\n}\n\n// then }\n{\n\tg()\n}"
    assert statements(text) == (
        "(If - (Binary == a (Selector p T)) (Block [(ExprStmt (Call f []))]) -) (Block [(ExprStmt (Call g []))])"
    )


def test_a_brace_in_a_comment_separates_nothing() -> None:
    text = "_ = []T{\n\t{1}, // like {0}\n\t{2},\n}"
    assert (
        statements(text) == "(Assign [_] = [(CompositeLit (SliceType T) [(CompositeLit - [1]) (CompositeLit - [2])])])"
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('import "a/b"', "[(ImportSpec a/b)] [] [] []"),
        ('import (. "a"; _ `b`; c "c")', "[(ImportSpec . a) (ImportSpec _ b) (ImportSpec c c)] [] [] []"),
        ("var a = 1", "[] [(ValueSpec [a] - [1] 0)] [] []"),
        ("var (a int; b, c = f();)", "[] [(ValueSpec [a] int [] 0) (ValueSpec [b c] - [(Call f [])] 0)] [] []"),
        (
            "const (a T = iota; b; c, d = 1, 2; e, f;)",
            (
                "[] [(ValueSpec constant [a] T [iota] 0) (ValueSpec constant [b] T [iota] 1)"
                " (ValueSpec constant [c d] - [1 2] 2) (ValueSpec constant [e f] - [1 2] 3)] [] []"
            ),
        ),
        (
            "type T[K comparable, V ~int | p.T] int",
            "[] [] [(TypeSpec T [(Field [K] comparable) (Field [V] (Binary | (Unary ~ int) (Selector p T)))] int)] []",
        ),
        ("type A[T any] = B[T]", "[] [] [(TypeSpec A [(Field [T] any)] alias (Index B [T]))] []"),
        ("type T [N]int", "[] [] [(TypeSpec T [] (ArrayType N int))] []"),
        ("func f()", "[] [] [] [(FuncDecl f - [] (FuncType [] [] []) -)]"),
        (
            "func f[T any](T) T",
            "[] [] [] [(FuncDecl f - [] (FuncType [(Field [T] any)] [(Field [] T)] [(Field [] T)]) -)]",
        ),
        ("func (t *T) f()", "[] [] [] [(FuncDecl f (Field [t] (Star T)) [] (FuncType [] [] []) -)]"),
        ("func (T) f()", "[] [] [] [(FuncDecl f (Field [] T) [] (FuncType [] [] []) -)]"),
        (
            "func (t *T[K, _]) f()",
            "[] [] [] [(FuncDecl f (Field [t] (Star (Index T [K _]))) [K _] (FuncType [] [] []) -)]",
        ),
    ],
)
def test_a_declaration_says_what_go_means_by_it(text: str, wanted: str) -> None:
    tree = tree_of(f"package p; {text}")
    assert tree.errors == ()
    assert dump(tree.file) == f"(File p {wanted} [])"


def test_what_a_const_group_repeats_is_the_same_node() -> None:
    first, second = tree_of("package p\nconst (\n\ta T = f(iota)\n\tb\n)").file.values
    assert first.type is second.type
    assert first.values is second.values
    assert (first.iota, second.iota) == (0, 1)

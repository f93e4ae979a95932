from __future__ import annotations

import pytest
from golang import bodies, tree_of

from pubcheck.syntax import ast, dump, walk


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("new(42)", "(Call new [42])"),
        ('new("a")', '(Call new ["a"])'),
        ("new(a + b)", "(Call new [(Binary + a b)])"),
        ("new(f(x))", "(Call new [(Call f [x])])"),
        ("new( /* of */ -1)", "(Call new [(Unary - 1)])"),
        ("new([]int{1})", "(Call new [(CompositeLit (SliceType int) [1])])"),
        ("new(func() int { return 1 }())", None),
        ("new(new(1))", "(Call new [(Call new [1])])"),
        ("new(p.T{})", "(Call new [(CompositeLit (Selector p T) [])])"),
        ("new(<-c)", "(Call new [(Unary <- c)])"),
    ],
)
def test_new_takes_an_expression(call: str, wanted: str | None) -> None:
    tree = tree_of(f"package p\nvar (\n\ta = {call}\n\tb = new([]T)\n\tc = new(map[K]V)\n)\n")
    first, second, third = tree.file.values
    assert tree.errors == ()
    made = first.values[0]
    assert isinstance(made, ast.Call)
    assert dump(made.fun) == "new"
    assert wanted is None or dump(made) == wanted
    assert dump(second.values[0]) == "(Call new [(SliceType T)])"
    assert dump(third.values[0]) == "(Call new [(MapType K V)])"


@pytest.mark.parametrize("type_", ["func(int) string", "chan (int)", "p.T", "struct{ f func() }", "G[func(int)]"])
def test_new_takes_a_type(type_: str) -> None:
    tree = tree_of(f"package p\nvar a, b = new({type_}), renew(1)\n")
    assert tree.errors == ()
    made, plain = tree.file.values[0].values
    assert isinstance(made, ast.Call)
    wanted = tree_of(f"package p\nvar a {type_}\n").file.values[0].type
    assert wanted is not None
    assert dump(made.args[0]) == dump(wanted)
    assert dump(plain) == "(Call renew [1])"


def test_a_text_that_looks_like_a_call_is_left_alone() -> None:
    tree = tree_of('package p\nvar a, b = "new(1)", new(1) // new(2)\n')
    assert [dump(value) for value in tree.file.values[0].values] == ['"new(1)"', "(Call new [1])"]


def test_type_parameters_of_methods_are_kept() -> None:
    text = """package p

type R[T any] struct{}

func (r *R[T]) Map[U, V any, W interface{ M(U) }](f func(T) U) (u U, err error) {
	return f(new(1)), nil
}

func (R[T]) Plain() {}
"""
    tree = tree_of(text)
    method, plain = tree.file.functions
    assert tree.errors == ()
    assert not method.broken
    assert [name.name for field in method.type.type_params for name in field.names] == ["U", "V", "W"]
    assert [text[field.pos : field.end] for field in method.type.type_params] == ["U, V any", "W interface{ M(U) }"]
    assert [text[field.pos : field.end] for field in method.type.params] == ["f func(T) U"]
    assert text[method.pos :].startswith("func (r *R[T]) Map")
    assert plain.type.type_params == ()
    assert list(bodies(tree)) == ["Map", "Plain"]


@pytest.mark.parametrize(
    "data",
    [
        b"package p\nvar x int",
        b"package p\nfunc f() {}",
        b"package p\r\n\r\nvar (\r\n\tx = `a\r\nb`\r\n)\r\n\r\nfunc f() {\r\n\treturn\r\n}\r\n",
        b"\xef\xbb\xbfpackage p\nfunc f() {}\n",
        b'package p\nvar x = "\0" // \0\nfunc f() { new("\0") }\n',
    ],
)
def test_odd_bytes_are_no_errors(data: bytes) -> None:
    tree = tree_of(data)
    assert tree.errors == ()
    assert tree.file.package.name == "p"
    assert len(tree.file.values) + len(tree.file.functions) > 0


def test_bytes_that_are_no_utf_8_are_told_and_do_no_harm() -> None:
    tree = tree_of(b'package p\nvar x = "\xff\xfe" // \xff\nfunc f() {}\n')
    assert [(problem.span.start, problem.message) for problem in tree.errors] == [(19, "not UTF-8")]
    assert [name.name for value in tree.file.values for name in value.names] == ["x"]
    assert len(tree.file.functions) == 1


def test_every_node_lies_where_its_text_is(sample_text: bytes) -> None:
    tree = tree_of(sample_text)
    assert tree.errors == ()
    roots: list[ast.Node] = [tree.file, *filter(None, bodies(tree).values())]
    seen = set()
    for root in roots:
        for node in walk(root):
            seen.add(type(node))
            text = sample_text[node.pos : node.end].decode()
            if isinstance(node, ast.Ident):
                assert text == node.name
            elif isinstance(node, ast.BasicLit):
                assert text == node.value
            for inner in _repeated_excluded(node):
                assert node.pos <= inner.pos <= inner.end <= node.end
    kinds = {kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.Node)}
    abstract = {ast.Node, ast.Expr, ast.Stmt, ast.Spec, ast.Comment}
    assert kinds - seen - abstract == {ast.BadExpr, ast.BadStmt, ast.BadDecl}


def _repeated_excluded(node: ast.Node) -> list[ast.Node]:
    """What ``node`` holds, but for what a const spec repeats from above."""
    if isinstance(node, ast.ValueSpec):
        return list(node.names)
    parts = (getattr(node, name) for name in node.__struct_fields__)
    flat = [item for part in parts for item in (part if isinstance(part, tuple) else (part,))]
    return [item for item in flat if isinstance(item, ast.Node)]

from __future__ import annotations

import re
from pathlib import Path

import pytest
from golang import bodies, tree_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pubcheck.syntax import SyntaxTree, ast, compile_query, dump, walk

SAMPLE = Path(__file__).with_name("sample.go").read_bytes()
TOKENS = re.findall(rb"\w+|\s+|\"[^\"\n]*\"|.", SAMPLE)
ANY = compile_query("(call_expression function: (_) @f) @call")


def exercise(data: bytes) -> SyntaxTree:
    """Ask for everything that a tree can tell."""
    tree = tree_of(data)
    for root in [tree.file, *filter(None, bodies(tree).values())]:
        for node in walk(root):
            assert 0 <= node.pos <= node.end <= len(data)
        dump(root)
    for comment in tree.comments:
        assert tree.comments_by_place.doc(comment.pos) is not None
        tree.comments_by_place.trailing(comment.pos)
    for match in tree.query(ANY):
        (call,) = match.captures["call"]
        tree.expression_at(call.pos, call.end)
    for problem in tree.errors:
        assert 0 <= problem.span.start <= problem.span.end <= len(data)
    return tree


@given(st.binary())
@example(b"")
@example(b"\0")
@example(b"\xef\xbb\xbf")
@example(b"package")
@example(b"func (r R) M[T any")
@example(b"package p\nfunc f() { new( }")
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise(data: bytes) -> None:
    exercise(data)


@given(st.lists(st.sampled_from(TOKENS), max_size=60).map(b"".join))
@settings(max_examples=200, deadline=None)
def test_no_tokens_raise(data: bytes) -> None:
    exercise(b"package p\n" + data)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_mutation_of_go_raises(data: st.DataObject) -> None:
    tokens = list(TOKENS)
    places = st.integers(0, len(tokens) - 1)
    for _ in range(data.draw(st.integers(1, 5))):
        at, other = data.draw(places), data.draw(places)
        match data.draw(st.sampled_from(["drop", "swap", "truncate", "double"])):
            case "drop":
                tokens[at] = b""
            case "swap":
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case "truncate":
                del tokens[max(at, 2) :]
                break
            case "double":
                tokens[at] *= 2
    tree = exercise(b"".join(tokens))
    assert tree.file is not None


H = "package p\nfunc f() {\n\tx = "


@pytest.mark.parametrize(
    "text",
    [
        H + "(" * 100_000 + "\n}",
        H + "(" * 100_000 + "1" + ")" * 100_000 + "\n}\n",
        H + "1\n" + "{" * 100_000,
        H + "1\n" + "{" * 100_000 + "}" * 100_000 + "\n}\n",
        H + "!" * 100_000 + "y\n}\n",
        H + "*" * 100_000 + "y\n}\n",
        H + "1" + "+1" * 100_000 + "\n}\n",
        H + "1" + "+1-1" * 50_000 + "\n}\n",
        H + "a" + ".b" * 100_000 + "\n}\n",
        H + "f" + "()" * 50_000 + "\n}\n",
        H + "func(){" * 20_000 + "\n}",
        H + "1\nif x {}" + " else if x {}" * 20_000 + "\n}\n",
        H + "1\n" + "if x {\n" * 5_000 + "}\n" * 5_000 + "}\n",
        H + "1\n" + "L: " * 20_000 + "\n}\n",
        "package p\ntype T " + "chan " * 50_000 + "int\n",
        "package p\ntype T " + "chan <- " * 50_000 + "int\n",
        "package p\ntype T " + "[]" * 50_000 + "int\n",
        "package p\ntype T " + "struct{ a " * 5_000 + "int" + "}" * 5_000 + "\n",
        "package p\nvar x = T" + "{" * 20_000 + "}" * 20_000 + "\n",
        "package p\n" + "func (r R) M[T any]() { new(1) }\n" * 2_000,
        "package p\n" + "func f() {\n" * 5_000,
        "package p\nvar x = " + "new(" * 3_000,
    ],
    ids=lambda text: text.replace("package p\n", "").replace("func f() {\n\tx = ", "")[:12].replace("\n", " "),
)
def test_depth_is_bounded(text: str) -> None:
    tree = exercise(text.encode())
    assert tree.file.package.name == "p"


def test_too_deep_nesting_is_told_and_the_rest_kept() -> None:
    tree = tree_of(H + "(" * 1000 + "1" + ")" * 1000 + "\n}\n\nfunc g() { return }\n")
    found = {name: dump(body) for name, body in bodies(tree).items() if body is not None}
    assert "(BadExpr)" in found["f"]
    assert found["g"] == "(Block [(Return [])])"
    assert [problem.message for problem in tree.errors] == ["nested too deeply"]


def test_a_line_of_ten_megabytes() -> None:
    tree = tree_of(b'package p\nvar x = "' + b"a" * 10_000_000 + b'"\n')
    assert tree.errors == ()
    (value,) = tree.file.values
    assert value.end == 10_000_020


@pytest.mark.parametrize(
    ("broken", "wanted"),
    [
        ("x := \n\ty = 2", None),
        ("x.\n\tif y {\n\t}", None),
        ("a b c\n\ty = 2", "(Assign [y] = [2])"),
        ("if {\n\t}\n\ty = 2", "(Assign [y] = [2])"),
        ("f(,)\n\ty = 2", "(Assign [y] = [2])"),
    ],
)
def test_an_error_in_a_body_stays_there(broken: str, wanted: str | None) -> None:
    tree = tree_of(f"package p\n\nfunc before() {{}}\n\nfunc f() {{\n\t{broken}\n}}\n\nfunc after() {{ g() }}\n")
    assert [(decl.name.name, decl.broken) for decl in tree.file.functions] == [
        ("before", False),
        ("f", True),
        ("after", False),
    ]
    assert tree.errors
    assert tree.file.bad == ()
    found = {name: dump(body) for name, body in bodies(tree).items() if body is not None}
    assert found["after"] == "(Block [(ExprStmt (Call g []))])"
    assert wanted is None or wanted in found["f"]


def test_a_missing_brace_costs_no_other_declaration() -> None:
    text = """package p

func f() {
	if x {
		g()
}

type T struct{ a int }

func h() { g() }
"""
    tree = tree_of(text)
    assert [(decl.name.name, decl.broken) for decl in tree.file.functions] == [("f", True), ("h", False)]
    assert [spec.name.name for spec in tree.file.types] == ["T"]
    assert [problem.message for problem in tree.errors] == ["missing `}`"]
    body = tree.body(tree.file.functions[0])
    assert body is not None
    assert dump(body) == "(Block [(If - x (Block [(ExprStmt (Call g []))]) -)])"


def test_an_error_at_top_level_is_a_bad_declaration() -> None:
    tree = tree_of("package p\n\nfunc f() {}\n\nthis is no Go\n\nx := 1\n\nfunc g() {}\n")
    assert [decl.name.name for decl in tree.file.functions] == ["f", "g"]
    assert all(isinstance(bad, ast.BadDecl) for bad in tree.file.bad)
    assert {5, 7} == {tree.source.lines.line(bad.pos) for bad in tree.file.bad}
    assert len(tree.errors) >= 2


def test_an_empty_file_lacks_its_package_clause() -> None:
    tree = tree_of(b"")
    assert tree.file.package.name == ""
    assert [problem.message for problem in tree.errors] == ["missing package clause"]


@pytest.mark.parametrize(
    "text", [SAMPLE, SAMPLE + b"\nfunc more() { *new(1 + 2) = 3 }\n", SAMPLE + b"\nfunc less() {\n"]
)
def test_bodies_outlive_the_release_of_the_tree(text: bytes) -> None:
    tree = tree_of(text)
    before = {name: dump(body) for name, body in bodies(tree).items() if body is not None}
    tree.release()
    assert before == {name: dump(body) for name, body in bodies(tree).items() if body is not None}

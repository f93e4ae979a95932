from __future__ import annotations

import pytest

from pubcheck.source import SourceFile
from pubcheck.syntax import SyntaxTree, ast, parse
from pubcheck.syntax.outline import outline

PLAIN = b"""package p

import "sync"

type Cache struct{ mu sync.Mutex }

func (c *Cache) Get(key string) (value int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return 1, true
}

func short() { work() }

func wide(
	one int,
) int {
	return one
}

func none()
"""


def file(text: bytes, *, bodies: bool) -> SyntaxTree:
    return parse(SourceFile("a_test.go", text), bodies=bodies)


def declared(tree: SyntaxTree) -> list[tuple[str, int, int, tuple[int, int] | None]]:
    return [(each.name.name, each.pos, each.end, each.body_span) for each in tree.file.functions]


def test_an_outline_has_all_but_the_bodies() -> None:
    parts = [PLAIN[start:end] for start, end in outline(PLAIN)]
    assert parts[0].endswith(b"func (c *Cache) Get(key string) (value int, ok bool) {\n")
    assert parts[1].startswith(b"}\n\nfunc short() { work() }\n")
    assert not any(b"defer" in part for part in parts)
    assert b"".join(parts).count(b"}") == PLAIN.count(b"}")


RAW = b"package p\n\nfunc f() string {\n\treturn `\nfunc g() {\n}\n`\n}\n\nfunc h() {\n\tgo f()\n}\n"
"""The first brace in the first column isn't the end of ``f``."""
CODE = b"package p\n\nvar code = `\nfunc g() {\n\tx` + more + `\n}\n`\n\nfunc h() {\n\tgo f()\n}\n"
TOLD = b"package p\n\nfunc f() {\n\tg()\n} // the end\n\nfunc h() {\n\tgo f()\n}\n"
COMMENTED = b"package p\n\nfunc f() {\n\t/*\n}\n*/\n\tg()\n}\n\nfunc h() {\n\tgo f()\n}\n"


@pytest.mark.parametrize("text", [PLAIN, RAW, CODE, COMMENTED, TOLD, PLAIN.replace(b"\n", b"\r\n")])
def test_without_bodies_the_same_is_declared(text: bytes) -> None:
    whole, bare = file(text, bodies=True), file(text, bodies=False)
    assert declared(bare) == declared(whole)
    assert [spec.name.name for spec in bare.file.types] == [spec.name.name for spec in whole.file.types]
    for decl in bare.file.functions:
        known = whole.function_at(decl.pos)
        assert known is not None
        body, other = bare.body(decl), whole.body(known)
        assert (body is None) == (other is None)
        if body is not None and other is not None:
            assert [type(one) for one in body.statements] == [type(one) for one in other.statements]


def test_a_body_that_needs_a_repair_gets_it_when_it_is_asked_for() -> None:
    tree = file(b"package p\n\nfunc f() *int {\n\treturn new(1 + 2)\n}\n", bodies=False)
    body = tree.body(tree.file.functions[0])
    assert body is not None
    assert not tree.errors
    [statement] = body.statements
    assert isinstance(statement, ast.Return)
    assert isinstance(statement.results[0], ast.Call)


def test_what_is_wrong_with_a_body_is_known_once_it_was_asked_for() -> None:
    tree = file(b"package p\n\nfunc f() {\n\tx := := 1\n}\n\nfunc g() {\n\twork()\n}\n", bodies=False)
    assert not tree.errors
    f, g = tree.file.functions
    tree.body(g)
    assert not tree.errors
    tree.body(f)
    assert tree.errors


def test_a_declaration_that_is_wrong_is_known_at_once() -> None:
    assert file(b"package p\n\ntype T struct {\n\tx int int\n}\n\nfunc f() {\n\twork()\n}\n", bodies=False).errors

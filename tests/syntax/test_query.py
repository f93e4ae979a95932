from __future__ import annotations

import pytest
from golang import bodies, tree_of

from pubcheck.syntax import Match, Predicate, QueryError, ast, compile_query, walk

CALL = "(call_expression function: (selector_expression operand: (_) @x field: (_) @m)) @call"
TEXT = 'package p\n\nfunc f() {\n\ta.mu.Lock()\n\tb.Lock()\n\tb.Unlock()\n\tnew("é").Lock()\n}\n'


def found(query: str, name: str = "call") -> list[str]:
    return [captured.text for match in tree_of(TEXT).query(compile_query(query)) for captured in match.captures[name]]


@pytest.mark.parametrize(
    ("predicates", "wanted"),
    [
        ("", ["a.mu.Lock()", "b.Lock()", "b.Unlock()", 'new("é").Lock()']),
        ('(#eq? @m "Unlock")', ["b.Unlock()"]),
        ('(#not-eq? @m "Lock")', ["b.Unlock()"]),
        ("(#eq? @m @x)", []),
        ('(#match? @m "^Un")', ["b.Unlock()"]),
        ('(#not-match? @x "^[ab]")', ['new("é").Lock()']),
        ('(#any-of? @x "b" "c")', ["b.Lock()", "b.Unlock()"]),
        ('(#eq? @m "Lock") (#eq? @x "b")', ["b.Lock()"]),
        ('(#eq? @x "new(\\"é\\")")', ['new("é").Lock()']),
        ('(#type? @x "sync.Mutex")', []),
        ('(#not-type? @x "sync.Mutex")', []),
    ],
)
def test_predicates_filter(predicates: str, wanted: list[str]) -> None:
    assert found(f"({CALL} {predicates})") == wanted
    assert found(f"{CALL} {predicates}") == wanted


def test_a_repair_is_invisible_to_queries() -> None:
    query = '((call_expression function: (identifier) @f) @call (#eq? @f "new"))'
    assert found(query) == ['new("é")']


def test_each_pattern_has_its_own_predicates() -> None:
    query = f'({CALL} (#eq? @m "Unlock"))\n; not (#eq? @this "one")\n((identifier) @call (#eq? @call "a"))'
    assert found(query) == ["a", "b.Unlock()"]


def test_predicates_about_meaning_are_asked_of_the_caller() -> None:
    asked: list[tuple[Predicate, str]] = []

    def handler(predicate: Predicate, match: Match) -> bool:
        asked.append((predicate, match.captures["x"][0].text))
        return match.captures["x"][0].text == "b"

    tree = tree_of(TEXT)
    query = compile_query(f'({CALL} (#not-type? @x "sync.Mutex") (#eq? @m "Lock"))')
    calls = [match.captures["call"][0].text for match in tree.query(query, handler)]
    assert calls == ["a.mu.Lock()", 'new("é").Lock()']
    assert {predicate for predicate, _ in asked} == {Predicate("type", True, ("@x", "sync.Mutex"))}
    assert query.predicates == {"type", "eq"}


@pytest.mark.parametrize(
    ("query", "line", "column", "message"),
    [
        ("(foo)", 1, 2, "foo"),
        ("(identifier) @x\n  (foo)", 2, 4, "foo"),
        ('("é") (foo)', 1, 3, "node type"),
        ("(call_expression nofield: (_))", 1, 18, "nofield"),
        ("(identifier) @x (#nothing? @x)", 1, 17, "unknown predicate `#nothing?`"),
        ("(identifier) @x (#set! x y)", 1, 17, "unknown predicate"),
        ('(identifier) @x\n(#eq? @y "a")', 2, 1, "`@y` is captured nowhere"),
        ('(identifier) @x (#eq? @x "a"', 1, 17, "isn't closed"),
        ("(identifier) @x (#eq? @x)", 1, 17, "compare"),
        ('(identifier) @x (#eq? "x" @x)', 1, 17, "capture first"),
        ('(identifier) @x (#match? @x "(")', 1, 17, "regular expression"),
        ("((identifier) (identifier))", 1, 1, "root"),
        ("(identifier", 1, 12, ""),
        ("", 1, 1, "no pattern"),
        ('(#eq? @x "a")', 1, 1, "no pattern"),
    ],
)
def test_a_bad_query_says_where(query: str, line: int, column: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        compile_query(query)
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_query_is_compiled_once() -> None:
    assert compile_query(CALL) is compile_query(CALL)


def test_captures_lead_to_expressions() -> None:
    tree = tree_of(TEXT)
    body = bodies(tree)["f"]
    assert body is not None
    nodes = set(walk(body))
    for match in tree.query(compile_query(CALL)):
        (captured,) = match.captures["call"]
        node = tree.expression_at(captured.pos, captured.end, body)
        assert isinstance(node, ast.Call)
        assert node in nodes
        assert (node.pos, node.end) == (captured.pos, captured.end)
    assert tree.expression_at(0, 3) is None


def test_places_outside_of_bodies_lead_to_expressions() -> None:
    text = "package p\nvar x = a.b()\nfunc (r *R) f(c chan int) {}\n"
    tree = tree_of(text)
    at = text.index("a.b")
    assert isinstance(tree.expression_at(at, at + 3), ast.Selector)
    at = text.index("chan")
    assert isinstance(tree.expression_at(at, at + 8), ast.ChanType)
    assert tree.function_at(at) is tree.file.functions[0]
    assert tree.function_at(text.index("var")) is None


def test_queries_outlive_the_release_of_the_tree() -> None:
    tree = tree_of(TEXT)
    query = compile_query(CALL)
    spans = [function.body_span for function in tree.file.functions]
    before = [list(tree.query(query, within=span)) for span in spans]
    tree.release()
    assert [list(tree.query(query, within=span)) for span in spans] == before
    assert len(list(tree.query(query))) == 4


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ('(defer_statement "defer" (call_expression function: (_) @name)) (#eq? @name "f")', [{"defer"}, {"f"}]),
        ('(call_expression function: (_) @name) (#any-of? @name "f" "g")', [{"f", "g"}]),
        ('(call_expression function: (_) @name) (#not-eq? @name "f")', []),
        ('(block (statement_list [(go_statement "go") (defer_statement "defer")]))', []),
        ('(block (statement_list (go_statement "go")? (defer_statement "defer")))', [{"defer"}]),
        ('(binary_expression (call_expression) "+" [(identifier) (int_literal)] @x) (#eq? @x "y")', [{"+"}, {"y"}]),
    ],
)
def test_words_that_a_match_holds(pattern: str, words: list[set[str]]) -> None:
    shape, _, predicate = pattern.partition(" (#")
    query = compile_query(f"({shape} (#{predicate})" if predicate else shape)
    assert [set(each) for each in query.words[0]] == words

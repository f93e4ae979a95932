from __future__ import annotations

from golang import tree_of

TEXT = """// Package p.
package p

// not doc

// T is
// a type. "quoted /*"
type T struct {
	// mu guards a.
	mu sync.Mutex /* the lock */
	a  int        // guarded by mu
	b, c int `tag` // both

	d int
}

/* block
   comment */
func f(x int) { // opens
	s := "// not one" + `/* nor
	this // one */` + '"' // real
	g() /* first */ // second
}
"""


def texts(found: object) -> list[str]:
    assert isinstance(found, tuple)
    return [comment.text for comment in found]


def test_comments_are_found_and_nothing_else() -> None:
    tree = tree_of(TEXT)
    assert texts(tree.comments) == [
        "// Package p.",
        "// not doc",
        "// T is",
        '// a type. "quoted /*"',
        "// mu guards a.",
        "/* the lock */",
        "// guarded by mu",
        "// both",
        "/* block\n   comment */",
        "// opens",
        "// real",
        "/* first */",
        "// second",
    ]
    assert all(TEXT[comment.pos : comment.end] == comment.text for comment in tree.comments)


def test_doc_comments_touch_what_they_are_about() -> None:
    tree = tree_of(TEXT)
    place = tree.comments_by_place
    (spec,) = tree.file.types
    fields = spec.type.fields  # type: ignore[attr-defined]
    assert texts(place.doc(tree.file.package.pos)) == ["// Package p."]
    assert texts(place.doc(spec.pos)) == ["// T is", '// a type. "quoted /*"']
    assert texts(place.doc(fields[0].pos)) == ["// mu guards a."]
    assert texts(place.doc(fields[1].pos)) == []
    assert texts(place.doc(fields[3].pos)) == []
    assert texts(place.doc(tree.file.functions[0].pos)) == ["/* block\n   comment */"]


def test_trailing_comments_are_on_the_same_line() -> None:
    tree = tree_of(TEXT)
    place = tree.comments_by_place
    (spec,) = tree.file.types
    found = [place.trailing(field.end) for field in spec.type.fields]  # type: ignore[attr-defined]
    assert [comment and comment.text for comment in found] == ["/* the lock */", "// guarded by mu", "// both", None]
    (decl,) = tree.file.functions
    assert decl.body_span is not None
    opens = place.trailing(decl.body_span[0])
    assert opens is not None
    assert opens.text == "// opens"


def test_comments_on_a_line() -> None:
    tree = tree_of(TEXT)
    line = TEXT[: TEXT.index("/* first")].count("\n") + 1
    assert texts(tree.comments_by_place.on_line(line)) == ["/* first */", "// second"]
    assert texts(tree.comments_by_place.on_line(2)) == []


def test_a_carriage_return_is_no_part_of_a_comment() -> None:
    tree = tree_of(b"package p // a\r\n// b\r\n")
    assert texts(tree.comments) == ["// a", "// b"]

"""What moves a place, and what doesn't: bodies of functions are cut out, and everything else tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.source import Segments

FILE = b"""package p

import "fmt"

const text = `
func f() {
}
`

func f() {
	fmt.Println("}") // }
}

type T struct{ n int }

func (t *T) g(a interface{ m() }, b ...struct{}) (struct{ x int }, error) {
	if t.n > '{' {
		return struct{ x int }{1}, nil /* } */
	}
	return struct{ x int }{}, nil
}

func assembly(x int) int

var v = func() int {
	return 1
}()
"""


def declarations(data: bytes) -> bytes:
    return Segments(data).declarations


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'fmt.Println("}")', b'fmt.Println("}}", 1)'),
        (b"t.n > '{'", b"t.n > 1"),
        (b"/* } */", b"// and {\n"),
    ],
)
def test_edits_of_bodies_are_no_edits_of_declarations(old: bytes, new: bytes) -> None:
    assert declarations(FILE.replace(old, new)) == declarations(FILE) != b""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"const text = `\nfunc f() {\n}", b"const text = `\nfunc f() {\n\t1\n}"),
        (b"n int }", b"n int32 }"),
        (b"(struct{ x int }, error) {", b"(struct{ x int8 }, error) {"),
        (b"a interface{ m() }", b"a interface{ m(); k() }"),
        (b"func f() {", b"// guarded by mu\nfunc f() {"),
        (b"assembly(x int) int", b"assembly(x int) int8"),
        (b"return 1\n}()", b"return 2\n}()"),
        (b"func f() {\n", b"func f() {\n}\n\nfunc h() {\n"),
        (b"func f() {\n", b"func f() {\n}\nvar w int\nfunc h() {\n"),
    ],
)
def test_edits_of_anything_else_are(old: bytes, new: bytes) -> None:
    assert old in FILE
    assert declarations(FILE.replace(old, new, 1)) != declarations(FILE)


def test_places_outlive_edits_of_bodies_before_them() -> None:
    edited = FILE.replace(b"fmt.Println", b"\n\n\tfmt.Printf")
    before, after = Segments(FILE), Segments(edited)
    for word in (b"type T", b"t.n >", b"assembly", b"fmt", b"package", b"return 1"):
        assert after.absolute(before.relative(FILE.index(word))) == edited.index(word)


@given(
    st.lists(
        st.sampled_from(
            [b"func f() {", b"}", b"{", b"\n", b"`", b'"', b"//", b"/*", b"*/", b"'", b"x", b"(", b")", b"\0"]
        )
    )
)
def test_any_place_of_any_bytes_comes_back(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    segments = Segments(data)
    assert [segments.absolute(segments.relative(at)) for at in range(len(data) + 1)] == list(range(len(data) + 1))


def test_a_place_in_a_segment_that_is_no_more_is_at_the_end() -> None:
    assert Segments(b"package p\n").absolute(Segments(FILE).relative(len(FILE))) >= 0

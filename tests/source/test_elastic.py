from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pubcheck.source import Elastic
from pubcheck.source.elastic import LINE_ROOM, ROOM

TEXT = b"""package p

func one() int { return 1 }

type T struct{ n int }

func (t *T) two(x func()) {
\tif t.n > 0 {
\t\tx() // }
\t}
\t_ = `a
b`
}
"""


def test_room_is_before_the_brace_that_ends_a_body_and_where_lines_end_with_code() -> None:
    data = Elastic(TEXT).data
    assert data.replace(b" " * ROOM, b"").replace(b" " * LINE_ROOM, b"") == TEXT
    assert data.count(b" " * ROOM + b"}\n") == 2
    assert data.count(b" " * LINE_ROOM + b"\n") == 4
    assert data.count(b"\n") == TEXT.count(b"\n")


@given(st.integers(0, len(TEXT)))
def test_places_go_in_and_out(offset: int) -> None:
    elastic = Elastic(TEXT)
    assert elastic.outside(elastic.inside(offset)) == offset
    inside = elastic.inside(offset)
    assert elastic.data[inside : inside + 1] == TEXT[offset : offset + 1]


def test_an_edit_of_a_body_moves_nothing_behind_it() -> None:
    before = Elastic(TEXT)
    text = TEXT.replace(b"return 1", b"return 1 + 2 + 3")
    found = before.edited(text)
    assert found is not None
    after, pos = found
    assert after.text == text
    assert TEXT.index(b"{ return") == pos
    assert len(after.data) == len(before.data)
    assert after.data[after.data.index(b"type T") :] == before.data[before.data.index(b"type T") :]


def test_a_line_more_or_less_moves_no_other() -> None:
    before = Elastic(TEXT)
    text = TEXT.replace(b"\t}\n", b"\t}\n\ty(1)\n")
    found = before.edited(text)
    assert found is not None
    after, _ = found
    for piece in (b"if t.n", b"x() //", b"_ = `a", b"}\n"):
        assert after.inside(text.rindex(piece)) == before.inside(TEXT.rindex(piece))
    again = after.edited(TEXT)
    assert again is not None
    assert again[0].data == before.data


def test_what_differs_elsewhere_is_no_edit_of_a_body() -> None:
    elastic = Elastic(TEXT)
    assert elastic.edited(TEXT.replace(b"n int }", b"n int64 }")) is None
    assert elastic.edited(TEXT.replace(b"one()", b"uno()")) is None
    assert elastic.edited(TEXT.replace(b"return 1 }", b"return 1 }}")) is None
    assert elastic.edited(TEXT.replace(b"return 1", b"return 1 }\n\nfunc three() { return 2")) is None
    assert elastic.edited(TEXT.replace(b"return 1", b"return 2").replace(b"t.n > 0", b"t.n > 1")) is None


def test_more_than_there_is_room_for_is_none() -> None:
    elastic = Elastic(TEXT)
    assert elastic.edited(TEXT.replace(b"return 1", b"return 1 //" + b"x" * ROOM + b"\n")) is None
    found = elastic.edited(TEXT.replace(b"return 1", b"return " + b"1" * (ROOM - 10)))
    assert found is not None
    assert found[0].edited(TEXT.replace(b"return 1", b"return " + b"1" * (ROOM + 10))) is None


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from([b"x", b"\n", b"// c\n", b"{}", b"y()\n"])), max_size=8)
)
def test_edits_one_after_the_other_are_as_good_as_a_new_layout(edits: list[tuple[int, bytes]]) -> None:
    elastic = Elastic(TEXT)
    for at, text in edits:
        place = at % (len(elastic.text) + 1)
        found = elastic.edited(elastic.text[:place] + text + elastic.text[place:])
        if found is not None:
            elastic = found[0]
            assert [elastic.outside(elastic.inside(at)) for at in range(len(elastic.text))] == list(
                range(len(elastic.text))
            )
    again = Elastic(elastic.text)
    assert elastic.data.replace(b" ", b"") == again.data.replace(b" ", b"")

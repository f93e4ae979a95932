"""Offsets and the lines and columns they are shown as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.source import LineIndex, Position, SourceFile
from pubcheck.source.position import Encoding

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
texts = st.text(alphabet=st.sampled_from("ab\t\r\n é漢😀\u2028\x00"), max_size=80)


def test_columns_count_the_units_of_each_encoding() -> None:
    line = 'x := "é😀" // here\n'
    index = LineIndex(line.encode())
    offset = line.encode().index(b"// here")

    assert [index.position(offset, encoding).column for encoding in ENCODINGS] == [15, 12, 11]


def test_a_carriage_return_before_a_newline_is_no_part_of_the_line() -> None:
    index = LineIndex(b"a\r\nb\rc\r\n")

    assert [index.line_text(line) for line in (1, 2, 3)] == ["a", "b\rc", ""]
    assert index.line_count == 3


def test_invalid_bytes_have_columns_too() -> None:
    index = LineIndex(b"\xff\xfex\n")

    assert index.position(2, "utf-16") == Position(1, 3)
    assert index.line_text(1) == "��x"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_outside_the_text_clamp(encoding: Encoding) -> None:
    index = LineIndex(b"ab\ncd")

    assert index.offset(Position(1, 99), encoding) == 2
    assert index.offset(Position(99, 1), encoding) == 5
    assert index.offset(Position(0, 5), encoding) == 0
    assert index.position(99, encoding) == Position(2, 3)


@given(texts, st.data(), st.sampled_from(ENCODINGS))
def test_an_offset_survives_the_way_to_a_position_and_back(text: str, data: st.DataObject, encoding: Encoding) -> None:
    cut = data.draw(st.integers(0, len(text)))
    if text[cut - 1 : cut] == "\r" and text[cut : cut + 1] == "\n":
        cut -= 1  # a position cannot lie inside a line ending
    offset = len(text[:cut].encode())
    index = LineIndex(text.encode())

    assert index.offset(index.position(offset, encoding), encoding) == offset


@given(st.binary(max_size=60))
def test_lines_cover_any_bytes(data: bytes) -> None:
    index = LineIndex(data)
    ranges = [index.line_range(line) for line in range(1, index.line_count + 1)]

    assert index.line_count == data.count(b"\n") + 1
    assert all(0 <= start <= end <= len(data) for start, end in ranges)
    assert all(index.line(start) == line for line, (start, _) in enumerate(ranges, 1))


def test_a_file_gives_spans_and_text_of_itself() -> None:
    file = SourceFile("a/b.go", b"package b // \xff")

    span = file.span(8, 9)

    assert (span.path, file.text(span.start, span.end)) == ("a/b.go", "b")
    assert file.text(13, 14) == "�"

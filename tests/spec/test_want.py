from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.spec import SpecError
from pubcheck.spec.want import Expectation, Kind, expectations, marked


def test_expressions_are_go_strings() -> None:
    found = expectations('a\nx() // want "one \\\\. \\"q\\"" `two \\d`\n', "x.go")
    assert found == [
        Expectation(Kind.WANT, 2, 'one \\. "q"'),
        Expectation(Kind.WANT, 2, "two \\d"),
    ]


def test_readers_get_the_lines_and_not_the_expressions() -> None:
    assert marked('a\nx() // barrier // want "m"\ny() // known-fn: why\n') == ("a\nx() // barrier\ny()\n", (2,))


def test_a_want_may_follow_another_comment() -> None:
    assert expectations('x() // barrier // want "m"\n', "x.go") == [Expectation(Kind.WANT, 1, "m")]


def test_a_comment_may_follow_a_want() -> None:
    assert expectations('x() // want "m" // said before\n', "x.go") == [Expectation(Kind.WANT, 1, "m")]


def test_known_gaps_have_reasons() -> None:
    assert expectations("x() // known-fn: too far\ny() // known-fp: too near\n", "x.go") == [
        Expectation(Kind.KNOWN_MISS, 1, reason="too far"),
        Expectation(Kind.KNOWN_NOISE, 2, reason="too near"),
    ]


def test_prose_expects_nothing() -> None:
    assert expectations("// wanted: a job\n// the unknown-fn\nx := want\n", "x.go") == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x() // want more", '`want` needs a quoted regular expression: // want "..."'),
        ('x() // want "a" b', "`b` after the expressions of `want` is no quoted expression"),
        ("x() // want `(`", "`(` is no regular expression: missing ), unterminated subpattern at position 0"),
        ('x() // want "\\d"', "`\\d` is no escape of a Go string (use backquotes, or double the backslash)"),
        ("x() // known-fn:", "a known gap needs a reason: // known-fn: reason"),
    ],
)
def test_a_mistake_is_told_by_line(line: str, reason: str) -> None:
    with pytest.raises(SpecError) as raised:
        expectations(f"package p\n{line}\n", "rules/x.md", 40)
    assert str(raised.value) == f"rules/x.md:41: {reason}"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n`"), min_size=1))
def test_what_is_quoted_comes_out(text: str) -> None:
    pattern = re.escape(text)
    try:
        assert expectations(f"x() // want `{pattern}`", "x.go") == [Expectation(Kind.WANT, 1, pattern)]
    except SpecError:
        assert "\n" in pattern

from __future__ import annotations

import pytest
from verdict import verdicts

from pubcheck.spec.want import expectations


def _judge(code: str, *found: tuple[int, str]) -> list[tuple[int, str]]:
    return verdicts(expectations(code, "x.go"), found)


def test_silence_where_nothing_is_wanted() -> None:
    assert _judge("x := 1\n") == []


def test_a_wanted_finding() -> None:
    assert _judge('x() // want "rule: a.c"\n', (1, "rule: abc")) == []


def test_a_finding_that_is_wanted_twice_comes_twice() -> None:
    assert _judge('x() // want "a" "a"\n', (1, "r: a")) == [(1, "Missing: `a`")]
    assert _judge('x() // want "a" "a"\n', (1, "r: a"), (1, "r: ba")) == []


@pytest.mark.parametrize(
    ("code", "found", "sentence"),
    [
        ("x()\n", [(1, "r: m")], "Noisy: `r: m`"),
        ('x() // want "m"\n', [], "Missing: `m`"),
        ('x() // want "m"\n', [(1, "r: other")], "Wrong: wanted `m`, got `r: other`"),
        ("x() // known-fn: why\n", [(1, "r: m")], "Fixed: the known miss is found now, make it a want: `r: m`"),
        ("x() // known-fp: why\n", [], "Fixed: the known noise is gone, drop its mark (why)"),
    ],
)
def test_what_does_not_fit(code: str, found: list[tuple[int, str]], sentence: str) -> None:
    assert _judge(code, *found) == [(1, sentence)]


def test_a_finding_on_the_next_line_is_noise_and_a_miss() -> None:
    assert _judge('x() // want "m"\ny()\n', (2, "r: m")) == [(1, "Missing: `m`"), (2, "Noisy: `r: m`")]


def test_known_gaps_that_are_still_there() -> None:
    assert _judge("x() // known-fn: why\ny() // known-fp: why\n", (2, "r: m")) == []

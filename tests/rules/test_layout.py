"""Where fields lie, as far as their package can be known."""

from __future__ import annotations

import pytest
from facts import facts_of

from pubcheck.rules.misaligned_atomic import check

_BODY = """package m

import (
	"sync/atomic"

	"example.org/missing"
)

type T struct {{
	{fields}
}}

func (t *T) inc() {{ atomic.AddInt64(&t.n, 1) }}
"""


def _offsets(fields: str) -> list[str]:
    facts = facts_of(_BODY.format(fields=fields))
    return [finding.values["offset"] for finding in check(facts)]


@pytest.mark.parametrize(
    ("fields", "offsets"),
    [
        ("n int64\n\tunknown missing.Item", []),
        ("a bool\n\tn int64\n\tunknown missing.Item", ["4"]),
        ("client *missing.Client\n\tn int64", ["4"]),
        ("*missing.Client\n\tn int64", ["4"]),
        ("client (*missing.Client)\n\tn int64", ["4"]),
        ("queue []missing.Item\n\tn int64", ["12"]),
        ("index map[missing.Key]missing.Item\n\tn int64", ["4"]),
        ("call func(missing.Item)\n\tn int64", ["4"]),
        ("inner struct{ p *missing.Item }\n\tn int64", ["4"]),
        ("unknown missing.Item\n\tn int64", []),
        ("unknown [2]missing.Item\n\tn int64", []),
        ("none [0]missing.Item\n\tn int64", []),
    ],
)
def test_what_cannot_be_known_matters_only_before_the_word(fields: str, offsets: list[str]) -> None:
    assert _offsets(fields) == offsets


def test_a_field_is_told_where_its_struct_is_declared() -> None:
    home = facts_of(
        """package home
import "sync/atomic"
type Stats struct {
	On bool
	N  int64
}
func (s *Stats) Inc() { atomic.AddInt64(&s.N, 1) }
type Clean struct { N int64 }
func (c *Clean) Inc() { atomic.AddInt64(&c.N, 1) }
""",
        path="example.com/home",
    )
    user = facts_of(
        """package m
import "example.com/home"
type holder struct {
	on    bool
	clean home.Clean
}
func use(s *home.Stats, h *holder) {
	s.Inc()
	h.clean.Inc()
}
func sync() {}
""",
        imports={"example.com/home": home},
    )
    assert [finding.location for finding in check(home)] == ["Stats.N"]
    assert [finding.location for finding in check(user)] == ["holder.clean.N"]

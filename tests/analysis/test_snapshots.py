"""Values that were loaded atomically, and what is written through them."""

from __future__ import annotations

import pytest
from facts import check

_TYPES = """
import ("maps"; "slices"; "sort"; "sync/atomic")

type Config struct {
	n    int
	m    map[string]int
	list []int
	next *Config
	hits atomic.Int64
}

type S struct {
	cfg  atomic.Pointer[Config]
	any  atomic.Value
	tab  atomic.Pointer[map[string]int]
	list atomic.Pointer[[]int]
}
var _ = maps.Clone[map[string]int]
var _ = slices.Clone[[]int]
var _ = sort.Ints
"""

CASES = {
    "a field": """
func (s *S) f() {
	c := s.cfg.Load()
	c.n = 1 // snapshot: s.cfg
}
""",
    "Value": """
func (s *S) f() {
	c := s.any.Load().(*Config)
	c.n = 1 // snapshot: s.any
	if d, ok := s.any.Load().(map[string]int); ok {
		d["a"] = 1 // snapshot: s.any
	}
}
""",
    "a map behind a pointer": """
func (s *S) f() {
	t := s.tab.Load()
	(*t)["a"] = 1 // snapshot: s.tab
	delete(*t, "a") // snapshot: s.tab
}
""",
    "a slice": """
func (s *S) f() {
	l := *s.list.Load()
	sort.Ints(l) // snapshot: s.list
	slices.Sort(l) // snapshot: s.list
	l[0] = 1 // snapshot: s.list
	_ = append(l[:0], 1) // snapshot: s.list
}
""",
    "a getter": """
func (s *S) config() *Config { return s.cfg.Load() }
func (s *S) f() {
	s.config().n = 1 // snapshot: s.cfg
}
""",
    "a callee": """
func fill(c *Config) { c.n = 1 } // snapshot: -
func (s *S) f() {
	fill(s.cfg.Load()) // snapshot: s.cfg
}
""",
    "a shallow copy": """
func (s *S) f() {
	c := *s.cfg.Load()
	c.n = 1 // snapshot: -
	c.m["a"] = 1 // snapshot: s.cfg
	c.m = maps.Clone(c.m)
	c.m["a"] = 1 // snapshot: -
	c.list = append([]int(nil), c.list...)
	c.list[0] = 1 // snapshot: -
	c.next.n = 1 // snapshot: s.cfg
}
""",
    "a shallow copy behind a pointer": """
func (s *S) f() {
	old := s.cfg.Load()
	c := &Config{}
	*c = *old
	c.n = 1 // snapshot: -
	c.m["a"] = 1 // snapshot: s.cfg
}
""",
    "a clone": """
func (s *S) f() {
	m := maps.Clone(*s.tab.Load())
	m["a"] = 1 // snapshot: -
	l := slices.Clone(*s.list.Load())
	l[0] = 1 // snapshot: -
	k := append((*s.list.Load())[:1:1], 2)
	k[0] = 1 // snapshot: -
}
""",
    "another value": """
func (s *S) f() {
	c := s.cfg.Load()
	c = &Config{}
	c.n = 1 // snapshot: -
}
""",
    "only if there is none": """
func (s *S) f() {
	c := s.cfg.Load()
	if c == nil {
		c = &Config{}
		c.n = 1 // snapshot: -
	}
	c.n = 2 // snapshot: s.cfg
}
""",
    "numbers and flags are no snapshots": """
func (s *S) f(c *Config) {
	c.n = int(c.hits.Load()) // snapshot: -
}
""",
    "what was swapped out is the swapper's": """
func (s *S) f() {
	old := s.cfg.Swap(nil)
	old.n = 1 // snapshot: -
}
""",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_writes_through_a_snapshot(text: str) -> None:
    check(_TYPES + text)

"""Who has a channel alone, and who meets others at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_CALLS = """package m

import "sync"

type call struct{{ answer chan int }}

type Calls struct {{
	mu   sync.Mutex
	open map[string]*call
}}

func (c *Calls) Answer(key, other string, n int) {{
	c.mu.Lock()
	one, ok := c.open[key]
	{take}
	c.mu.Unlock()
	if ok {{
		one.answer <- n
	}}
}}

func (c *Calls) Close() {{
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, one := range c.open {{
		close(one.answer)
		delete(c.open, key)
	}}
}}
"""


@pytest.mark.parametrize(
    ("take", "found"),
    [
        ("delete(c.open, key)", False),
        ("if ok { delete(c.open, key) }", False),
        ("if n > 0 { delete(c.open, key) }", True),
        ("delete(c.open, other)", True),
        ("_ = other", True),
    ],
)
def test_who_takes_it_out_of_the_map_has_it_alone(tmp_path: Path, take: str, found: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_CALLS.format(take=take))
    report = check(["./..."], Config(select=("send-close-race",)), cwd=tmp_path)
    assert bool(report.diagnostics) is found

"""Two goroutines that take turns, of which one leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_TURNS = """package m

func turns(event func() (int, bool), do func(int)) {{
	events, actions := make(chan int), make(chan int)
	go func() {{
		for each := range actions {{
			do(each)
			next, ok := event()
			{leave}
		}}
	}}()
	go func() {{
		defer close(actions)
		next := 0
		for {{
			actions <- next
			event, ok := <-events
			if !ok {{
				return
			}}
			next = event
		}}
	}}()
}}
"""


@pytest.mark.parametrize(
    ("leave", "stuck"),
    [
        ("if !ok { close(events); return }; events <- next", False),
        ("if !ok { return }; events <- next", True),
        ("events <- next; if !ok { close(events); return }", True),
        ("if !ok { events <- next; close(events); return }; events <- next", True),
    ],
)
def test_who_leaves_tells_the_other_before_it_waits_again(tmp_path: Path, leave: str, stuck: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_TURNS.format(leave=leave))
    report = check(["./..."], Config(select=("goroutine-leak",)), cwd=tmp_path)
    assert bool(report.diagnostics) is stuck

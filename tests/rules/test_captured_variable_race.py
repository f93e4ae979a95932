"""Variables that are set once, before those who use them begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_RELAY = """package m

type peer struct{{ name string }}

func relay(read func() (*peer, error), answer func(*peer)) error {{
	var first *peer
	for {{
		who, err := read()
		if err != nil {{
			return err
		}}
		if {test} {{
			{begin}
		}} else if first.name != who.name {{
			continue
		}}
		{later}
	}}
}}
"""


@pytest.mark.parametrize(
    ("test", "begin", "later", "races"),
    [
        ("first == nil", "first = who; go func() { answer(first) }()", "", False),
        ("first == nil", "go func() { answer(first) }(); first = who", "", True),
        ("first == nil", "first = who; go func() { answer(first) }()", "first = nil", True),
        ("first == nil", "first = who; go func() { answer(first) }()", "first = who", True),
        ("first != who", "first = who; go func() { answer(first) }()", "", True),
    ],
)
def test_nobody_sets_it_again_where_only_nil_lets_it_be_set(
    tmp_path: Path, test: str, begin: str, later: str, races: bool
) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_RELAY.format(test=test, begin=begin, later=later))
    report = check(["./..."], Config(select=("captured-variable-race",)), cwd=tmp_path)
    assert bool(report.diagnostics) is races

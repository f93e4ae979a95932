"""How sure a second close is, by what decides on the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = """package m

func head(in <-chan int, n, most int) <-chan int {{
	out := make(chan int)
	go func() {{
		for each := range in {{
			n--
			out <- each
			if n == 0 {{
				close(out)
				break
			}}
		}}
		if {test} {{
			close(out)
		}}
	}}()
	return out
}}
"""


@pytest.mark.parametrize(("test", "confidence"), [("most > 0", Confidence.HIGH), ("n > 0", Confidence.LOW)])
def test_one_variable_may_decide_for_the_one_or_the_other(tmp_path: Path, test: str, confidence: Confidence) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_HEAD.format(test=test))
    report = check(["./..."], Config(select=("double-close",), min_confidence=Confidence.LOW), cwd=tmp_path)
    assert [diagnostic.confidence for diagnostic in report.diagnostics] == [confidence]


_SIGNAL = """package m

func run(stop bool, ready chan struct{{}}) {{
	if stop && ready != nil {{
		close(ready)
		{after}
	}}
	if ready != nil {{
		close(ready)
	}}
}}
"""


@pytest.mark.parametrize(("after", "found"), [("ready = nil", False), ("stop = false", True)])
def test_a_variable_is_nil_once_it_is_closed(tmp_path: Path, after: str, found: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_SIGNAL.format(after=after))
    report = check(["./..."], Config(select=("double-close",)), cwd=tmp_path)
    assert bool(report.diagnostics) is found

"""How sure a Once of one call is, by when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_SERVE = """package m

import "sync"

func serve(open, shut func()) {{
	var once sync.Once
	{do}
	open()
}}
"""


@pytest.mark.parametrize(
    ("do", "confidence"), [("once.Do(shut)", Confidence.HIGH), ("defer once.Do(shut)", Confidence.LOW)]
)
def test_what_is_deferred_is_the_call_s_own(tmp_path: Path, do: str, confidence: Confidence) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.24\n")
    (tmp_path / "m.go").write_text(_SERVE.format(do=do))
    report = check(["./..."], Config(select=("once-misuse",), min_confidence=Confidence.LOW), cwd=tmp_path)
    assert [each.confidence for each in report.diagnostics] == [confidence]

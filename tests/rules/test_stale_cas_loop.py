"""Loops that go on with the old value as long as another look doesn't tell that it is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_RING = """package m

import (
	"runtime"
	"sync/atomic"
)

type slot struct{{ turn uint64 }}

type ring struct {{
	slots []slot
	tail  uint64
}}

func (r *ring) put(wait bool) {{
	at := atomic.LoadUint64(&r.tail)
	for {{
		turn := atomic.LoadUint64(&r.slots[at%8].turn)
		if {free} {{
			if atomic.CompareAndSwapUint64(&r.tail, at, at+1) {{
				return
			}}
		}} else {{
			at = atomic.LoadUint64(&r.tail)
		}}
		runtime.Gosched()
	}}
}}
"""


@pytest.mark.parametrize(("free", "stale"), [("turn == at", False), ("wait", True), ("at < 9", True)])
def test_it_is_loaded_again_where_another_look_tells_that_it_is_stale(tmp_path: Path, free: str, stale: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    text = _RING.format(free=free)
    (tmp_path / "m.go").write_text(text if "turn" in free else text.replace("turn := ", "_ = "))
    report = check(["./..."], Config(select=("stale-cas-loop",)), cwd=tmp_path)
    assert bool(report.diagnostics) is stale

"""How sure an update in two steps is, by who is seen to make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_OPTIONS = """package m

import "sync/atomic"

type config struct{ depth int }

type Options struct{ conf atomic.Pointer[config] }

func (o *Options) SetDepth(n int) {
	next := *o.conf.Load()
	next.depth = n
	o.conf.Store(&next)
}

func (o *Options) Depth() int { return o.conf.Load().depth }
"""

_STARTED = """
func (o *Options) Watch(depths <-chan int) {
	go func() {
		for n := range depths {
			o.SetDepth(n)
		}
	}()
}
"""


@pytest.mark.parametrize(("more", "confidence"), [("", Confidence.LOW), (_STARTED, Confidence.HIGH)])
def test_a_setter_that_replaces_what_readers_see_needs_a_goroutine_that_calls_it(
    tmp_path: Path, more: str, confidence: Confidence
) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.24\n")
    (tmp_path / "m.go").write_text(_OPTIONS + more)
    report = check(["./..."], Config(select=("non-atomic-update",), min_confidence=Confidence.LOW), cwd=tmp_path)
    assert [each.confidence for each in report.diagnostics] == [confidence]

"""What is touched after the lock was given back, and what tells that nobody changes it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_QUEUE = """package m

import (
	"context"
	"sync"
)

type task struct {{
	err  error
	done chan struct{{}}
	ping chan struct{{}}
}}

type Queue struct {{
	mu   sync.Mutex
	open map[string]*task
}}

func (q *Queue) Finish(key string, err error) {{
	q.mu.Lock()
	defer q.mu.Unlock()
	if one, ok := q.open[key]; ok {{
		{tell}
		delete(q.open, key)
	}}
}}

func (q *Queue) Wait(ctx context.Context, key string) error {{
	q.mu.Lock()
	one := q.open[key]
	q.mu.Unlock()
	if one == nil {{
		return nil
	}}
	select {{
	case <-ctx.Done():
		{late}
	case <-one.done:
		return one.err
	}}
	return nil
}}
"""


@pytest.mark.parametrize(
    ("tell", "late", "found"),
    [
        ("one.err = err; close(one.done)", "", False),
        ("close(one.done); one.err = err", "", True),
        ("one.err = err; close(one.ping)", "", True),
        ("one.err = err; one.done <- struct{}{}", "", True),
        ("one.err = err; close(one.done)", "return one.err", True),
    ],
)
def test_nobody_writes_any_more_once_the_object_tells_that_it_is_done(
    tmp_path: Path, tell: str, late: str, found: bool
) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_QUEUE.format(tell=tell, late=late))
    report = check(["./..."], Config(select=("guarded-value-escapes",)), cwd=tmp_path)
    assert bool(report.diagnostics) is found

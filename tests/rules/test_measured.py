"""Functions that are given to a library of measurements run when somebody collects what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = """
package x

import (
	"sync"

	"{package}"
)

type Queue struct {{
	mu    sync.Mutex
	items []int
}}

func NewQueue() *Queue {{
	q := &Queue{{}}
	{gauge}, func() float64 {{
		return float64(len(q.items))
	}})
	return q
}}

func (q *Queue) Push(item int) {{
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, item)
}}

func (q *Queue) Pop() int {{
	q.mu.Lock()
	defer q.mu.Unlock()
	item := q.items[0]
	q.items = q.items[1:]
	return item
}}
"""


def _found(code: str, folder: Path) -> list[tuple[str, str]]:
    (folder / "go.mod").write_text("module example.com/x\n\ngo 1.22\n")
    (folder / "x.go").write_text(code)
    report = check(["./..."], Config(select=("default",)), cwd=folder)
    assert report.problems == ()
    return [(one.rule, one.symbol) for one in report.diagnostics]


@pytest.mark.parametrize(
    ("package", "gauge"),
    [
        ("github.com/prometheus/client_golang/prometheus", 'prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "n"}'),
        ("github.com/VictoriaMetrics/metrics", 'metrics.GetOrCreateGauge("n"'),
    ],
)
def test_a_gauge_reads_what_others_change_under_a_lock(package: str, gauge: str, tmp_path: Path) -> None:
    code = QUEUE.format(package=package, gauge=gauge)
    assert _found(code, tmp_path) == [("inconsistent-guard", "NewQueue.func1")]
    locked = code.replace(
        "		return float64", "		q.mu.Lock()\n		defer q.mu.Unlock()\n		return float64"
    )
    assert _found(locked, tmp_path) == []

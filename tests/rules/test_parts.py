"""Goroutines that each have a part of one object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_WRITER = """package m

import "golang.org/x/sync/errgroup"

type table struct {{
	rows  []string
	total int
}}

type Writer struct {{ names, towns table }}

func (t *table) put(row string) {{ t.rows = append(t.rows, row) }}

func (t *table) finish() error {{
	t.total += len(t.rows)
	return nil
}}

func (w *Writer) Write(names, towns []string) error {{
	g := new(errgroup.Group)
	g.Go(func() error {{
		for _, name := range names {{
			w.names.put(name)
		}}
		return w.names.finish()
	}})
	g.Go(func() error {{
		for _, town := range towns {{
			{put}
		}}
		return {finish}
	}})
	return g.Wait()
}}
"""


@pytest.mark.parametrize(
    ("put", "finish", "found"),
    [
        ("w.towns.put(town)", "w.towns.finish()", False),
        ("w.names.put(town)", "w.towns.finish()", True),
        ("w.towns.put(town)", "w.names.finish()", True),
        ("w.names.rows = append(w.names.rows, town)", "nil", True),
    ],
)
def test_who_has_another_part_is_not_met(tmp_path: Path, put: str, finish: str, found: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_WRITER.format(put=put, finish=finish))
    report = check(["./..."], Config(select=("slice-append-race", "unsynchronised-flag")), cwd=tmp_path)
    assert bool(report.diagnostics) is found

"""What one goroutine alone writes once it runs, it may read without the lock that it takes for others' sake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_INPUT = """package m

import "sync"

type reader struct{{ at int }}

type Input struct {{
	mu      sync.Mutex
	data    chan int
	readers []*reader
}}

func Open(names []string) (i *Input) {{
	i = &Input{{data: make(chan int)}}
	{begin}
	return
}}

func (i *Input) fill(names []string) {{
	i.mu.Lock()
	defer i.mu.Unlock()
	i.readers = nil
	for at := range names {{
		i.readers = append(i.readers, &reader{{at}})
	}}
}}

func (i *Input) emit(names []string) {{
	for len(names) > 0 {{
		i.fill(names)
		for _, one := range i.readers {{
			i.data <- one.at
		}}
	}}
}}

{more}

func (i *Input) Len() int {{
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.readers)
}}
"""


@pytest.mark.parametrize(
    ("begin", "more", "found"),
    [
        ("i.fill(names); go i.emit(names)", "", False),
        ("go i.emit(names); i.fill(names)", "", True),
        ("go i.emit(names)", "func (i *Input) Reset() { i.fill(nil) }", True),
        ("for range 2 { go i.emit(names) }", "", True),
    ],
)
def test_who_alone_writes_it_may_read_it_as_it_likes(tmp_path: Path, begin: str, more: str, found: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_INPUT.format(begin=begin, more=more))
    report = check(["./..."], Config(select=("default",)), cwd=tmp_path)
    assert bool(report.diagnostics) is found

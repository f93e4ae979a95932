"""Goroutines that are sent for, by others than those that start them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_STORE = """package m

type writer struct{{ rows int }}

type Store struct {{
	queue chan int
	out   *writer
}}

func New() *Store {{
	s := &Store{{queue: make(chan int)}}
	go s.loop()
	{begin}
	s.out = &writer{{}}
	return s
}}

func (s *Store) Put(n int) {{ s.queue <- n }}

func (s *Store) Flush() {{ s.cut(0) }}

func (s *Store) loop() {{
	{first}
	for n := range s.queue {{
		s.cut(n)
	}}
}}

func (s *Store) cut(n int) {{
	s.out.rows += n
}}
"""


@pytest.mark.parametrize(("begin", "first", "found"), [("", "", False), ("", "s.cut(0)", True)])
def test_it_gets_there_only_when_it_is_sent_for(tmp_path: Path, begin: str, first: str, found: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_STORE.format(begin=begin, first=first))
    report = check(["./..."], Config(select=("publish-before-init",)), cwd=tmp_path)
    assert bool(report.diagnostics) is found

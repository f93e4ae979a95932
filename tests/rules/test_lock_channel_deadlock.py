"""Groups of those who had the lock before they were counted, and of those who need it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_STORE = """package m

import "sync"

type Store struct {{
	mu    sync.RWMutex
	users sync.WaitGroup
	rows  []int
}}

func (s *Store) Replace(rows []int) {{
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users.Wait()
	s.rows = rows
}}

{read}
"""

_COUNTS_ITSELF = """
func (s *Store) Read(f func([]int)) {
	s.mu.RLock()
	rows := s.rows
	s.users.Add(1)
	s.mu.RUnlock()
	defer func() {
		s.users.Done()
	}()
	f(rows)
}
"""

_IS_COUNTED = """
func (s *Store) Start(f func([]int)) {
	s.users.Add(1)
	go func() {
		defer func() {
			s.users.Done()
		}()
		s.mu.RLock()
		rows := s.rows
		s.mu.RUnlock()
		f(rows)
	}()
}
"""


@pytest.mark.parametrize(("read", "found"), [(_COUNTS_ITSELF, False), (_IS_COUNTED, True)])
def test_who_counts_itself_has_had_the_lock(tmp_path: Path, read: str, found: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_STORE.format(read=read))
    report = check(["./..."], Config(select=("lock-channel-deadlock",)), cwd=tmp_path)
    assert bool(report.diagnostics) is found

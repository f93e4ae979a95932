"""Who has to take part in a deadlock, by how the two locks are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_STORE = """package store

import "sync"

type Store struct {
	files sync.RWMutex
	index sync.RWMutex
	n     int
}

func (s *Store) Read() int {
	s.files.RLock()
	defer s.files.RUnlock()
	s.index.RLock()
	defer s.index.RUnlock()
	return s.n
}

func (s *Store) Write(n int) {
	s.index.Lock()
	defer s.index.Unlock()
	s.files.FILES()
	defer s.files.UNFILES()
	s.n = n
}
"""


@pytest.mark.parametrize(
    ("take", "give", "third"),
    [("Lock", "Unlock", ""), ("RLock", "RUnlock", ", once a third waits to write `Store.files`")],
)
def test_a_lock_that_both_take_for_reading_stops_them_when_a_writer_waits(
    tmp_path: Path, take: str, give: str, third: str
) -> None:
    (tmp_path / "store.go").write_text(_STORE.replace("UNFILES", give).replace("FILES", take))
    report = check(["./..."], Config(select=("lock-order-inversion",)), cwd=tmp_path)
    ((because,),) = (one.because for one in report.diagnostics)
    assert because == (
        "two goroutines, in `(*Store).Write` and `(*Store).Read`, each with one of the locks, "
        f"wait for each other for ever{third}"
    )

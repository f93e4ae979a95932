"""What is given out with the lock, and what without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_KEEPER = """package m

import "sync"

type Job struct{{ State int }}

type Keeper struct {{
	mu  sync.Mutex
	job *Job
}}

func New() *Keeper {{ return &Keeper{{job: &Job{{}}}} }}

func (k *Keeper) Step() {{
	k.mu.Lock()
	defer k.mu.Unlock()
	k.job.State++
}}

func (k *Keeper) Current() (*Job, func()) {{
	k.mu.Lock()
	{give}
}}
"""


@pytest.mark.parametrize(
    ("give", "found"),
    [
        ("return k.job, k.mu.Unlock", False),
        ("return k.job, func() { k.mu.Unlock() }", False),
        ("defer k.mu.Unlock(); return k.job, func() {}", True),
    ],
)
def test_who_gets_the_lock_with_the_object_may_use_it(tmp_path: Path, give: str, found: bool) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_KEEPER.format(give=give))
    report = check(["./..."], Config(select=("returns-guarded-state",)), cwd=tmp_path)
    assert bool(report.diagnostics) is found

"""How sure findings about guarded state are, by what stands beside the access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_REGISTRY = """package m

import "sync"

type registry struct {{
	mu     sync.Mutex
	tenant *string
}}

func (r *registry) replace(t *string) {{
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tenant = t
}}

func (r *registry) current() *string {{
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tenant
}}

func (r *registry) forget() {{
	r.mu.Lock()
	{under}
	name := r.tenant
	r.mu.Unlock()
	{outside}
	if name != nil {{
		r.tenant = nil
	}}
}}
"""


@pytest.mark.parametrize(
    ("under", "outside", "confidence"),
    [
        ("// it goes", "// nobody has it any more", Confidence.MEDIUM),
        ("// lock others out", "// nobody has it any more", Confidence.MEDIUM),
        ("// it goes", "// only one goroutine gets here", Confidence.LOW),
    ],
)
def test_a_comment_about_locking_speaks_of_what_is_below_it_up_to_the_unlock(
    tmp_path: Path, under: str, outside: str, confidence: Confidence
) -> None:
    (tmp_path / "go.mod").write_text("module example.org/m\n\ngo 1.22\n")
    (tmp_path / "m.go").write_text(_REGISTRY.format(under=under, outside=outside))
    report = check(["./..."], Config(select=("inconsistent-guard",), min_confidence=Confidence.LOW), cwd=tmp_path)
    assert [diagnostic.confidence for diagnostic in report.diagnostics] == [confidence]

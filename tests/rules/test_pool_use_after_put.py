"""What helpers of other packages do to what they are given: their names say whether they put it back in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_HELPERS = """package scratch

import "sync"

type Page struct {
	users int
	Data  [512]byte
}

var pages = sync.Pool{New: func() any { return new(Page) }}

func Get() *Page { return pages.Get().(*Page) }

func Put(p *Page) { pages.Put(p) }

func Release(p *Page) {
	if p.users--; p.users == 0 {
		pages.Put(p)
	}
}

func Putter(p *Page) *Page { return p }
"""

_USER = """package m

import (
	"sync"

	"example.com/m/scratch"
)

var mu sync.Mutex

func first() byte {{
	p := scratch.Get()
	{call}
	return p.Data[0]
}}
"""


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("scratch.Put(p)", ["`p` is used after it was put back into the pool"]),
        ("scratch.Release(p)", []),
        ("scratch.Putter(p)", []),
    ],
)
def test_helpers_of_other_packages(tmp_path: Path, call: str, found: list[str]) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (tmp_path / "scratch" / "scratch.go").write_text(_HELPERS)
    (tmp_path / "m.go").write_text(_USER.format(call=call))

    report = check(["./..."], Config(select=("pool-use-after-put",)), cwd=tmp_path)

    assert report.problems == ()
    assert [each.message for each in report.diagnostics] == found

"""Assertions in goroutines that are given something else than the test: its FailNow may well panic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_ASSERTS = """package m

import (
	"testing"

	"example.com/testutil"
	"github.com/stretchr/testify/require"
)

type panics struct{}

func (panics) Errorf(string, ...any) {}
func (panics) FailNow()              { panic("failed") }

type wraps struct{ *testing.T }

func TestAsserts(t *testing.T) {
	outer := testutil.PanicT{}
	made := testutil.NewPanicT(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		inner := panics{}
		require.NoError(TESTER, run())
	}()
	<-done
	_, _, _ = outer, made, inner
}

var inner panics

func run() error { return nil }
"""


@pytest.mark.parametrize("tester", ["panics{}", "&panics{}", "inner", "testutil.PanicT{}", "outer", "made"])
def test_a_tester_of_its_own_is_left_alone(tester: str, tmp_path: Path) -> None:
    assert _rules(tester, tmp_path) == []


@pytest.mark.parametrize("tester", ["t", "wraps{t}", "wraps{T: t}"])
def test_the_test_itself_is_told(tester: str, tmp_path: Path) -> None:
    assert _rules(tester, tmp_path) == ["testing-goroutine"]


def _rules(tester: str, tmp_path: Path) -> list[str]:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.24\n")
    (tmp_path / "m_test.go").write_text(_ASSERTS.replace("TESTER", tester))
    return [one.rule for one in check(["./..."], Config(), cwd=tmp_path).diagnostics]


def test_what_makes_assertions_of_the_test_is_no_stand_in(tmp_path: Path) -> None:
    asserts = _ASSERTS.replace("require.NoError(TESTER, run())", "require.NoError(run())")
    asserts = asserts.replace("outer :=", "require := require.New(t)\n\touter :=")
    (tmp_path / "m_test.go").write_text(asserts)
    assert [one.rule for one in check(["./..."], Config(), cwd=tmp_path).diagnostics] == ["testing-goroutine"]

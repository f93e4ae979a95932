"""How sure a second lock is, by the calls that lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_SESSION = """package m

import "sync"

type Session struct {
	mu    sync.Mutex
	token string
}

func (s *Session) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == "" {
		s.token = s.ask(map[string]string{"token": "*"})
	}
	return s.token
}

func (s *Session) ask(what map[string]string) string {
	token, given := what["token"]
	if !given {
		token = s.TARGET()
	}
	return token + "!"
}

func (s *Session) Reset() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = ""
	return s.token
}
"""

_TREE = """package m

import "sync"

type Tree struct {
	mu       sync.RWMutex
	values   map[string]int
	children map[string][]string
}

func (t *Tree) Set(key string, value int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.values[key] = value
}

func (t *Tree) Sum(key string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	sum := t.values[key]
	for _, c := range t.children[key] {
		sum += t.Sum(c)
	}
	return sum
}
"""


@pytest.mark.parametrize(("target", "confidence"), [("Token", Confidence.LOW), ("Reset", Confidence.HIGH)])
def test_a_way_back_to_the_function_itself_is_mostly_barred(
    tmp_path: Path, target: str, confidence: Confidence
) -> None:
    (tmp_path / "session.go").write_text(_SESSION.replace("TARGET", target))
    report = check(["./..."], Config(select=("double-lock",), min_confidence=Confidence.LOW), cwd=tmp_path)
    assert [each.confidence for each in report.diagnostics] == [confidence]


def test_between_readers_nothing_bars_it(tmp_path: Path) -> None:
    (tmp_path / "tree.go").write_text(_TREE)
    report = check(["./..."], Config(), cwd=tmp_path)
    assert [(each.rule, each.span.start) for each in report.diagnostics] == [("double-lock", _TREE.index("t.Sum(c)"))]


_BATCH = """package m

import "sync"

type Server struct {
	mu   sync.Mutex
	rows int
}

func (s *Server) Follow(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.command(name)
}

func (s *Server) command(name string) {
	switch name {
	case "batch":
		s.batch()
	case "row":
		s.rows++
	}
}

func (s *Server) batch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.TARGET("row")
}

func (s *Server) add(string) { s.rows++ }
"""


@pytest.mark.parametrize(("target", "confidence"), [("command", Confidence.LOW), ("add", Confidence.HIGH)])
def test_who_locks_again_knows_what_is_barred(tmp_path: Path, target: str, confidence: Confidence) -> None:
    (tmp_path / "server.go").write_text(_BATCH.replace("TARGET", target))
    report = check(["./..."], Config(select=("double-lock",), min_confidence=Confidence.LOW), cwd=tmp_path)
    assert {each.symbol: each.confidence for each in report.diagnostics}["(*Server).Follow"] == confidence

"""Which findings about handlers are shown by default: a server must be seen to call them as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

SERVER = """package m

import "net/http"

type Server struct{ names []string }

func (s *Server) add(w http.ResponseWriter, r *http.Request) {
	s.names = append(s.names, r.FormValue("name"))
}

type registry interface {
	Register(path string, handler http.HandlerFunc)
}
"""
REGISTERED = """
func New() http.Handler {
	s := &Server{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /names", s.add)
	return mux
}
"""
WRAPPED = """
func New(all registry) {
	s := &Server{}
	all.Register("/names", s.add)
}
"""
SERVES = """
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.add(w, r)
}
"""


def _found(text: str, folder: Path, module: str = "m") -> list[Confidence]:
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text(f"module {module}\n\ngo 1.24\n")
    (folder / "a.go").write_text(text)
    config = Config(select=("handler-state-race",), min_confidence=Confidence.LOW)
    return [one.confidence for one in check(["./..."], config, cwd=folder).diagnostics]


def test_what_a_server_calls_itself_is_told_by_default(tmp_path: Path) -> None:
    assert _found(SERVER + REGISTERED, tmp_path / "mux") == [Confidence.HIGH]
    assert _found(SERVER + SERVES, tmp_path / "method") == [Confidence.HIGH]


def test_a_registry_of_others_may_hold_a_lock_around_its_handlers(tmp_path: Path) -> None:
    assert _found(SERVER + WRAPPED, tmp_path) == [Confidence.LOW]


def test_a_server_for_tests_has_one_request_at_a_time(tmp_path: Path) -> None:
    assert _found(SERVER + REGISTERED, tmp_path, "example.com/posttest") == [Confidence.LOW]

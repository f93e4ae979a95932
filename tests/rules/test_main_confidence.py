"""What ``main`` does itself where a library doesn't start the program: not beside the goroutine that it else starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """package main

import (
	"flag"
	"os"
)

var address = flag.String("address", "", "where to serve")

type program struct{}

func (p *program) Start() error {
	go serve()
	return nil
}

func serve() {
	if *address == "" {
		*address = os.Getenv("ADDRESS")
	}
	println(*address)
}
"""
LEFT_TO_A_LIBRARY = """
type runner interface{ Run() error }

func service(p *program) (runner, error) { return nil, os.ErrNotExist }

func main() {
	flag.Parse()
	if *address == "help" {
		flag.Usage()
	}
	s, err := service(&program{})
	if err != nil {
		serve()
		return
	}
	_ = s.Run()
}
"""


def test_what_main_does_itself_where_nobody_else_does_is_a_hint(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (tmp_path / "main.go").write_text(PROGRAM + LEFT_TO_A_LIBRARY)
    config = Config(select=("lazy-init-race", "global-write-race"), min_confidence=Confidence.LOW)
    found = check(["."], config, cwd=tmp_path).diagnostics
    assert {each.confidence for each in found} == {Confidence.LOW}

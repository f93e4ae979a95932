from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pubcheck.model import stdlib
from pubcheck.source import SourceFile
from pubcheck.syntax import parse

ROOT = Path(__file__).parents[2]


def declared(path: str) -> set[str]:
    source = stdlib.stub_source(path)
    assert source is not None
    file = parse(SourceFile(path, source)).file
    values = {name.name for spec in file.values for name in spec.names}
    return values | {spec.name.name for spec in file.types} | {decl.name.name for decl in file.functions}


def test_paths_are_sorted_and_each_has_a_stub() -> None:
    paths = stdlib.paths()
    assert list(paths) == sorted(paths)
    assert {"sync", "sync/atomic", "net/http", "internal/sync", "vendor/golang.org/x/net/http/httpguts"} <= set(paths)
    for path in paths:
        assert (stdlib.stub_source(path) or b"").startswith(b"package "), path


@pytest.mark.parametrize("path", ["example.com/x", "sync/", "", "cmd/go", "builtin"])
def test_what_is_not_in_the_table_has_no_stub(path: str) -> None:
    assert stdlib.stub_source(path) is None


def test_every_stub_is_go_that_our_own_parser_reads() -> None:
    for path in stdlib.paths():
        tree = parse(SourceFile(path, stdlib.stub_source(path) or b""))
        assert (path, tree.errors, tree.file.bad) == (path, (), ())


def test_exported_names_are_declared_and_the_unexported_types_that_they_need() -> None:
    names = declared("sync")
    assert {"Mutex", "Lock", "WaitGroup", "Go", "OnceValue", "noCopy"} <= names
    assert "runtime_Semacquire" not in names


def test_packages_beside_the_standard_library_are_known_where_their_source_is_not_at_hand() -> None:
    assert {"Group", "WithContext", "Go", "Wait"} <= declared("golang.org/x/sync/errgroup")
    assert {"Do", "DoChan"} <= declared("golang.org/x/sync/singleflight")


def test_fields_are_complete() -> None:
    source = stdlib.stub_source("sync") or b""
    assert b"type WaitGroup struct{noCopy noCopy; state atomic.Uint64; sema uint32}" in source


@pytest.mark.go
def test_the_table_is_what_the_generator_writes(go_env: dict[str, str]) -> None:
    command = [sys.executable, str(ROOT / "scripts/stdlib_table/generate.py"), "--check"]
    done = subprocess.run(command, env=go_env, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")

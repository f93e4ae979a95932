"""Whatever is there instead of Go: a clear message, the rest analysed, and never a traceback."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

BAD_FILES = {
    "empty": b"",
    "invalid-utf8": b'package m\n\nvar x = "\xff\xfe" // \x80\n',
    "binary": bytes(range(256)) * 64,
    "byte-order-mark": b"\xef\xbb\xbfpackage m\n",
    "utf-16": "package m\n".encode("utf-16"),
    "no-package": b"func f() {}\n",
    "one-long-line": b'package m\n\nvar s = "' + b"x" * 10_000_000 + b'"\n',
    "one-long-line-of-code": b"package m\n\nvar s = []int{" + b"1," * 20_000 + b"}\n",
    "deep-parentheses": b"package m\n\nvar x = " + b"(" * 100_000 + b"1" + b")" * 100_000 + b"\n",
    "deep-in-a-body": b"package m\n\nfunc f() int { return " + b"(" * 100_000 + b"1" + b")" * 100_000 + b" }\n",
    "deep-blocks": b"package m\n\nfunc f() " + b"{" * 20_000 + b"}" * 20_000 + b"\n",
    "deep-types": b"package m\n\nvar x " + b"*" * 50_000 + b"int\n",
    "deep-calls": b"package m\n\nfunc f() { " + b"g(" * 20_000 + b")" * 20_000 + b" }\n",
    "open-comment": b"package m\n\n/* never closed\nvar x int\n",
    "open-string": b"package m\n\nvar x = `never closed\n",
    "declared-twice": b"package m\n\nfunc Add() {}\nfunc Add() {}\ntype T int\ntype T string\nvar T = 1\n",
    "recursive-types": b"package m\n\ntype A B\ntype B A\ntype C struct{ C }\ntype D [len(D{})]int\n",
    "broken-everywhere": b"package m\n\nfunc f( { if for := <- go defer ]] }\nvar = 3\ntype struct\n",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_leaves_the_others(shell: Shell, reset: str, name: str) -> None:
    shell.write("counter.go", reset)
    shell.write("bad.go", BAD_FILES[name])
    shell.write("apart/counter.go", reset)
    outcome = shell.run()
    assert outcome.code == 1, outcome.err
    assert "apart/counter.go:11:2: " in outcome.out
    assert "\ncounter.go:11:2: " in f"\n{outcome.out}"
    assert "Traceback" not in outcome.err


def test_two_packages_in_one_folder(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("other.go", "package other\n")
    outcome = shell.run()
    assert "counter.go:11:2: " in outcome.out
    assert "other" in outcome.err


def test_a_folder_that_is_called_like_a_file(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("x.go/inside.go", "package x\n")
    outcome = shell.run()
    assert outcome.code == 1
    assert "counter.go:11:2: " in outcome.out


def test_a_loop_of_links(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    (shell.root / "loop").symlink_to(shell.root)
    (shell.root / "self.go").symlink_to(shell.root / "self.go")
    (shell.root / "gone.go").symlink_to(shell.root / "nowhere.go")
    outcome = shell.run()
    assert outcome.code == 1
    assert outcome.out.count("counter.go") == 1
    assert "gone.go" in outcome.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("secret.go", "package m\n").chmod(0)
    outcome = shell.run()
    assert outcome.code == 1
    assert "secret.go" in outcome.err


@pytest.mark.parametrize("text", ["modul x\n", "", "module\n", "module example.com/m\n\ngo one.two\n", "\x00\xff"])
def test_a_broken_go_mod(shell: Shell, reset: str, text: str) -> None:
    shell.write("go.mod", text)
    shell.write("counter.go", reset)
    outcome = shell.run()
    assert outcome.code == 1
    assert "counter.go:11:2: " in outcome.out
    assert "Traceback" not in outcome.err


def test_a_folder_without_go(shell: Shell) -> None:
    (shell.root / "go.mod").unlink()
    outcome = shell.run()
    assert outcome.code in {0, 2}
    assert outcome.err
    assert "Traceback" not in outcome.err

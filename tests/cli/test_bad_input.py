"""Whatever is there instead of Go: a clear message, the rest analysed, and never a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pubcheck.source import Overlay

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
    "deep-in-a-body": b"package m\n\nfunc f() int { go f(); return " + b"(" * 100_000 + b"1" + b")" * 100_000 + b" }\n",
    "deep-blocks": b"package m\n\nfunc f() { go f();" + b"{" * 20_000 + b"}" * 20_001 + b"\n",
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


@pytest.mark.parametrize(
    ("name", "place", "message"),
    [
        ("empty", "bad.go:1", "there is no package clause"),
        ("invalid-utf8", "bad.go:3", "not UTF-8"),
        ("utf-16", "bad.go:1", "there is no package clause"),
        ("deep-parentheses", "bad.go:3", "nested too deeply"),
        ("deep-blocks", "bad.go:3", "nested too deeply"),
        ("open-comment", "bad.go:3", "unexpected"),
        ("declared-twice", "bad.go:4", "`Add` is declared already, at bad.go:3: that declaration counts"),
        ("declared-twice", "bad.go:6", "`T` is declared already, at bad.go:5: that declaration counts"),
        ("declared-twice", "bad.go:7", "`T` is declared already, at bad.go:5: that declaration counts"),
        ("broken-everywhere", "bad.go:3", "missing `)`"),
    ],
)
def test_what_is_wrong_is_told(shell: Shell, name: str, place: str, message: str) -> None:
    shell.write("bad.go", BAD_FILES[name])
    outcome = shell.run()
    assert outcome.code == 0
    assert any(line.startswith(place) and message in line for line in outcome.err.splitlines()), outcome.err


def test_what_two_files_declare_is_told(shell: Shell, reset: str) -> None:
    shell.write("a.go", reset)
    shell.write("b.go", reset.replace("Counter struct{", "Counter struct{ more int;"))
    outcome = shell.run()
    assert outcome.code == 1
    assert "b.go:5: warning: `Counter` is declared already, at a.go:5: that declaration counts\n" in outcome.err
    assert "b.go:7: warning: `Add` is declared already, at a.go:7: that declaration counts\n" in outcome.err
    assert "a.go:11:2: " in outcome.out


def test_long_lines_take_memory_in_proportion(shell: Shell) -> None:
    """One line, as a string, as a name, as an address: it is held a few times, and no object is made for a byte."""
    filling = b"x" * 4_000_000
    for number, line in enumerate((b'var s = "%s"', b"var %s = 1", b"func f() { g(&%s) }", b"// %s", b"var b = (%s")):
        shell.write(
            f"p{number}/bad.go", b'package p\n\nimport "sync"\n\nvar mu sync.Mutex\n\n' + line % filling + b"\n"
        )
    limit = 500_000_000
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))\n"
        "from pubcheck.cli import main\n"
        "sys.exit(main([]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=shell.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Traceback" not in done.stderr


def test_two_packages_in_one_folder(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("other.go", "package other\n")
    outcome = shell.run()
    assert "counter.go:11:2: " in outcome.out
    assert "other" in outcome.err


def test_a_folder_that_is_called_like_a_file(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("x.go/inside.go", reset.replace("package m", "package x"))
    outcome = shell.run()
    assert outcome.code == 1
    assert "\ncounter.go:11:2: " in f"\n{outcome.out}"
    assert "x.go/inside.go:11:2: " in outcome.out
    assert shell.run("x.go").out.startswith("x.go/inside.go:11:2: ")
    (shell.root / "empty.go").mkdir()
    assert "there are no Go files in empty.go" in shell.run("empty.go").err


def test_a_loop_of_links(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    (shell.root / "loop").symlink_to(shell.root)
    (shell.root / "self.go").symlink_to(shell.root / "self.go")
    (shell.root / "gone.go").symlink_to(shell.root / "nowhere.go")
    outcome = shell.run()
    assert outcome.code == 1
    assert outcome.out.count("counter.go") == 1
    assert "gone.go" in outcome.err


def test_a_file_that_may_not_be_read(shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("counter.go", reset)
    shell.write("secret.go", "package m\n").chmod(0)
    if os.geteuid() == 0:
        _refuse(monkeypatch, "secret.go")
    outcome = shell.run()
    assert outcome.code == 1
    assert "counter.go:11:2: " in outcome.out
    assert "secret.go: error: can't be read: Permission denied\n" in outcome.err


def _refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What everybody else meets, for root."""
    read = Overlay.read

    def refusing(overlay: Overlay, path: Path | str) -> bytes:
        if Path(path).name == name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return read(overlay, path)

    monkeypatch.setattr(Overlay, "read", refusing)


def test_a_folder_that_may_not_be_read(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    (shell.root / "secret").mkdir(mode=0)
    outcome = shell.run()
    (shell.root / "secret").chmod(0o700)
    assert outcome.code == 1
    assert "counter.go:11:2: " in outcome.out
    assert "Traceback" not in outcome.err


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

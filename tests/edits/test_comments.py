from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from pubcheck.edits import applied, commented, finished
from pubcheck.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "//pubcheck:ignore some-rule for a reason"

CODE = """\
// Package m is documented.
package m

// Counter counts.
type Counter struct {
	a    int // one
	long int // two
	b    int // three

	nested struct {
		c int
	}
}

//go:noinline
func (c *Counter) directive() {}

// Reset resets.
func (c *Counter) Reset(k int) int {
	x := 1     // first
	y := x + 1 // second
	zed := y   // third
	if k > 3 {
		return zed
	} else if k > 2 {
		c.a++
	}
	switch k {
	case 1:
		c.a++
	case 2:
	default:
		c.b++
	}
	select {
	case <-make(chan int):
	}
	go func() {
		c.a = k
	}()
	c.Reset(
		k,
	)
	return k +
		c.a
}

var (
	one = 1 // first
	tri = func() int {
		return 3
	}()

	// two is documented.
	two = 2
)

const last = `
string`

func plain() {}
"""


def with_comment(line: int, text: str = CODE) -> bytes:
    source = SourceFile("a.go", text.encode())
    whole = finished(source, tuple(commented(source, {line: TEXT}).values()))
    assert whole is not None
    return whole


def lines_of_code() -> list[int]:
    return [
        number
        for number, line in enumerate(CODE.splitlines(), 1)
        if line.strip(" \t{}()") and not line.startswith("//") and number > 2
    ]


def test_a_comment_stands_above_its_line() -> None:
    lines = with_comment(39).decode().splitlines()
    assert lines[38] == f"\t\t{TEXT}"
    assert lines[39] == "\t\tc.a = k"


def test_a_comment_below_prose_stands_apart() -> None:
    assert f"// Reset resets.\n//\n{TEXT}\nfunc (c" in with_comment(19).decode()
    assert f"//go:noinline\n{TEXT}\nfunc (c" in with_comment(16).decode()


def test_no_comment_gets_into_a_string() -> None:
    source = SourceFile("a.go", b"package m\n\nvar s, t = `\n`, f() + `\n`\nvar u = `\n`\n")
    placed = commented(source, dict.fromkeys((3, 4, 5, 6, 7), TEXT))
    assert sorted(placed) == [3, 5, 6, 7]
    text = applied(source.data, placed.values()).decode()
    assert f"\n` {TEXT}\n" in text
    assert text.count("`, f() + `\n") == 1


@pytest.mark.go
def test_gofmt_has_nothing_to_change(tmp_path: Path, goroot: Path) -> None:
    (tmp_path / "as_it_was.go").write_text(CODE)
    for line in lines_of_code():
        (tmp_path / f"line{line}.go").write_bytes(with_comment(line))
    command = [str(goroot / "bin" / "gofmt"), "-d", "."]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("", "")

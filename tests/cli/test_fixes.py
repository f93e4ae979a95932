from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

DEFERRED = """\
package m

import "sync"

var mu sync.Mutex

func f(g func()) {
	mu.Lock()
	defer mu.Lock()
	g()
}
"""

MENDED = DEFERRED.replace("defer mu.Lock()", "defer mu.Unlock()")
SELECT = "--select=defer-lock,missing-unlock"
DIFF = "".join(
    f"{line}\n"
    for line in (
        "--- a/sub/a.go",
        "+++ b/sub/a.go",
        "@@ -6,6 +6,6 @@",
        " ",
        " func f(g func()) {",
        " \tmu.Lock()",
        "-\tdefer mu.Lock()",
        "+\tdefer mu.Unlock()",
        " \tg()",
        " }",
    )
)


def test_fix_writes_and_reports_what_is_left(shell: Shell) -> None:
    path = shell.write("sub/a.go", DEFERRED)
    outcome = shell.run("--fix", SELECT)
    assert (outcome.code, outcome.out) == (0, "")
    assert path.read_text() == MENDED
    assert outcome.err.endswith("Fixed 1 of 1 finding\n")
    outcome = shell.run("--fix", SELECT)
    assert outcome.code == 0
    assert outcome.err.endswith("Fixed 0 of 0 findings\n")


UNSAFE = """\
package m

import "sync"

var mu sync.Mutex

func h(g func() bool) {
	mu.Lock()
	if g() {
		return
	}
	mu.Unlock()
}
"""


def test_unsafe_fixes_are_offered_and_made_on_demand(shell: Shell) -> None:
    shell.write("sub/a.go", DEFERRED)
    path = shell.write("sub/b.go", UNSAFE.replace("mu", "other"))
    outcome = shell.run("--fix", SELECT)
    assert outcome.code == 1
    assert outcome.out.startswith("sub/b.go:10:3: ")
    assert outcome.err.endswith("Fixed 1 of 2 findings; 1 more with --unsafe-fixes\n")
    outcome = shell.run("--unsafe-fixes", SELECT)
    assert outcome.code == 0
    assert "defer other.Unlock()" in path.read_text()


@pytest.mark.parametrize("arguments", [["--diff"], ["--fix", "--diff"], ["--unsafe-fixes", "--diff"]])
def test_diff_prints_and_leaves_the_files_alone(shell: Shell, arguments: list[str]) -> None:
    path = shell.write("sub/a.go", DEFERRED)
    outcome = shell.run(*arguments, SELECT)
    assert (outcome.code, outcome.out) == (1, DIFF)
    assert outcome.err == "Would fix 1 of 1 finding\n"
    assert path.read_text() == DEFERRED
    assert shell.run(*arguments, SELECT, "--exit-zero").code == 0


def test_diff_of_nothing_is_empty(shell: Shell) -> None:
    shell.write("sub/a.go", MENDED)
    outcome = shell.run("--diff", "-q", SELECT)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")

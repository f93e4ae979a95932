from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

FILE = "pubcheck-baseline.toml"
SECOND = """\

type Gauge struct{ n atomic.Int64 }

func (g *Gauge) Add() { g.n.Add(1) }

func (g *Gauge) Reset() int64 {
	n := g.n.Load()
	g.n.Store(0)
	return n
}
"""
CLOSED = "package m\n\nfunc end(done chan int) {{\n\tclose(done)\n{}}}\n"
AGAIN = "\tclose(done)\n"


@pytest.fixture
def known(shell: Shell, reset: str) -> str:
    """A project whose one finding is in its baseline, and the baseline's text."""
    shell.write("counter.go", reset)
    assert shell.run("baseline", "write").code == 0
    return (shell.root / FILE).read_text()


def _check(shell: Shell, *more: str) -> tuple[int, list[str]]:
    outcome = shell.run("--baseline", FILE, "-q", "--output-format", "concise", *more)
    return outcome.code, outcome.out.splitlines()


def test_what_is_known_is_not_reported(shell: Shell, known: str) -> None:
    assert _check(shell) == (0, [])
    outcome = shell.run("--baseline", FILE)
    assert "Not reported: 1 finding in the baseline" in outcome.err
    assert shell.run("-q").code == 1


def test_the_file_can_be_read(known: str) -> None:
    head, _, body = known.partition("findings = [\n")
    assert "version = 1\n" in head
    assert body == (
        '  { package = "example.com/m", rule = "load-then-store", symbol = "(*Counter).Reset", '
        'location = "Counter.n" },\n]\n'
    )


def test_what_comes_is_reported_wherever_the_old_moves(shell: Shell, known: str, reset: str) -> None:
    (shell.root / "counter.go").unlink()
    shell.write("renamed.go", "// A word before it all.\n\n" + reset.replace("\t", "    ") + SECOND)
    code, lines = _check(shell)
    assert code == 1
    assert [line.partition(":")[0] for line in lines] == ["renamed.go"]
    assert "Gauge" in lines[0]


def test_a_second_finding_that_is_alike_is_new(shell: Shell) -> None:
    shell.write("m.go", CLOSED.format(AGAIN))
    shell.run("baseline", "write")
    shell.write("m.go", CLOSED.format(AGAIN * 2))
    code, lines = _check(shell)
    assert (code, len(lines)) == (1, 1)
    assert shell.run("baseline", "update").code == 0
    assert 'location = "done", count = 2 },' in (shell.root / FILE).read_text()
    assert _check(shell) == (0, [])


def test_the_configuration_names_the_file_from_its_own_folder(shell: Shell, known: str) -> None:
    shell.write("pubcheck.toml", f'baseline = "{FILE}"\n')
    assert shell.run("-q").code == 0
    assert shell.run("-q", "--no-baseline").code == 1
    shell.write("pubcheck.toml", 'baseline = "nowhere.toml"\n')
    outcome = shell.run("-q")
    assert outcome.code == 2
    assert outcome.err == "pubcheck: nowhere.toml: there is no such baseline; `pubcheck baseline write` makes one\n"
    assert shell.run("baseline", "write", "-q").code == 0
    assert shell.run("-q").code == 0


def test_what_is_found_no_more_is_told_with_its_line(shell: Shell, known: str) -> None:
    shell.write("counter.go", "package m\n")
    outcome = shell.run("--baseline", FILE)
    assert outcome.code == 0
    assert (
        f"{FILE}:6: warning: load-then-store in `(*Counter).Reset` of example.com/m about `Counter.n` is found no "
        "more: `pubcheck baseline prune` takes it out"
    ) in outcome.err


def test_prune_takes_out_and_adds_nothing(shell: Shell, known: str, reset: str) -> None:
    shell.write("counter.go", reset.replace("Counter", "Meter"))
    outcome = shell.run("baseline", "prune")
    assert outcome.code == 0
    assert "Added 0 and took out 1: 0 findings in pubcheck-baseline.toml" in outcome.err
    assert "{" not in (shell.root / FILE).read_text()
    assert _check(shell)[0] == 1


def test_update_takes_out_and_adds(shell: Shell, known: str, reset: str) -> None:
    shell.write("counter.go", reset.replace("Counter", "Meter"))
    assert shell.run("baseline", "update").code == 0
    assert (shell.root / FILE).read_text() == known.replace("Counter", "Meter")


def test_diff_shows_what_update_would_do(shell: Shell, known: str, reset: str) -> None:
    assert shell.run("baseline", "diff").out == ""
    assert shell.run("baseline", "diff").code == 0
    shell.write("counter.go", reset.replace("Counter", "Meter"))
    outcome = shell.run("baseline", "diff")
    assert outcome.code == 1
    changed = [
        line[0] + line.split('symbol = "')[1][:8] for line in outcome.out.splitlines() if line[:3] in ("+  ", "-  ")
    ]
    assert changed == ["-(*Counte", "+(*Meter)"]
    assert (shell.root / FILE).read_text() == known


def test_packages_may_come_after_options(shell: Shell, reset: str) -> None:
    for name in "ab":
        shell.write(f"{name}/{name}.go", reset.replace("package m", f"package {name}"))
    assert shell.run("baseline", "write", "--select", "load-then-store", "./a").code == 0
    assert _check(shell)[1] == [line for line in _check(shell, "./b")[1] if line]
    assert _check(shell, "./a") == (0, [])


def test_what_was_not_looked_at_stays(shell: Shell, reset: str) -> None:
    shell.write("a/a.go", reset.replace("package m", "package a"))
    shell.write("b/b.go", reset.replace("package m", "package b"))
    shell.run("baseline", "write")
    everything = (shell.root / FILE).read_text()
    assert everything.count("rule =") == 2
    for action in ("update", "prune"):
        for words in (["./a"], ["./a/a.go"], ["--select", "map-race"]):
            assert shell.run("baseline", action, *words).code == 0
            assert (shell.root / FILE).read_text() == everything, words
    shell.run("baseline", "prune", "./a")
    outcome = shell.run("--baseline", FILE, "./a")
    assert "found no more" not in outcome.err


def test_a_package_that_is_gone_was_looked_at(shell: Shell, reset: str) -> None:
    shell.write("a/a.go", "package a\n")
    file = shell.write("b/b.go", reset.replace("package m", "package b"))
    shell.run("baseline", "write")
    file.unlink()
    outcome = shell.run("--baseline", FILE, "./a")
    assert "is found no more" in outcome.err
    shell.run("baseline", "prune", "./a")
    assert "rule =" not in (shell.root / FILE).read_text()


def test_a_comment_makes_the_entry_stale(shell: Shell, known: str, reset: str) -> None:
    shell.write("counter.go", reset.replace("Store(0)", "Store(0) //pubcheck:ignore load-then-store one caller"))
    assert "found no more" in shell.run("--baseline", FILE).err


def test_of_several_that_are_alike_one_may_be_gone(shell: Shell) -> None:
    shell.write("m.go", CLOSED.format(AGAIN * 2))
    shell.run("baseline", "write")
    shell.write("m.go", CLOSED.format(AGAIN))
    assert "is found 1 of 2 times" in shell.run("--baseline", FILE).err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfe", "isn't a baseline"),
        (b"version = 1\n<<<<<<< HEAD\nfindings = []\n", "isn't a baseline: Invalid statement (at line 2"),
        (b"findings = []\n", "it has no `version = 1`"),
        (b'version = "1"\n', "it has no `version = 1`"),
        (b"version = 2\n", "a newer pubcheck wrote this baseline (version 2, here 1)"),
        (b"version = 1\nfinding = []\n", 'unknown key "finding"; did you mean "findings"?'),
        (b"version = 1\nfindings = [{ rule = 3 }]\n", "findings[0].rule"),
        (b'version = 1\nfindings = [{ package = "p", rule = "r", line = 3 }]\n', "unknown field `line`"),
        (b'version = 1\nfindings = [{ package = "p", rule = "r", count = 0 }]\n', "a count is 1 or more"),
    ],
)
def test_a_damaged_file_is_told(shell: Shell, known: str, text: bytes, said: str) -> None:
    shell.write(FILE, text)
    for words in (["--baseline", FILE], ["baseline", "update"], ["baseline", "prune"], ["baseline", "diff"]):
        outcome = shell.run(*words)
        assert outcome.code == 2
        assert outcome.err.startswith(f"pubcheck: {FILE}: ")
        assert said in outcome.err
        assert (shell.root / FILE).read_bytes() == text
    assert shell.run("baseline", "write", "-q").code == 0
    assert (shell.root / FILE).read_text() == known


def test_what_a_merge_left_twice_counts_once(shell: Shell, known: str, reset: str) -> None:
    line = next(line for line in known.splitlines(keepends=True) if "rule =" in line)
    shell.write(FILE, known.replace(line, line * 2))
    assert "found" not in shell.run("--baseline", FILE).err.partition("Not reported")[0].partition("No findings")[0]
    assert shell.run("baseline", "diff").code == 0


def test_strange_names_survive(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset.replace("Counter", "Zähler世"))
    shell.run("baseline", "write")
    assert _check(shell) == (0, [])


def test_after_a_crash_nothing_is_written(shell: Shell, known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr("pubcheck.analysis.package.PackageFacts.functions", property(broken))
    for action in ("write", "update", "prune", "diff"):
        outcome = shell.run("baseline", action, "--no-cache")
        assert outcome.code == 3
        assert "left as it is" in outcome.err
    assert "found no more" not in shell.run("--baseline", FILE, "--no-cache").err
    assert (shell.root / FILE).read_text() == known


def test_a_file_that_cant_be_written_is_told(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    outcome = shell.run("baseline", "write", "--baseline", "nowhere/b.toml")
    assert outcome.code == 2
    assert "nowhere/b.toml: can't be written" in outcome.err
    assert not Path(shell.root / "nowhere").exists()


def test_what_is_suppressed_is_in_sarif_if_it_is_asked_for(shell: Shell, known: str, reset: str) -> None:
    silenced = reset.replace("Counter", "Gauge").replace("Store(0)", "Store(0) //pubcheck:ignore load-then-store one")
    shell.write("gauge.go", silenced)
    for more, kinds in (((), []), (("--report-suppressed",), ["external", "inSource"])):
        outcome = shell.run("--baseline", FILE, "--output-format", "sarif", *more)
        assert outcome.code == 0
        results = json.loads(outcome.out)["runs"][0]["results"]
        assert [result["suppressions"][0]["kind"] for result in results] == kinds

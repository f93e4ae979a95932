"""Logs of the race detector: written ones with all that happens to logs, and one that Go has just made."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.cli import main
from pubcheck.engine import DATA_RACE, available_rules
from pubcheck.races.log import Access, Frame, Race, read_log
from pubcheck.races.naming import RACES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.races.conftest import Module

HITS = """\
==================
WARNING: DATA RACE
Read at 0x00c00009e190 by goroutine 12:
  example.com/m/cache.(*Cache).Get()
      /home/runner/code/m/cache/cache.go:23 +0xd7
  example.com/m/cache.TestAll.func1()
      /home/runner/code/m/cache/cache_test.go:29 +0x9b

Previous write at 0x00c00009e190 by goroutine 11:
  example.com/m/cache.(*Cache).Put()
      /home/runner/code/m/cache/cache.go:19 +0xef
  example.com/m/cache.TestAll.func1()
      /home/runner/code/m/cache/cache_test.go:28 +0x9b

Goroutine 12 (running) created at:
  example.com/m/cache.TestAll()
      /home/runner/code/m/cache/cache_test.go:26 +0xf3
  testing.tRunner()
      /opt/go/src/testing/testing.go:2195 +0x21c

Goroutine 11 (finished) created at:
  example.com/m/cache.TestAll()
      /home/runner/code/m/cache/cache_test.go:26 +0xf3
==================
"""
FOUND = "cache/cache.go:19:2: `(*Cache).Put` writes what `(*Cache).Get` reads at the same time (data-race)\n"


def stacks(*sides: str) -> str:
    """A log with one race, whose sides are a heading and then frames, each a function and a place."""
    lines = ["WARNING: DATA RACE"]
    for side in sides:
        heading, *frames = side.split(" | ")
        lines.append(f"{heading}:")
        for frame in frames:
            function, _, place = frame.partition(" ")
            lines += [f"  {function}()", f"      {place} +0x1"]
        lines.append("")
    return "\n".join([*lines, "==================", ""])


GET = "example.com/m/cache.(*Cache).Get /x/cache/cache.go:24"
PUT = "example.com/m/cache.(*Cache).Put /x/cache/cache.go:17"


def test_a_log_is_read() -> None:
    (race,) = read_log(HITS.split("\n"))
    assert [(side.write, side.goroutine, len(side.stack)) for side in race.sides] == [(False, "12", 2), (True, "11", 2)]
    home = "/home/runner/code/m/cache"
    assert race.sides[0].stack[0] == Frame("example.com/m/cache.(*Cache).Get", f"{home}/cache.go", 23)
    assert [frame.line for frame in race.created["11"]] == [26]


def test_a_race_is_told_at_its_write_with_both_sides(module: Module) -> None:
    outcome = module.race(HITS, "--no-check")
    assert (outcome.code, outcome.out) == (1, FOUND)
    told = json.loads(module.race(HITS, "--no-check", "--output-format", "json").out)["diagnostics"][0]
    assert told["because"] == ["the race detector saw it once"]
    assert [(one["range"]["start"]["line"], one["message"]) for one in told["related"]] == [
        (23, "`(*Cache).Get` reads here"),
        (26, "`TestAll` starts a goroutine here"),
    ]
    assert told["goroutine"] == "the goroutine that writes"
    assert told["related"][0]["goroutine"] == "the goroutine that reads"
    (run,) = json.loads(module.race(HITS, "--no-check", "--output-format", "sarif").out)["runs"]
    mine, theirs = run["results"][0]["codeFlows"][0]["threadFlows"]
    steps = [[step["location"]["message"]["text"] for step in flow["locations"]] for flow in (mine, theirs)]
    assert [trace["goroutine"] for trace in told["traces"]] == [theirs["id"], mine["id"]]
    assert steps == [[step["message"] for step in trace["steps"]] for trace in reversed(told["traces"])]
    assert [step["message"] for step in told["traces"][1]["steps"]] == [
        "`TestAll` starts the goroutine",
        "`TestAll.func1` calls",
        "`(*Cache).Put` writes",
    ]


def test_what_is_seen_again_is_counted(module: Module) -> None:
    swapped = HITS.replace("Read at", "Write at").replace("Previous write", "Previous read")
    swapped = swapped.replace("Get()", "X()").replace("Put()", "Get()").replace("X()", "Put()")
    swapped = swapped.replace("go:23", "go:9").replace("go:19", "go:23").replace("go:9", "go:19")
    other = HITS.replace(":23 ", ":19 ").replace("Get()", "Put()")
    told = json.loads(module.race(HITS + swapped + HITS + other, "--no-check", "--output-format", "json").out)
    (one,) = told["diagnostics"]
    assert one["because"] == ["the race detector saw it 4 times, at 2 pairs of places"]


def colours(log: str) -> str:
    return log.replace("WARNING", "\x1b[31mWARNING").replace("RACE", "RACE\x1b[0m")


def times(log: str) -> str:
    return "".join(
        f"2026-11-22T21:00:00.{'1' * (1 + number % 7)}Z {line}\n" for number, line in enumerate(log.split("\n"))
    )


def names(log: str) -> str:
    return "".join(f"test_{number % 10}  | {line}\n" for number, line in enumerate(log.split("\n")))


def windows(log: str) -> str:
    return (
        log.replace("/home/runner/code/m/", "D:\\a\\m\\m\\")
        .replace("cache/cache", "cache\\cache")
        .replace("\n", "\r\n")
    )


def drive(log: str) -> str:
    return log.replace("/home/runner/code", "C:/Users/me/code")


def interleaved(log: str) -> str:
    noise = [
        "=== RUN   TestOther",
        "    cache_test.go:3: a message",
        "panic: no",
        "some.call()",
        "x:1",
        "{",
        "{}",
        "ok  m 0.1s",
    ]
    return "".join(f"{line}\n{noise[number % len(noise)]}\n" for number, line in enumerate(log.split("\n")))


def trimmed(log: str) -> str:
    return log.replace("/home/runner/code/m/", "example.com/m/")


def unindented(log: str) -> str:
    return "".join(f"{line.strip()}\n" for line in log.split("\n"))


def as_json(log: str) -> str:
    """As ``go test -json`` has it, with another package's test in between, and lines in pieces."""
    lines = []
    for line in log.splitlines(keepends=True):
        for piece in (line[:7], line[7:]):
            event = {"Action": "output", "Package": "example.com/m/cache", "Test": "TestAll", "Output": piece}
            lines.append(json.dumps(event))
        lines.append(json.dumps({"Action": "output", "Package": "example.com/m/other", "Output": "some.call()\n"}))
        lines.append(json.dumps({"Action": "run", "Package": "example.com/m/other"}))
    return "\n".join(lines)


def cut(log: str) -> str:
    return log.partition("Goroutine 12")[0]


@pytest.mark.parametrize(
    "mangled", [colours, times, names, windows, drive, interleaved, trimmed, unindented, as_json, cut]
)
def test_what_happens_to_logs_does_not_matter(module: Module, mangled: Callable[[str], str]) -> None:
    log = mangled(HITS)
    assert log != HITS
    outcome = module.race(log, "--no-check")
    assert (outcome.code, outcome.out) == (1, FOUND)


def test_a_log_of_powershell_is_utf_16(module: Module) -> None:
    (module.root / "log.txt").write_bytes(HITS.encode("utf-16"))
    log = (module.root / "log.txt").read_bytes().decode("latin-1")
    assert module.race(log.encode("latin-1").decode("utf-8", "surrogateescape"), "--no-check").out == FOUND


def test_a_log_that_ends_after_one_side_has_that(module: Module) -> None:
    outcome = module.race(HITS.partition("Previous")[0], "--no-check")
    said = "cache/cache.go:23:2: `(*Cache).Get` reads what another goroutine accesses at the same time (data-race)\n"
    assert outcome.out == said


@pytest.mark.parametrize(
    "log", ["", "ok  \texample.com/m\t0.1s\n", "WARNING: DATA RACE\n", "WARNING: DATA RACE\nRead at 0x1 by"]
)
def test_a_log_without_races_is_clean(module: Module, log: str) -> None:
    outcome = module.race(log)
    assert (outcome.code, outcome.out) == (0, "")
    assert "No findings" in outcome.err


def test_races_of_others_are_counted(module: Module) -> None:
    log = HITS.replace("example.com/m/", "example.org/dependency/")
    outcome = module.race(log)
    assert (outcome.code, outcome.out) == (1, "")
    assert "1 race in code that isn't here" in outcome.err
    assert module.race(log, "--exit-zero").code == 0


def test_a_file_of_the_standard_library_is_not_taken_for_ones_own(module: Module) -> None:
    (module.root / "testing").mkdir()
    (module.root / "testing" / "testing.go").write_text("package testing\n" * 3000)
    told = module.race(HITS, "--no-check", "--output-format", "json").out
    assert "testing/testing.go" not in told


def test_a_line_that_is_not_there_any_more_is_no_trouble(module: Module) -> None:
    outcome = module.race(HITS.replace(":19 ", ":1900 "), "--no-check")
    assert outcome.out.startswith("cache/cache.go:23:2: ")


def test_a_main_package_is_found_by_its_path(module: Module) -> None:
    (module.root / "cmd" / "tool").mkdir(parents=True)
    (module.root / "cmd" / "tool" / "main.go").write_text("package main\n\nfunc main() {\n\tx++\n\tx++\n}\n")
    log = stacks(
        "Write at 0x1 by goroutine 7 | main.main.func1 /build/src/cmd/tool/main.go:4",
        "Previous write at 0x1 by main goroutine | main.main /build/src/cmd/tool/main.go:5",
    )
    outcome = module.race(log, "--no-check")
    said = "`main.func1` writes what `main` writes at the same time (captured-variable-race)"
    assert outcome.out == f"cmd/tool/main.go:4:2: {said}\n"


W1, R1 = "Write at 0x1 by goroutine 1", "Read at 0x1 by goroutine 1"
W2, R2 = "Previous write at 0x1 by main goroutine", "Previous read at 0x1 by goroutine 2"
ATOMIC_W2 = "Previous atomic write at 0x1 by goroutine 2"
MAP = "runtime.mapassign_faststr /go/src/runtime/m.go:1"
MAP_GET = "internal/runtime/maps.(*Map).getWithKey /go/src/internal/runtime/maps/m.go:1"
CLOSE = "runtime.closechan /go/src/runtime/chan.go:1"
SEND = "runtime.chansend /go/src/runtime/chan.go:2"
ADD = "sync.(*WaitGroup).Add /go/src/sync/waitgroup.go:1"
WAIT = "sync.(*WaitGroup).Wait /go/src/sync/waitgroup.go:2"
ATOMIC = "sync/atomic.AddInt64 /go/src/runtime/race_amd64.s:289"
GROW = "bytes.(*Buffer).grow /go/src/bytes/buffer.go:1"
WRITE = "bytes.(*Buffer).Write /go/src/bytes/buffer.go:2"
BUMP = "example.com/m/cache.bump /x/cache/cache.go:33"
INSIDE = "example.com/m/cache.TestCaptured.func1 /x/cache/cache_test.go:13"
AROUND = "example.com/m/cache.TestCaptured /x/cache/cache_test.go:16"


@pytest.mark.parametrize(
    ("rule", "one", "other"),
    [
        ("map-race", f"{W1} | {MAP} | {PUT}", f"{R2} | {GET}"),
        ("map-race", f"{W1} | {PUT}", f"{R2} | {MAP_GET}"),
        ("send-close-race", f"{W1} | {CLOSE} | {PUT}", f"{R2} | {SEND}"),
        ("double-close", f"{W1} | {CLOSE} | {PUT}", f"{W2} | {CLOSE}"),
        ("waitgroup-add-in-goroutine", f"{R1} | {ADD} | {PUT}", f"{W2} | {WAIT}"),
        ("waitgroup-misuse", f"{R1} | {WAIT} | {PUT}", f"{W2} | {WAIT}"),
        ("mixed-atomic-access", f"{W1} | {ATOMIC} | {PUT}", f"{R2} | {GET}"),
        ("mixed-atomic-access", f"{R1} | {GET}", f"{ATOMIC_W2} | {PUT}"),
        ("unsafe-type-shared", f"{W1} | {GROW} | {PUT}", f"{W2} | {WRITE} | {GET}"),
        ("global-write-race", f"{W1} | {BUMP}", f"{W2} | {BUMP}"),
        ("captured-variable-race", f"{W1} | {INSIDE}", f"{R2} | {AROUND}"),
        ("data-race", f"{W1} | {PUT}", f"{R2} | {GET}"),
        ("data-race", f"{W1} | {PUT}", R2),
    ],
)
def test_a_race_belongs_to_a_rule(module: Module, rule: str, one: str, other: str) -> None:
    told = json.loads(module.race(stacks(one, other), "--no-check", "--output-format", "json").out)
    assert [each["rule"] for each in told["diagnostics"]] == [rule]


def test_what_the_check_finds_there_goes_before(module: Module) -> None:
    log = stacks(
        "Write at 0x1 by goroutine 1 | sync/atomic.AddInt64 /go/src/runtime/race_amd64.s:289",
        "Previous read at 0x1 by goroutine 2 | example.com/m/cache.(*Cache).N /x/cache/cache.go:29",
    )
    told = json.loads(
        module.race(log, "--output-format", "json=with.json").out or (module.root / "with.json").read_text()
    )
    (one,) = told["diagnostics"]
    assert (one["rule"], one["confidence"]) == ("mixed-atomic-access", "high")
    assert one["message"] == "`Cache.n` is read plainly here, but accessed atomically elsewhere"
    assert one["because"][:2] == ["the race detector saw it once", "pubcheck finds it without a run, too"]
    assert one["fixes"]
    without = module.race(log, "--no-check").out
    assert "`(*Cache).N` reads what another goroutine accesses" in without


def test_the_findings_of_a_saved_report_do_as_well(module: Module) -> None:
    log = stacks("Read at 0x1 by goroutine 2 | example.com/m/cache.(*Cache).N /x/cache/cache.go:29")
    module.race(log, "--output-format", "json=saved.json")
    saved = module.race(log, "--report", "saved.json").out
    assert "accessed atomically elsewhere (mixed-atomic-access)" in saved
    assert module.race(log, "--report", "nothing.json").code == 2


def test_a_log_that_cannot_be_read_is_told(module: Module, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["race", "nothing.txt"]) == 2
    assert "nothing.txt: can't be read" in capsys.readouterr().err


def test_the_rules_that_a_race_may_belong_to_are_there() -> None:
    rules = available_rules(None)
    assert {*rules} >= RACES
    assert DATA_RACE not in rules


@given(
    st.lists(st.sampled_from([*HITS.split("\n"), "WARNING: DATA RACE", "{", '{"Action":"output","Output":"=====\\n"}']))
)
def test_no_order_of_lines_is_trouble(lines: list[str]) -> None:
    for race in read_log(lines):
        assert isinstance(race, Race)
        assert 1 <= len(race.sides) <= 2
        assert all(isinstance(side, Access) for side in race.sides)


@given(st.text(st.one_of(st.characters(), st.sampled_from("\n :()/+0xWARNING: DATA RACE=")), max_size=300))
def test_no_text_is_trouble(text: str) -> None:
    for race in read_log(f"WARNING: DATA RACE\nRead at 0x1 by goroutine 1:\n{text}".split("\n")):
        assert any(side.stack for side in race.sides)


@pytest.mark.go
def test_a_log_that_go_has_just_made(module: Module, go_env: dict[str, str]) -> None:
    command = ["go", "test", "-race", "-count=1", "./..."]
    ran = subprocess.run(command, cwd=module.root, env=go_env, capture_output=True, text=True, check=False)
    if "DATA RACE" not in ran.stdout:
        pytest.skip(f"go test -race doesn't run here: {ran.stderr[-300:]}")
    outcome = module.race(ran.stdout)
    rules = {line.rpartition("(")[2].rstrip(")") for line in outcome.out.splitlines()}
    assert {"mixed-atomic-access", "global-write-race", "captured-variable-race", "send-close-race"} <= rules
    assert "cache/cache.go:29:36: `Cache.n` is read plainly here, but accessed atomically elsewhere" in outcome.out
    assert outcome.code == 1

"""``go vet -vettool``: the protocol with written units, and the real go command on a module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from pubcheck.engine.unit import decoded
from tests.cli.conftest import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

BOX = """\
package box

import "sync"

type Box struct {
	Mu sync.Mutex
	N  int
}

// Grab takes the lock.
func (b *Box) Grab() { b.Mu.Lock() }
"""
USER = """\
package user

import (
	"sync"

	"example.com/m/box"
)

var Mu sync.Mutex

func Twice(b *box.Box) {
	b.Mu.Lock()
	b.Grab()
	b.Mu.Unlock()
}
"""
TWICE = "`b.Mu` is locked again by `(*Box).Grab` while it is held (double-lock)"


class Units:
    """The go command's side."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.root = shell.root

    def vet(self, name: str, *options: str, only: bool = False, main: bool = True, **more: Any) -> Outcome:
        folder = self.root / name
        unit = {
            "ID": f"example.com/m/{name}",
            "Dir": str(folder),
            "ImportPath": f"example.com/m/{name}",
            "GoFiles": [str(path) for path in sorted(folder.glob("*.go"))],
            "Module": {"Path": "example.com/m", "Main": main},
            "PackageVetx": {},
            "VetxOnly": only,
            "VetxOutput": str(self.root / f"{name}.vetx"),
            **more,
        }
        (self.root / f"{name}.cfg").write_text(json.dumps(unit))
        return self.shell.run(*options, str(self.root / f"{name}.cfg"))


@pytest.fixture
def units(shell: Shell, reset: str) -> Units:
    shell.write("box/box.go", BOX)
    shell.write("user/user.go", USER)
    shell.write("counter/counter.go", reset)
    return Units(shell)


def test_it_says_which_version_it_is(shell: Shell) -> None:
    first = shell.run("-V=full").out
    assert first.startswith("pubcheck version 0.")
    assert "devel" not in first
    assert shell.run("-V=full").out == first
    shell.write("pubcheck.toml", 'ignore = ["locks"]\n')
    changed = shell.run("-V=full").out
    assert changed != first
    shell.write(".pubcheck/rules/mine.md", "# Mine\n")
    assert shell.run("-V=full").out not in {first, changed}


def test_it_tells_its_flags(shell: Shell) -> None:
    flags = json.loads(shell.run("-flags").out)
    assert {flag["Name"] for flag in flags} == {"select", "ignore", "min-confidence", "json"}
    assert all({*flag} == {"Name", "Bool", "Usage"} for flag in flags)


def test_facts_go_from_unit_to_unit(units: Units) -> None:
    assert units.vet("box", only=True).code == 0
    vetx = units.root / "box.vetx"
    assert "(*example.com/m/box.Box).Grab" in (decoded(vetx.read_bytes())["example.com/m/box"])
    outcome = units.vet("user", PackageVetx={"example.com/m/box": str(vetx)})
    assert (outcome.code, outcome.err) == (1, f"{units.root}/user/user.go:13:2: {TWICE}\n")
    assert {*decoded((units.root / "user.vetx").read_bytes())} == {"example.com/m/box", "example.com/m/user"}


def test_what_is_told_decides_not_what_could_be_read(units: Units) -> None:
    units.vet("box", only=True)
    vetx = str(units.root / "box.vetx")
    units.shell.write("box/box.go", BOX.replace("b.Mu.Lock()", "b.N++"))
    assert TWICE in units.vet("user", PackageVetx={"example.com/m/box": vetx}).err
    assert units.vet("user").code == 0


def test_equal_units_have_equal_facts(units: Units) -> None:
    units.vet("box", only=True)
    first = (units.root / "box.vetx").read_bytes()
    units.vet("box", only=True)
    assert (units.root / "box.vetx").read_bytes() == first


def test_facts_that_cannot_be_read_are_found_again(units: Units) -> None:
    (units.root / "odd.vetx").write_bytes(b"somebody else's")
    assert TWICE in units.vet("user", PackageVetx={"example.com/m/box": str(units.root / "odd.vetx")}).err


def test_newer_go_commands_want_json_in_a_file(units: Units) -> None:
    file = units.root / "stdout.json"
    outcome = units.vet("user", "-json", Stdout=str(file))
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    (one,) = json.loads(file.read_text())["example.com/m/user"]["double-lock"]
    assert one["posn"] == f"{units.root}/user/user.go:13:2"
    assert one["message"] == TWICE
    assert one["related"][0]["posn"] == f"{units.root}/user/user.go:12:2"
    units.vet("box", "-json", Stdout=str(file))
    assert json.loads(file.read_text()) == {}


def test_json_has_safe_fixes_as_edits(units: Units) -> None:
    file = units.root / "stdout.json"
    units.vet("counter", "-json", Stdout=str(file))
    (one,) = json.loads(file.read_text())["example.com/m/counter"]["load-then-store"]
    (fix,) = one["suggested_fixes"]
    text = (units.root / "counter/counter.go").read_bytes()
    for edit in sorted(fix["edits"], key=lambda edit: -edit["start"]):
        assert edit["filename"] == f"{units.root}/counter/counter.go"
        text = text[: edit["start"]] + edit["new"].encode() + text[edit["end"] :]
    assert b".Swap(0)" in text
    assert b".Store(0)" not in text
    assert one["end"].rpartition(":")[::2] == (one["posn"].rpartition(":")[0], "14")


def test_fixed_files_come_in_an_archive(units: Units) -> None:
    archive = units.root / "fixed.zip"
    assert units.vet("counter", "-fix", FixArchive=str(archive)) == Outcome(0, "", "")
    with ZipFile(archive) as fixed:
        (name,) = fixed.namelist()
        assert b".Swap(0)" in fixed.read(name)
    assert f"/{name.lstrip('/')}" == f"{units.root}/counter/counter.go"
    assert b".Store(0)" in (units.root / "counter/counter.go").read_bytes(), "the go command writes it"
    assert (units.root / "counter.vetx").exists()
    units.vet("user", "-fix", FixArchive=str(archive))
    with ZipFile(archive) as fixed:
        assert fixed.namelist() == []


def test_fixes_are_shown_as_a_difference(units: Units) -> None:
    file = units.root / "stdout.diff"
    assert units.vet("counter", "-fix", "-diff", Stdout=str(file)) == Outcome(0, "", "")
    assert file.read_text().startswith("--- a/counter/counter.go\n+++ b/counter/counter.go\n")
    units.vet("user", "-fix", "-diff", Stdout=str(file))
    assert file.read_text() == ""


def test_a_go_command_that_takes_no_fixes_is_told(units: Units) -> None:
    outcome = units.vet("counter", "-fix")
    assert outcome.code == 2
    assert "pubcheck --fix makes them" in outcome.err


def test_flags_choose_rules(units: Units) -> None:
    assert units.vet("user", "-select=atomics").code == 0
    assert units.vet("counter", "-select=atomics").code == 1
    assert units.vet("counter", "-ignore=load-then-store").code == 0
    assert units.vet("counter", "-ignore=load-then-stor").code == 2
    assert units.vet("counter", "-min-confidence=most").code == 2
    assert units.vet("counter", "-nosuch").code == 2


def test_the_configuration_and_suppressions_count(units: Units, reset: str) -> None:
    units.shell.write("pubcheck.toml", 'ignore = ["double-lock"]\n')
    assert units.vet("user").code == 0
    units.shell.write("counter/counter.go", reset.replace("Store(0)", "Store(0) //pubcheck:ignore load-then-store ok"))
    assert units.vet("counter").code == 0


def test_a_package_of_others_costs_no_analysis(units: Units) -> None:
    units.shell.write("box/box.go", "no Go at all")
    assert units.vet("box", only=True, main=False).code == 0
    assert decoded((units.root / "box.vetx").read_bytes()) == {}


def test_what_is_no_unit_is_told(shell: Shell) -> None:
    for text in ("", "{}", "[]", '{"VetxOutput": "/nowhere/x", "VetxOnly": true}'):
        shell.write("odd.cfg", text)
        outcome = shell.run("odd.cfg")
        assert outcome.code == 2
        assert "odd.cfg" in outcome.err
    assert shell.run("nothing.cfg").code == 2


@pytest.mark.go
def test_the_go_command_works_with_it(shell: Shell, reset: str, go_env: dict[str, str], tmp_path: Path) -> None:
    shell.write("box/box.go", BOX)
    shell.write("user/user.go", USER)
    shell.write("counter/counter.go", reset)
    shell.write("counter/counter_test.go", 'package m_test\n\nimport "testing"\n\nfunc TestNothing(*testing.T) {}\n')
    tool = shell.write("bin/tool", f'#!/bin/sh\nexec "{sys.executable}" -m pubcheck "$@"\n')
    tool.chmod(0o755)
    env = go_env | {"PYTHONPATH": os.pathsep.join(sys.path)}

    def vet(*arguments: str) -> tuple[int, list[str]]:
        command = ["go", "vet", f"-vettool={tool}", *arguments, "./..."]
        ran = subprocess.run(command, cwd=shell.root, env=env, capture_output=True, text=True, check=False)
        lines = (ran.stdout + ran.stderr).splitlines()
        return ran.returncode, [line for line in lines if not line.startswith("#") and "\t" not in line]

    user = f"user/user.go:13:2: {TWICE}"
    counter = "counter/counter.go:11:2: `Counter.n` is loaded and then stored: what others add in between is lost "
    assert vet() == (1, [f"{counter}(load-then-store)", user])
    assert vet("-select=locks") == (1, [user])
    asked = ["go", "vet", f"-vettool={tool}", "-json", "./counter"]
    ran = subprocess.run(asked, cwd=shell.root, env=env, capture_output=True, text=True, check=True)
    told = json.JSONDecoder().raw_decode(ran.stdout, ran.stdout.index("{"))[0]
    assert {rule for rules in told.values() for rule in rules} == {"load-then-store"}
    shell.write("pubcheck.toml", 'ignore = ["load-then-store"]\n')
    assert vet() == (1, [user])
    shell.write("user/user.go", USER.replace("b.Grab()", "b.N++"))
    assert vet() == (0, [])


@pytest.mark.go
@pytest.mark.parametrize("command", [("vet", "-vettool", "-fix"), ("fix", "-fixtool")])
def test_the_go_command_makes_the_fixes(
    shell: Shell, reset: str, go_env: dict[str, str], command: tuple[str, ...]
) -> None:
    path = shell.write("counter/counter.go", reset)
    shell.write("counter/counter_test.go", "package m\n")
    tool = shell.write("bin/tool", f'#!/bin/sh\nexec "{sys.executable}" -m pubcheck "$@"\n')
    tool.chmod(0o755)
    verb, flag, *more = command

    def go(*arguments: str) -> tuple[int, str]:
        asked = ["go", verb, f"{flag}={tool}", *more, *arguments, "./..."]
        env = go_env | {"PYTHONPATH": os.pathsep.join(sys.path)}
        ran = subprocess.run(asked, cwd=shell.root, env=env, capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout

    code, difference = go("-diff")
    assert (code, path.read_text()) == (1, reset)
    assert "+++ b/counter/counter.go" in difference
    code, text = go()
    assert (code, text) == (0, "")
    assert ".Swap(0)" in path.read_text()
    assert go("-diff") == (0, "")

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
import pytest

import pubcheck
from pubcheck.spec import Category

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_version(shell: Shell) -> None:
    assert shell.run("--version").out == f"pubcheck {pubcheck.__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["rules", "-h"], ["explain", "-h"]])
def test_help(shell: Shell, arguments: list[str]) -> None:
    outcome = shell.run(*arguments)
    assert outcome.code == 0
    assert outcome.out.startswith("usage: pubcheck")


def test_help_is_laid_out_on_a_terminal(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    outcome = shell.run("--help")
    assert outcome.code == 0
    assert "\x1b[" in outcome.out


def test_help_imports_nothing_that_it_doesnt_need() -> None:
    code = (
        "import sys\n"
        "from pubcheck.cli import main\n"
        "try:\n    main(['check', '--help'])\nexcept SystemExit: pass\n"
        "print([name for name in sys.modules if name.startswith(('pubcheck.engine', 'pubcheck.rules', 'pubcheck.spec', "
        "'tree_sitter', 'msgspec', 'rich', 'pathlib', 'dataclasses'))], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_rules_lists_all_rules(shell: Shell, pytestconfig: pytest.Config) -> None:
    names = {path.stem for path in (pytestconfig.rootpath / "rules").glob("*.md")}
    text = shell.run("rules")
    assert text.code == 0
    assert names <= set(text.out.split())


def test_rules_tells_programs_everything(shell: Shell, pytestconfig: pytest.Config) -> None:
    rows = json.loads(shell.run("rules", "--output-format", "json").out)
    schema = json.loads(files("pubcheck.report").joinpath("schema/rules.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(rows)
    assert schema["items"]["properties"]["category"]["enum"] == [*Category]
    assert {row["name"] for row in rows} == {path.stem for path in (pytestconfig.rootpath / "rules").glob("*.md")}
    by_name = {row["name"]: row for row in rows}
    assert by_name["io-under-lock"]["options"][0]["help"]
    assert by_name["loop-variable-capture"]["fixes"] == ["safe"]


def test_explain_gives_the_document(shell: Shell) -> None:
    outcome = shell.run("explain", "load-then-store")
    assert outcome.code == 0
    assert outcome.out.startswith("# ")
    for part in ("*load-then-store*: atomics, error, high confidence, on by default, ", "## Bad", "```go\n", "## Good"):
        assert part in outcome.out
    assert "// want" not in outcome.out
    assert "Store(0) // <-- here\n" in outcome.out


def test_explain_says_for_which_go_an_example_is(shell: Shell) -> None:
    assert "With `go 1.21` in `go.mod`:\n\n```go\n" in shell.run("explain", "loop-variable-capture").out


def test_explain_leaves_no_placeholder_in_the_advice(shell: Shell) -> None:
    assert "(`variable := variable`)" in shell.run("explain", "loop-variable-capture").out


def test_explain_is_laid_out_in_colour(shell: Shell) -> None:
    outcome = shell.run("explain", "load-then-store", "--color", "always")
    assert "\x1b[" in outcome.out
    assert "```" not in outcome.out
    plain = re.sub(r"\x1b\[[0-9;]*m", "", outcome.out)
    assert max(len(line) for line in plain.splitlines()) <= 100
    assert plain.startswith("Atomic reset by Load then Store\n\nload-then-store: atomics, ")


def test_explain_knows_the_engines_own(shell: Shell) -> None:
    assert "//pubcheck:ignore" in shell.run("explain", "bad-suppression").out


def test_new_rule_begins_a_projects_rule(shell: Shell) -> None:
    outcome = shell.run("new-rule", "chatty-lock")
    assert (outcome.code, outcome.out) == (0, ".pubcheck/rules/chatty-lock.md\n")
    assert "chatty-lock" in shell.run("rules").out
    again = shell.run("new-rule", "chatty-lock")
    assert again.code == 2
    assert "is there already" in again.err


def test_a_projects_rule_runs(shell: Shell) -> None:
    shell.run("new-rule", "no-panic")
    shell.write("a.go", 'package m\n\nfunc f() {\n\tpanic("x")\n}\n')
    outcome = shell.run("--select", "no-panic")
    assert outcome.code == 1, outcome.err
    assert outcome.out.startswith("a.go:4:2: ")


def test_a_projects_broken_rule_is_wrong_configuration(shell: Shell) -> None:
    shell.write(".pubcheck/rules/broken-rule.md", "# Title\n")
    outcome = shell.run()
    assert outcome.code == 2
    assert "broken-rule.md:1: " in outcome.err


def test_new_rule_in_the_checkout_may_be_a_module(shell: Shell) -> None:
    (shell.root / "src" / "pubcheck" / "rules").mkdir(parents=True)
    outcome = shell.run("new-rule", "chatty-lock", "--python")
    assert outcome.out.splitlines() == ["rules/chatty-lock.md", "src/pubcheck/rules/chatty_lock.py"]


def test_debug_facts_shows_instructions_and_events(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    outcome = shell.run("debug", "facts", "counter.go")
    assert outcome.code == 0, outcome.err
    assert "=== (*example.com/m.Counter).Reset (line 9)" in outcome.out
    assert "10:7: atomic load c.n by (*sync/atomic.Int64).Load\n" in outcome.out
    assert "11:2: atomic store c.n by (*sync/atomic.Int64).Store of 0 result unused\n" in outcome.out
    assert "--- tells its callers\n" in outcome.out


def test_debug_facts_says_in_words_what_rules_go_by(shell: Shell) -> None:
    shell.write(
        "store.go",
        """\
package m

import (
	"net/http"
	"sync"
)

type store struct {
	mu    sync.Mutex
	names map[string]int
	out   chan map[string]int
}

func (s *store) fill(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	http.Get(url)
	names := map[string]int{}
	s.out <- names
	names[url] = 1
	for range 3 {
		go s.report()
	}
}

// report's callers hold s.mu.
func (s *store) report() { s.names = nil }
""",
    )
    outcome = shell.run("debug", "facts", "store.go")
    said = outcome.out.splitlines()
    assert "15:2: acquire s.mu" in said
    assert "16:2: release s.mu at the return, holding s.mu" in said
    assert "17:2: waits: network net/http.Get, holding s.mu" in said
    assert any(line.startswith("19:2: publication 0: send ") and " into s.out" in line for line in said)
    assert any(line.startswith("20:2: write ") and "after publication 0" in line for line in said)
    assert any(line.startswith("22:3: starts ") and line.endswith("many times, holding s.mu") for line in said)
    assert "takes s.mu" in said
